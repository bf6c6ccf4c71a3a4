"""The face: editions and what is offered; delegates, decides nothing."""

from jumuishi.services import policies  # noqa: F401  # registers who may
from jumuishi.services.actions import (
    add_edition,
    choose_service,
    fill_setting,
    propose_publication,
    publish,
    withdraw,
)
from jumuishi.services.describe import promise_words
from jumuishi.services.editions import UnknownEditionError, definition
from jumuishi.services.queries import offering, offering_of, offerings, offerings_of
from jumuishi.services.questions import question
from jumuishi.services.roles import committees_of

__all__ = [
    "UnknownEditionError",
    "add_edition",
    "choose_service",
    "committees_of",
    "definition",
    "fill_setting",
    "offering",
    "offering_of",
    "offerings",
    "offerings_of",
    "promise_words",
    "propose_publication",
    "publish",
    "question",
    "withdraw",
]
