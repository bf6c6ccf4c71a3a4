"""The window in which members who sat say what the minutes should read, and the secretary's answer to each."""

from datetime import timedelta
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes import merging
from jumuishi.meetings.minutes.attendance import stays
from jumuishi.meetings.minutes.held import keep, keep_edition, locked, minutes_for, sat_there, seat_of
from jumuishi.meetings.minutes.policies import minutes_thing
from jumuishi.meetings.minutes.record import corrected
from jumuishi.meetings.minutes.source import SYSTEM, ended_at, events_of, meeting_by_id
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.models import Correction, Meeting, Minutes
from jumuishi.meetings.orders import needs
from jumuishi.meetings.terms import members_at, orders_at


@identity.action("meetings.minutes.open")
def open_window(*, actor: Actor, meeting_id: UUID) -> None:
    """Show the draft to who sat there, for as many hours as the orders give for corrections.

    Raises RefusedError where the orders do not say, MinutesError.
    """
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.DRAFT, Minutes.State.OPEN)
        if minutes.state == Minutes.State.DRAFT:
            hours, rule = needs.corrections(orders_at(minutes.meeting))
            now = clock.now()
            minutes.state, minutes.waits_since, minutes.told_at = Minutes.State.OPEN, now, None
            minutes.closes_at = now + timedelta(hours=hours)
            keep(minutes)
            keep_edition(minutes, "proposed", actor)
            _tell_members(minutes.meeting, minutes)
            after = {"state": minutes.state, "closes_at": minutes.closes_at, "clause": rule.clause}
        else:
            after = {"state": minutes.state}
        identity.record(actor, minutes_thing(minutes.meeting), after=after)


def _tell_members(meeting: Meeting, minutes: Minutes) -> None:
    found = stays(corrected(events_of(meeting)), [str(one.id) for one in members_at(meeting)], ended_at(meeting))
    people = [one.person_id for one in members_at(meeting) if one.person_id and found[str(one.id)].is_present]
    zone, closes = institutions.working_time(meeting.institution_id).zone, minutes.closes_at

    def say(lang: str) -> tuple[str, str]:
        until = say_instant(closes, lang, zone) if closes else ""
        given = {"body": meeting.body.name.get(lang, ""), "number": meeting.number, "until": until}
        link = identity.link_to(f"/mimi/vikao/{meeting.id}/muhtasari/", lang)
        subject = t("meetings.minutes_sms_open", lang, **given)
        return subject, f"{subject}\n\n{link}\n"

    identity.tell(people, say, purpose="meetings.minutes")


@identity.action("meetings.minutes.correct")
def propose_correction(*, actor: Actor, meeting_id: UUID, paragraph: str, text: str, why: str, command: UUID) -> UUID:
    """What a member who sat there says a paragraph should read; the same command again is the same correction.

    Raises NotAllowedError for who was no member there, MinutesError for who did not come, or after the window.
    """
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_by_id(meeting_id)
        member = seat_of(actor, meeting) if meeting else None
        if meeting is None or member is None:
            raise NotAllowedError("meetings.minutes.correct")
        minutes = locked(meeting_id, Minutes.State.OPEN)
        again = Correction.objects.filter(meeting=meeting, command=command, member=member).first()
        if again is None:
            _must_be_in_time(minutes)
            if not sat_there(member, meeting):
                raise MinutesError("not_there")
            if not text.strip() or not why.strip():
                raise MinutesError("no_text")
            if paragraph not in {one.key for one in merging.reading(minutes.paragraphs)}:
                raise MinutesError("no_paragraph")
            again = Correction.objects.create(
                institution_id=meeting.institution_id, meeting=meeting, member=member, paragraph=paragraph,
                text=text.strip()[:8000], why=why.strip()[:500], command=command, at=clock.now(),
            )  # fmt: skip
        identity.record(actor, minutes_thing(meeting), after={"correction": again.id, "paragraph": again.paragraph})
        return again.id


def _must_be_in_time(minutes: Minutes) -> None:
    if minutes.closes_at is None or clock.now() > minutes.closes_at:
        raise MinutesError("window_over")


@identity.action("meetings.minutes.answer")
def decide_correction(*, actor: Actor, meeting_id: UUID, correction_id: UUID, accept: bool, reason: str = "") -> None:
    """The secretary takes a correction into the draft, or refuses it with a reason. Raises MinutesError."""
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.OPEN)
        rows = Correction.objects.select_for_update().filter(meeting_id=meeting_id, id=correction_id)
        found = rows.first()
        wanted = Correction.State.ACCEPTED if accept else Correction.State.REFUSED
        if found is None or found.state not in (Correction.State.OPEN, wanted):
            raise MinutesError("past_that")
        if found.state == Correction.State.OPEN:
            if not accept and not reason.strip():
                raise MinutesError("no_reason")
            found.state, found.reason = wanted, reason.strip()[:500]
            found.decided_by, found.decided_at = actor.who, clock.now()
            found.save()
            if accept:
                minutes.paragraphs = merging.edited(
                    minutes.paragraphs, found.paragraph, found.text, by=str(found.member_id), at=clock.now()
                )
            keep(minutes)
        identity.record(actor, minutes_thing(minutes.meeting), after={"correction": found.id, "state": found.state})
