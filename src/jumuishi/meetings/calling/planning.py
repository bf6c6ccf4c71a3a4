"""Plan a meeting, change it, cancel it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.meetings.bodies.queries import edition_on
from jumuishi.meetings.calling import agenda, notices, queries, rules
from jumuishi.meetings.calling.holding import held
from jumuishi.meetings.calling.in_force import orders_of
from jumuishi.meetings.calling.models import Notice
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.models import Body, Meeting
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.types import Kind, RefusedError

LONGEST_REASON = 500


def _check_times(starts_at: datetime, ends_at: datetime, place: str) -> None:
    if starts_at <= clock.now():
        raise RefusedError("in_the_past")
    if ends_at <= starts_at:
        raise RefusedError("ends_before")
    if not place.strip():
        raise RefusedError("place_missing")


@identity.action("meetings.meeting.plan")
def plan_meeting(
    *, actor: Actor, body_id: UUID, kind: Kind, starts_at: datetime, ends_at: datetime, place: str,
    title: dict[str, str], is_public: bool,
) -> UUID:  # fmt: skip
    """Plan a meeting, its agenda filled with what waits; the same body and hour again is the same meeting.

    Raises NotAllowedError, RefusedError (the orders, the hours or the place forbid it).
    """
    identity.must(actor, "meetings.meeting.keep", Thing("meeting_body", body_id, actor.workplace))
    # Two at once wait here for each other, and the second finds what the first made.
    body = Body.objects.select_for_update().filter(institution_id=actor.workplace, id=body_id, ended_at=None).first()
    if body is None:
        raise NotAllowedError("meetings.meeting.keep")
    _check_times(starts_at, ends_at, place)
    rows = Meeting.objects.filter(institution_id=body.institution_id, body=body)
    before = rows.filter(starts_at=starts_at).exclude(state=Meeting.State.CANCELLED).first()
    if before is not None:
        identity.record(actor, meeting_thing(before), after={"sent_again": "plan"})
        return before.id
    edition = edition_on(body, institutions.today())
    rules.check_openness(read(edition.definition) if edition else None, is_public=is_public)
    made = Meeting.objects.create(
        institution_id=body.institution_id, body=body, kind=kind, starts_at=starts_at, ends_at=ends_at,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1, place=place.strip()[:160],
        title=_titled(title), is_public=is_public, made_by=actor.who, made_at=clock.now(),
    )  # fmt: skip
    added = agenda.begin(made, read(edition.definition)) if edition else 0
    after = {"kind": kind, "starts_at": starts_at, "place": made.place, "public": is_public, "items": added}
    identity.record(actor, meeting_thing(made), after=after)
    return made.id


def _titled(title: dict[str, str]) -> dict[str, str]:
    """Both languages, or none: one stands for the other where only one was written."""
    said = {lang: title.get(lang, "").strip()[:160] for lang in ("sw", "en")}
    one = said["sw"] or said["en"]
    return {lang: text or one for lang, text in said.items()} if one else {}


@identity.action("meetings.meeting.change")
def change_meeting(
    *, actor: Actor, meeting_id: UUID, starts_at: datetime, ends_at: datetime, place: str, reason: str
) -> None:
    """Another time or place. Once members were called they are told, with the reason; another day or an earlier hour
    asks for the whole notice anew.

    Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, *queries.AHEAD)
    _check_times(starts_at, ends_at, place)
    before = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "place": meeting.place}
    after = {"starts_at": starts_at, "ends_at": ends_at, "place": place.strip()[:160]}
    if before == after:
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "change"})
        return
    serve_by, rule = starts_at, {}
    if meeting.state == Meeting.State.CALLED:
        if not reason.strip():
            raise RefusedError("reason_missing")
        works = institutions.working_time(meeting.institution_id)
        zone = ZoneInfo(works.zone)
        moved = starts_at.astimezone(zone).date() != meeting.starts_at.astimezone(zone).date()
        if moved or starts_at < meeting.starts_at:
            _, orders = orders_of(meeting, institutions.today())
            notice, serve_by = rules.check_notice(orders, Kind(meeting.kind), starts_at, clock.now(), works)
            rule = {"clause": notice.rule.clause, "words": notice.rule.words}
    for name, value in after.items():
        setattr(meeting, name, value)
    reached = None
    if meeting.state == Meeting.State.CALLED:
        meeting.sequence += 1
        told = Notice(what=Notice.What.CHANGED, serve_by=serve_by, rule=rule, reason=reason.strip()[:LONGEST_REASON])
        reached = notices.tell(actor, meeting, told)
    meeting.save()
    identity.record(actor, meeting_thing(meeting), before=before, after=after | {"reason": reason, "reached": reached})


@identity.action("meetings.meeting.cancel")
def cancel_meeting(*, actor: Actor, meeting_id: UUID, reason: str) -> None:
    """It will not be held; members who were called are told why. What lay on its agenda comes to the next by itself.

    Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, *queries.AHEAD, Meeting.State.CANCELLED)
    if meeting.state == Meeting.State.CANCELLED:
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "cancel"})
        return
    if not reason.strip():
        raise RefusedError("reason_missing")
    was_called = meeting.state == Meeting.State.CALLED
    meeting.state, meeting.reason = Meeting.State.CANCELLED, reason.strip()[:LONGEST_REASON]
    if was_called:
        meeting.sequence += 1
        told = Notice(what=Notice.What.CANCELLED, serve_by=meeting.starts_at, reason=meeting.reason)
        notices.tell(actor, meeting, told)
    meeting.save()
    identity.record(actor, meeting_thing(meeting), after={"cancelled": meeting.reason})
