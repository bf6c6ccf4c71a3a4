"""Timed: drafts write themselves once a meeting has ended; windows close; who lets minutes wait is told."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import Q

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes import drafting, sending, settling
from jumuishi.meetings.minutes.policies import SECRETARY
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.models import Meeting, Minutes

log = logging.getLogger(__name__)
MOST = 200
# How long minutes may lie with somebody before the head hears of it too; orders say nothing of it, and nothing ends.
PATIENCE = timedelta(days=14)


@jobs.every(300, "meetings.minutes.sweep")
def sweep() -> None:
    """Turn every clock that has run out; one that fails keeps no other from turning."""
    ended = Meeting.objects.filter(state=Meeting.State.ENDED, minutes=None).values_list("id", flat=True)
    for meeting_id in ended[:MOST]:
        _done(partial(drafting.write_minutes, actor=Actor.system(), meeting_id=meeting_id))
    over = Minutes.objects.filter(state=Minutes.State.OPEN, closes_at__lte=clock.now(), told_at=None)
    for minutes in over.select_related("meeting__body")[:MOST]:
        if not _done(partial(settling.freeze, actor=Actor.system(), meeting_id=minutes.meeting_id)):
            _tell(minutes, SECRETARY)
    late = Minutes.objects.filter(waits_since__lte=clock.now() - PATIENCE, told_at=None)
    waiting = late.exclude(state=Minutes.State.CONFIRMED).exclude(state=Minutes.State.OPEN)
    for minutes in waiting.select_related("meeting__body")[:MOST]:
        _tell(minutes, SECRETARY, "head")
    _remind_unsent()


def _remind_unsent() -> None:
    """Confirmed minutes that went to nobody: the secretary hears, then the head too, again and again until they go."""
    patience = clock.now() - timedelta(days=settings.MEETINGS_UNSENT_DAYS)
    rows = sending.unsent().filter(waits_since__lte=patience).filter(Q(told_at=None) | Q(told_at__lte=patience))
    for minutes in rows.order_by("waits_since", "id")[:MOST]:
        if sending.names_somebody(minutes.meeting):
            _tell(minutes, SECRETARY, *(["head"] if minutes.told_at else []), key="unsent")
        else:
            # There is nobody to send them to; whether the orders name somebody by then is looked at next time.
            Minutes.objects.filter(id=minutes.id).update(told_at=clock.now())


def _done(act: Callable[[], object]) -> bool:
    try:
        act()
    except MinutesError:
        return False
    except Exception:
        log.exception("minutes could not be moved on")
        return False
    return True


def _tell(minutes: Minutes, *roles: str, key: str = "waits") -> None:
    """Once a wait: whose turn it is, with the page."""
    home = minutes.institution_id
    people = {one for role in roles for one in institutions.role_holders(home, role)}
    # Where nobody keeps meetings the head does.
    people = people or set(institutions.role_holders(home, "head"))

    def say(lang: str) -> tuple[str, str]:
        subject = t(f"meetings.minutes_sms_{key}", lang, body=minutes.meeting.body.name.get(lang, ""),
                    number=minutes.meeting.number)  # fmt: skip
        link = identity.link_to(f"/ofisi/mabaraza/mkutano/{minutes.meeting_id}/muhtasari/", lang)
        return subject, f"{subject}\n\n{link}\n"

    identity.tell(people, say, purpose="meetings.minutes")
    Minutes.objects.filter(id=minutes.id).update(told_at=clock.now())
