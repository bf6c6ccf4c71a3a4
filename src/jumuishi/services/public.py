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
from jumuishi.services.adopting import figures_under
from jumuishi.services.authoring import propose_edition, publish_edition, withdraw_edition
from jumuishi.services.describe import fee_words, promise_words
from jumuishi.services.editions import UnknownEditionError, definition
from jumuishi.services.queries import (
    edition,
    edition_by_hash,
    homes_by_door,
    names_of,
    newer_edition,
    offered_by_door,
    offering,
    offering_of,
    offerings,
    offerings_of,
    packages_before,
    same_meaning,
    settings_of,
)
from jumuishi.services.questions import question
from jumuishi.services.roles import committees_of
from jumuishi.services.rules import kept_values
from jumuishi.services.surveys import register_survey

__all__ = [
    "UnknownEditionError",
    "add_edition",
    "choose_service",
    "committees_of",
    "definition",
    "edition",
    "edition_by_hash",
    "fee_words",
    "figures_under",
    "fill_setting",
    "homes_by_door",
    "kept_values",
    "names_of",
    "newer_edition",
    "offered_by_door",
    "offering",
    "offering_of",
    "offerings",
    "offerings_of",
    "packages_before",
    "promise_words",
    "propose_edition",
    "propose_publication",
    "publish",
    "publish_edition",
    "question",
    "register_survey",
    "same_meaning",
    "settings_of",
    "withdraw",
    "withdraw_edition",
]
