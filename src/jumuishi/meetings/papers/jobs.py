"""Whoever was asked for a paper is reminded a day before it is due, and once it is late; packs get their proofs; papers
that came while the scanner was away are looked through.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs, scanning
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.papers import actions, queries
from jumuishi.meetings.papers.models import Ask, Pack
from jumuishi.messaging import public as messaging

AHEAD, STEP = timedelta(days=1), 200


@jobs.every(1800, "meetings.papers.remind")
def remind() -> None:
    """One message before, one after; to the person, or everybody of the unit."""
    now = clock.now()
    with transaction.atomic():
        rows = Ask.objects.filter(given_at=None, due_at__lte=now + AHEAD, item__meeting__starts_at__gt=now)
        rows = rows.exclude(item__meeting__state=Meeting.State.CANCELLED).select_related("item__meeting")
        for ask in rows.order_by("due_at")[:STEP]:
            is_late = ask.due_at < now
            if ask.reminded_at is None or (is_late and ask.reminded_at < ask.due_at):
                _tell(ask, "late" if is_late else "soon")
                Ask.objects.filter(id=ask.id).update(reminded_at=now)


@jobs.every(120, "meetings.packs.prove")
def prove() -> None:
    """Keep the proofs of packs beside them, once their rows are in the log; once, so that a bundle stays itself."""
    with transaction.atomic():
        rows = Pack.objects.filter(changed_at__gt=clock.now() - timedelta(days=7)).select_for_update(skip_locked=True)
        for pack in rows.order_by("changed_at")[:STEP]:
            for journal in pack.journal_ids[len(pack.receipts) :]:
                found = evidence.receipt(UUID(journal))
                if found is None:
                    break
                pack.receipts = [*pack.receipts, found]
            pack.save(update_fields=["receipts"])


@jobs.every(60, "meetings.papers.rescan")
def rescan() -> None:
    """Look through papers that came while the scanner was away."""
    scanning.catch_up(
        queries.unscanned,
        lambda row, scan, found: actions.mark_scanned(actor=Actor.system(), paper_id=row, scan=scan, found=found),
    )


def _tell(ask: Ask, what: str) -> None:
    posts = institutions.people_in(ask.institution_id)
    ids = [ask.asked_id] if ask.asked_id else [one.person_id for one in posts if one.unit_id == ask.unit_id]
    zone = institutions.working_time(ask.institution_id).zone
    for person in identity.people([one for one in ids if one]).values():
        if person.phone:
            due = say_instant(ask.due_at, person.language, zone)
            messaging.send_sms(
                institution_id=ask.institution_id, person_id=person.id, to=person.phone,
                text=t(f"meetings.paper_sms_{what}", person.language, what=ask.what, due=due), purpose="meeting",
                idempotency_key=f"{ask.id}:{what}",
            )  # fmt: skip
