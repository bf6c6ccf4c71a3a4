"""From the corrected draft to confirmed minutes: frozen, signed by two or confirmed at the next sitting, issued."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.gallery import searching
from jumuishi.meetings.minutes.held import keep, keep_edition, keep_public, locked, minutes_for, seat_of
from jumuishi.meetings.minutes.issuing import issue
from jumuishi.meetings.minutes.policies import minutes_thing
from jumuishi.meetings.minutes.record import last
from jumuishi.meetings.minutes.source import SYSTEM, events_of, meeting_by_id
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.models import Correction, Event, Item, Meeting, Member, Minutes, Signature

CHAIRS = ("chair", "vice")


@identity.action("meetings.minutes.freeze")
def freeze(*, actor: Actor, meeting_id: UUID) -> None:
    """No more changes: the window is over and each correction has its answer. Raises MinutesError."""
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.OPEN, Minutes.State.FROZEN)
        if minutes.state == Minutes.State.OPEN:
            if minutes.closes_at is None or clock.now() < minutes.closes_at:
                raise MinutesError("window_open")
            if Correction.objects.filter(meeting_id=meeting_id, state=Correction.State.OPEN).exists():
                raise MinutesError("corrections_wait")
            minutes.state, minutes.frozen_at = Minutes.State.FROZEN, clock.now()
            minutes.waits_since, minutes.told_at = clock.now(), None
            minutes.sha256 = keep_edition(minutes, "frozen", actor)
            keep(minutes)
        identity.record(actor, minutes_thing(minutes.meeting), after={"state": minutes.state, "sha256": minutes.sha256})


@identity.action("meetings.minutes.sign")
def sign(*, actor: Actor, meeting_id: UUID, sha256: str) -> None:
    """The chair's or the secretary's name under the frozen edition that `sha256` names.

    Who may sign as which follows from the actor. Raises NotAllowedError, MinutesError.
    """
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_by_id(meeting_id)
        if meeting is None:
            raise NotAllowedError("meetings.minutes.sign")
        role, name = signs_as(actor, meeting)
        minutes = locked(meeting_id, Minutes.State.FROZEN)
        if sha256 != minutes.sha256:
            raise MinutesError("stale")
        others = Signature.objects.filter(meeting=meeting, sha256=sha256).exclude(role=role)
        natural = identity.natural_people([actor.who, *(one.person_id for one in others)])
        if any(natural[one.person_id] == natural[actor.who] for one in others):
            raise MinutesError("two_people")
        made, _ = Signature.objects.get_or_create(
            meeting=meeting, sha256=sha256, role=role,
            defaults={"institution_id": meeting.institution_id, "name": name[:120], "person_id": actor.who,
                      "at": clock.now()},
        )  # fmt: skip
        identity.record(actor, minutes_thing(meeting), after={"role": made.role, "sha256": sha256})


def signs_as(actor: Actor, meeting: Meeting) -> tuple[str, str]:
    """("chair" | "secretary", name) in which the actor may sign; raises NotAllowedError. Called as the platform."""
    member = seat_of(actor, meeting)
    if member is not None and (member.role in CHAIRS or _presided(member, meeting)):
        return "chair", member.name
    if member is not None and member.role == "secretary":
        return "secretary", member.name
    if identity.may(actor, "meetings.minutes.keep", minutes_thing(meeting)):
        return "secretary", actor.name
    raise NotAllowedError("meetings.minutes.sign")


def _presided(member: Member, meeting: Meeting) -> bool:
    events = events_of(meeting)
    found = last(events, "meeting.presided") or last(events, "meeting.opened")
    return found is not None and str(found.body.get("presiding")) == str(member.id)


def confirming_event(meeting: Meeting) -> Event | None:
    """The decision of a later meeting of the body on the item that confirms these minutes."""
    items = Item.objects.filter(institution_id=meeting.institution_id, thing="minutes", thing_id=meeting.id)
    keys = [str(one) for one in items.values_list("id", flat=True)]
    rows = Event.objects.filter(
        institution_id=meeting.institution_id, kind="decision.made", body__item__in=keys,
        meeting__body_id=meeting.body_id, meeting__starts_at__gt=meeting.starts_at,
    )  # fmt: skip
    return rows.select_related("meeting").order_by("at").first()


@identity.action("meetings.minutes.confirm")
def confirm(*, actor: Actor, meeting_id: UUID) -> str:
    """Confirmed by the next sitting's decision or by two signatures: issued as signed documents; the number.

    Raises MinutesError where neither is there.
    """
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.FROZEN, Minutes.State.CONFIRMED)
        if minutes.state == Minutes.State.FROZEN:
            decided = confirming_event(minutes.meeting)
            signed = set(
                Signature.objects.filter(meeting_id=meeting_id, sha256=minutes.sha256).values_list("role", flat=True)
            )
            if decided is None and signed != {"chair", "secretary"}:
                raise MinutesError("not_confirmed")
            minutes.state, minutes.confirmed_at = Minutes.State.CONFIRMED, clock.now()
            minutes.confirmed_in = decided.meeting if decided else None
            minutes.waits_since, minutes.told_at = clock.now(), None
            keep_public(minutes, actor)
            minutes.number, minutes.number_public = issue(actor, minutes)
            keep(minutes)
            # What was confirmed is found by its words from now on.
            searching.index(minutes.meeting)
        after = {"state": minutes.state, "number": minutes.number, "in": minutes.confirmed_in_id}
        identity.record(actor, minutes_thing(minutes.meeting), after=after)
        return minutes.number
