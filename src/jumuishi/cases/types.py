"""What crosses this room's wall, and its errors."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


class CaseError(Exception):
    """Refused; `code` names the text in texts.csv that tells the person what to do."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class StaleCaseError(CaseError):
    """Somebody else acted on the case since the page was opened; nothing was done."""

    def __init__(self, by: str = "") -> None:
        super().__init__("cases.stale", by=by)


class KeptError(CaseError):
    """Not erased: `code` says why, `until` is the last day on which it is kept (None: until that ends)."""

    def __init__(self, code: str, until: date | None) -> None:
        super().__init__(code)
        self.until = until


class DraftError(CaseError):
    """The draft can't be saved or submitted as it is."""


class QuotaError(Exception):
    """The person's files together would be more than this installation keeps for one person; nothing was kept."""


@dataclass(frozen=True)
class Submitted:
    """A case as its applicant gets it at once."""

    case_id: UUID
    reference: str
    entry: UUID


@dataclass(frozen=True)
class VisitRef:
    """A visit as other doors see it. `kind`: office (the applicant comes) or site (an officer does).

    `state`: asked, booked, came, missed, cancelled, lapsed; `starts_at` is None until an hour was chosen.
    """

    id: UUID
    case_id: UUID
    kind: str
    place: str
    what: str
    state: str
    starts_at: datetime | None
    choose_by: datetime
