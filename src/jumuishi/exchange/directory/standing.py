"""Which directory a node goes by: the newest that it was given, as long as it counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jumuishi.exchange.directory.model import Directory


class Grade(StrEnum):
    """How well a directory counts at an instant; each record of an exchange carries it."""

    CURRENT = "current"
    # The centre is away: who was revoked since is not known.
    STALE = "stale"
    # Nothing is believed by it any more.
    EXPIRED = "expired"


class Refusal(StrEnum):
    """Why a directory that the authority signed does not take the place of the one at hand."""

    OTHER_INSTANCE = "other_instance"
    FROM_THE_FUTURE = "from_the_future"
    EXPIRED = "expired"
    WENT_BACK = "went_back"
    RIGHTS_WENT_BACK = "rights_went_back"
    # The authority signed two texts under one serial: both are evidence.
    TWO_HISTORIES = "two_histories"


class NotTaken(Exception):
    """The directory at hand stays."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a directory goes on counting when the centre is away, and how far clocks may be apart."""

    grace: timedelta = timedelta(days=14)
    skew: timedelta = timedelta(minutes=5)


def grade(directory: Directory, now: datetime, terms: Terms) -> Grade:
    """How well it counts now."""
    if now < directory.expires:
        return Grade.CURRENT
    return Grade.STALE if now < directory.expires + terms.grace else Grade.EXPIRED


def take(new: Directory, held: Directory | None, now: datetime, terms: Terms) -> Directory:
    """The directory to go by once `new` arrived; `held` is the one at hand, also where it expired. Raises NotTaken.

    A node that starts anew with none takes the first that counts: the last serial belongs outside what a restored
    backup brings back.
    """
    if new.issued > now + terms.skew:
        raise NotTaken(Refusal.FROM_THE_FUTURE)
    if grade(new, now, terms) is Grade.EXPIRED:
        raise NotTaken(Refusal.EXPIRED)
    if held is not None:
        if new.instance != held.instance:
            raise NotTaken(Refusal.OTHER_INSTANCE)
        if new.serial < held.serial:
            raise NotTaken(Refusal.WENT_BACK)
        if new.serial == held.serial and new != held:
            raise NotTaken(Refusal.TWO_HISTORIES)
        if new.rights_version < held.rights_version:
            raise NotTaken(Refusal.RIGHTS_WENT_BACK)
    return new
