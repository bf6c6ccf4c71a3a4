"""What crosses this room's wall, of definitions and their forms; the machine's is in machine.types."""

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.author.excerpt import Line
from jumuishi.definitions.compare.changes import Change
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.forms.form import Form, Saved
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.forms.settle import Error
from jumuishi.definitions.model import (
    NOT_BY_USSD,
    Action,
    ApplicantStage,
    ChoiceStage,
    Document,
    Edition,
    EndStage,
    Expression,
    Fee,
    Field,
    IssueStage,
    Lookup,
    Package,
    Page,
    PaymentStage,
    Review,
    ReviewStage,
    Role,
    Setting,
    Stage,
    TaskStage,
    Text,
    Within,
)
from jumuishi.definitions.read.templates import Element, Placeholder, Section, TemplateNode, Words
from jumuishi.definitions.read.zipped import NotAPackageError
from jumuishi.definitions.stories.retell import Happened, NotRetoldError
from jumuishi.definitions.stories.run import StoryResult
from jumuishi.definitions.values import Answer, Answers, FileAnswer, Place

__all__ = [
    "NOT_BY_USSD",
    "Action",
    "Answer",
    "Answers",
    "ApplicantStage",
    "Change",
    "ChoiceStage",
    "Document",
    "Edition",
    "Element",
    "EndStage",
    "Error",
    "EvaluationError",
    "Expression",
    "Fee",
    "Field",
    "FileAnswer",
    "Finding",
    "Form",
    "Happened",
    "IssueStage",
    "Line",
    "Lookup",
    "NotAPackageError",
    "NotRetoldError",
    "Package",
    "Page",
    "PaymentStage",
    "Place",
    "Placeholder",
    "Review",
    "ReviewStage",
    "Role",
    "Saved",
    "Scope",
    "Section",
    "Setting",
    "Stage",
    "StoryResult",
    "TaskStage",
    "TemplateNode",
    "Text",
    "Unread",
    "Within",
    "Words",
]
