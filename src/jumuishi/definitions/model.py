"""What a service package says, as frozen typed data; one class a thing, words as in the format's own keys."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

from jumuishi.definitions.table import Path as Path
from jumuishi.definitions.table import Position as Position
from jumuishi.definitions.table import Table as Table
from jumuishi.definitions.table import Text as Text

NONE: Table[Any] = Table()


@dataclass(frozen=True, slots=True)
class Expression:
    """A CEL expression as written; its place is that of its first character and takes no part in equality."""

    source: str
    line: int = field(default=1, compare=False)
    column: int = field(default=1, compare=False)

    @property
    def names_the_day(self) -> bool:
        """Whether it may give another value on another day."""
        return "today" in self.source or "now" in self.source


Unit = Literal["hours", "days", "months", "years", "working_hours", "working_days"]


@dataclass(frozen=True, slots=True)
class Within:
    """A span of time: `n` units, or as many as the integer setting `setting` says; exactly one of the two is set."""

    unit: Unit
    n: int | None = None
    setting: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a task or review falls due, and the role that is told when it is late."""

    within: Within
    escalate: str | None = None


@dataclass(frozen=True, slots=True)
class Expires:
    """A wait that ends by itself: `after` what time, and the stage it then goes `to`."""

    after: Within
    to: str


@dataclass(frozen=True, slots=True)
class Basis:
    """The law or source of a figure; `checked` is an ISO date."""

    cite: Text
    checked: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """The time promised from submission to an end, and the waits (stage ids) that do not count."""

    within: Within
    pauses: tuple[str, ...] = ()
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long cases are kept, by outcome (granted, refused, lapsed, withdrawn)."""

    periods: Table[Within]
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """Who acts; at least so many holders are needed before an institution may publish.

    What a `committee` decides, its members decide together at a sitting: none of them alone.
    """

    name: Text
    at_least: int = 1
    committee: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a select, offered while `relevant` holds."""

    label: Text
    relevant: Expression | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A register asked before the person: by the answer to field `key`, for its item `take`."""

    register: str
    key: str
    take: str
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often a group's item may be given; no `max` means unbounded."""

    min: int = 0
    max: int | None = None


FieldType = Literal[
    "text",
    "long_text",
    "phone",
    "email",
    "national_id",
    "tax_id",
    "select_one",
    "time",
    "integer",
    "money",
    "decimal",
    "yes_no",
    "date",
    "select_multiple",
    "file",
    "place",
    "note",
    "calculate",
    "group",
]


# What no USSD screen can ask for; a repeat group neither.
NOT_BY_USSD = ("file", "long_text", "email")


@dataclass(frozen=True, slots=True)
class Field:
    """One question, note, calculated value or group; `default` is text as typed, read by the field's type."""

    name: str
    type: FieldType
    label: Text | None = None
    hint: Text | None = None
    required: bool = False
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text | None = None
    default: str | tuple[str, ...] | None = None
    max_length: int | None = None
    choices: Table[Choice] = NONE
    level: Literal["region", "district", "ward", "village"] | None = None
    accept: tuple[str, ...] = ()
    max_kb: int | None = None
    lookup: Lookup | None = None
    doors: Table[str] = NONE
    calculation: Expression | None = None
    repeat: Repeat | None = None
    fields: "tuple[Field, ...]" = ()

    @property
    def length_limit(self) -> int | None:
        """The most characters a text may have: what the author says, else 60 for text and 2000 for long_text."""
        return self.max_length or {"text": 60, "long_text": 2000}.get(self.type)


@dataclass(frozen=True, slots=True)
class Page:
    """Fields asked together; with `relevant` false none of them is asked and all are null."""

    page: str
    title: Text
    fields: tuple[Field, ...]
    relevant: Expression | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What each institution fills in before it may publish; `kind` only where the type is institution."""

    type: FieldType | Literal["institution"]
    label: Text
    kind: str | None = None
    constraint: Expression | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount in the currency's smallest unit in use, owed while `when` holds."""

    label: Text
    amount: Expression
    when: Expression | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What an officer may do at a task; `requires` names message, reason."""

    label: Text
    to: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskStage:
    """An officer's decision; `not_by` names stages whose actors may not act here."""

    kind: ClassVar[str] = "task"
    name: Text
    role: str
    actions: Table[Action]
    due: Due | None = None
    not_by: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    sms: Text | None = None


