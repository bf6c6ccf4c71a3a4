"""Who looks after an institution's systems is told of its dead letters: by letter, else by SMS, once a day at most."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from jumuishi.exchange.courier.tables import DeadLetter
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import t

QUIET = timedelta(hours=24)
# Whoever can mend it; the head where an institution has nobody else.
MENDERS = ("ict-officer", "head")


def dead_letters(now: datetime) -> None:
    """Tell of those that nobody was told of, unless the institution was told within a day. Needs a transaction."""
    fresh = DeadLetter.objects.select_for_update(skip_locked=True).filter(ended_at=None, told_at=None)
    counts = Counter(fresh.order_by("id").values_list("institution_id", flat=True)[:10_000])
    for home in counts:
        last = DeadLetter.objects.filter(institution_id=home).aggregate(at=Max("told_at"))["at"]
        if last is not None and last > now - QUIET:
            continue
        waiting = DeadLetter.objects.filter(institution_id=home, ended_at=None)
        _tell(home, waiting.count())
        waiting.filter(told_at=None).update(told_at=now)


def _tell(home: UUID, count: int) -> None:
    people = institutions.people_in(home)
    owners = next((found for role in MENDERS if (found := [one.person_id for one in people if role in one.roles])), [])

    def say(lang: str) -> tuple[str, str]:
        words = t("exchange.courier_told", lang, n=count)
        return words, f"{words}\n\n{identity.link_to('/ofisi/mifumo/', lang)}\n"

    identity.tell(owners, say, purpose="exchange.courier.dead")
