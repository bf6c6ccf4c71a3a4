"""Timed: the clocks of notices that have not reached everybody."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import OuterRef, Subquery

from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings.bodies.policies import SECRETARY
from jumuishi.meetings.calling import queries
from jumuishi.meetings.models import Meeting, Notice, Unserved
from jumuishi.meetings.reminding import rules

log = logging.getLogger(__name__)
MOST = 200


@jobs.every(900, "meetings.reminding.sweep")
def sweep() -> None:
    """End the waits that are over, and turn the clocks of the others; one that fails keeps no other from turning."""
    now = clock.now()
    owner = timedelta(hours=settings.MEETINGS_UNSERVED_HOURS)
    newest = Notice.objects.filter(meeting=OuterRef("meeting")).order_by("-sequence").values("id")[:1]
    rows = Notice.objects.filter(
        id=Subquery(newest), meeting__state=Meeting.State.CALLED, meeting__starts_at__gt=now,
        meeting__starts_at__lte=now + owner,
    )  # fmt: skip
    for notice in rows.select_related("meeting__body").order_by("meeting__starts_at", "id")[:MOST]:
        try:
            _look(notice)
        except Exception:
            log.exception("a notice's clock could not be turned")
    ahead = Meeting.objects.filter(state=Meeting.State.CALLED, starts_at__gt=now)
    Unserved.objects.filter(ended_at=None).exclude(notice__meeting__in=ahead).update(ended_at=now)


def _look(notice: Notice) -> None:
    now, left = clock.now(), sum(one.at is None for one in queries.served(notice))
    row = Unserved.objects.filter(notice=notice).first()
    if not left:
        Unserved.objects.filter(notice=notice, ended_at=None).update(left=0, ended_at=now)
        return
    if row is None:
        row = Unserved(institution_id=notice.institution_id, notice=notice, since=now)
    heard = {who for who, at in ((rules.OWNER, row.owner_told_at), (rules.HEAD, row.head_told_at)) if at}
    whose = rules.turn(
        told_at=notice.at, starts_at=notice.meeting.starts_at, now=now, has_heard=heard,
        owner=timedelta(hours=settings.MEETINGS_UNSERVED_HOURS),
        head=timedelta(hours=settings.MEETINGS_UNSERVED_HEAD_HOURS),
    )  # fmt: skip
    row.left, row.ended_at = left, None
    if whose:
        _tell(notice, left, *([SECRETARY, "head"] if whose == rules.HEAD else [SECRETARY]))
        row.owner_told_at = row.owner_told_at or now
        row.head_told_at = now if whose == rules.HEAD else row.head_told_at
    row.save()


def _tell(notice: Notice, left: int, *roles: str) -> None:
    """Whose turn it is, with the page of the notice; an institution without a secretary has its head."""
    meeting, home = notice.meeting, notice.institution_id
    people = {one for role in roles for one in institutions.role_holders(home, role)}
    people = people or set(institutions.role_holders(home, "head"))
    zone = institutions.working_time(home).zone

    def say(lang: str) -> tuple[str, str]:
        subject = t("meetings.remind_unserved", lang, body=meeting.body.name.get(lang, ""), number=meeting.number,
                    at=say_instant(meeting.starts_at, lang, zone), n=left)  # fmt: skip
        link = identity.link_to(f"/ofisi/mabaraza/mkutano/{meeting.id}/wito/", lang)
        return subject, f"{subject}\n\n{link}\n"

    identity.tell(people, say, purpose="meetings.notice")