@dataclass(frozen=True, slots=True)
class ApplicantStage:
    """A wait for the applicant: an entry of `fields` is the name of one that may be changed, or a new field."""

    kind: ClassVar[str] = "applicant"
    name: Text
    answered: str
    fields: tuple[str | Field, ...] = ()
    expires: Expires | None = None
    sms: Text | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One opinion of a review stage; `institution` is the name of an institution setting, else one's own."""

    role: str
    institution: str | None = None
    when: Expression | None = None
    due: Due | None = None
    not_by: tuple[str, ...] = ()
    name: Text | None = None


@dataclass(frozen=True, slots=True)
class ReviewStage:
    """Opinions side by side; `needed` is the definition's `pass`: all, any, or how many."""

    kind: ClassVar[str] = "review"
    name: Text
    reviews: Table[Review]
    needed: Literal["all", "any"] | int
    passed: str
    failed: str
    not_by: tuple[str, ...] = ()
    sms: Text | None = None


@dataclass(frozen=True, slots=True)
class PaymentStage:
    """A wait for the fees named; `paid` is also taken when they add up to nothing."""

    kind: ClassVar[str] = "payment"
    name: Text
    fees: tuple[str, ...]
    paid: str
    expires: Expires | None = None
    sms: Text | None = None


@dataclass(frozen=True, slots=True)
class IssueStage:
    """The issue of a document."""

    kind: ClassVar[str] = "issue"
    name: Text
    document: str
    to: str
    sms: Text | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a choice; without `when` it holds always."""

    to: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class ChoiceStage:
    """A fork without people: the first branch that holds is taken."""

    kind: ClassVar[str] = "choice"
    name: Text
    branches: tuple[Branch, ...]
    sms: Text | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """Until when an end may be appealed against, and the stage the case then goes to."""

    within: Within
    to: str


@dataclass(frozen=True, slots=True)
class EndStage:
    """An end of the case."""

    kind: ClassVar[str] = "end"
    name: Text
    outcome: Literal["granted", "refused", "lapsed", "withdrawn"]
    appeal: Appeal | None = None
    sms: Text | None = None


Stage: TypeAlias = TaskStage | ApplicantStage | ReviewStage | PaymentStage | IssueStage | ChoiceStage | EndStage


@dataclass(frozen=True, slots=True)
class Life:
    """How a document follows an earlier one: the select that says for what it is asked, the text with its number."""

    purpose: str
    earlier: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is issued: `valid_for` gives whole months, `valid_until` a date; neither means without end."""

    title: Text
    template: str
    valid_for: Expression | None = None
    valid_until: Expression | None = None
    claims: Table[Expression] = NONE
    life: Life | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """One whole service. `templates`: file name to its text; `positions`: where each key stands, for findings."""

    service: str
    name: Text
    about: Text
    offered_by: tuple[str, ...]
    applicants: tuple[str, ...]
    """The definition's `for`: person, organisation."""
    doors: tuple[str, ...]
    languages: tuple[str, ...]
    basis: Table[Basis]
    promise: Promise
    roles: Table[Role]
    pages: tuple[Page, ...]
    stages: Table[Stage]
    settings: Table[Setting] = NONE
    fees: Table[Fee] = NONE
    documents: Table[Document] = NONE
    retention: Retention | None = None
    withdraw: bool = True
    format: int = 1
    templates: Table[str] = NONE
    positions: Mapping[Path, Position] = field(default_factory=dict, compare=False, repr=False)

    @property
    def first_stage(self) -> str:
        """The id of the stage where a submitted case begins."""
        return next(iter(self.stages))

    @property
    def language(self) -> str:
        """The default language."""
        return self.languages[0]

    def page_fields(self) -> Iterator[Field]:
        """The fields of all pages in order, groups as themselves."""
        for page in self.pages:
            yield from page.fields

    def is_committee(self, role: str) -> bool:
        """Whether the holders of a role decide together only."""
        known = self.roles.get(role)
        return known is not None and known.committee

    def all_fields(self) -> dict[str, Field]:
        """Every field by name: of pages, tasks and applicant stages, groups and their members, in order of asking."""
        found: dict[str, Field] = {}

        def add(one: Field) -> None:
            found[one.name] = one
            for member in one.fields:
                add(member)

        for one in self.page_fields():
            add(one)
        for stage in self.stages.values():
            if isinstance(stage, TaskStage | ApplicantStage):
                for entry in stage.fields:
                    if isinstance(entry, Field):
                        add(entry)
        return found


@dataclass(frozen=True, slots=True)
class Edition:
    """One package, fixed: `hash` is the hex SHA-256 of the RFC 8785 JSON of all that it means (see edition.py)."""

    package: Package
    hash: str
