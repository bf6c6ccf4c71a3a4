"""Enter a rate; propose a meeting's sheet; agree to it; take it out as a file."""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.meetings.allowances import reckoning
from jumuishi.meetings.minutes.attendance import stays
from jumuishi.meetings.minutes.policies import SECRETARY
from jumuishi.meetings.minutes.record import corrected
from jumuishi.meetings.minutes.source import SYSTEM, ended_at, events_of, meeting_by_id
from jumuishi.meetings.models import Body, Meeting, Rate, Sheet
from jumuishi.meetings.terms import members_at

AGREES = ("head", "director", "accountant")


class AllowanceError(Exception):
    """An act on allowances can't be done; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def allowance_thing(institution_id: UUID, key: UUID) -> Thing:
    """A sheet or a body's rates: the institution's."""
    return Thing("allowances", key, institution_id)


@identity.policy("meetings.allowance.read")
def read(actor: Actor, thing: Thing) -> bool:
    """Who proposes and who agrees: what members are paid concerns no other desk."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY, *AGREES)


@identity.policy("meetings.allowance.propose")
def may_propose(actor: Actor, thing: Thing) -> bool:
    """The secretary of the institution's bodies."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY)


@identity.policy("meetings.allowance.agree")
def may_agree(actor: Actor, thing: Thing) -> bool:
    """Who answers for the money; that it is another person, the action and the database see to."""
    return identity.is_of_institution(actor, thing) and actor.has(*AGREES)


@identity.action("meetings.allowance.rate")
def enter_rate(*, actor: Actor, body_id: UUID, role: str, amount: int, source: str, from_on: date) -> None:
    """What a sitting is worth to a role from a day; without its source nothing is taken. Raises AllowanceError."""
    body = Body.objects.filter(id=body_id, institution_id=actor.workplace).first()
    if body is None:
        raise NotAllowedError("meetings.allowance.rate")
    thing = allowance_thing(body.institution_id, body.id)
    identity.must(actor, "meetings.allowance.agree", thing)
    if not source.strip():
        raise AllowanceError("no_source")
    if not 0 <= amount <= 100_000_000 or not role.strip():
        raise AllowanceError("bad_amount")
    Rate.objects.update_or_create(
        institution_id=body.institution_id, body=body, role=role.strip()[:20], from_on=from_on,
        defaults={"amount": amount, "source": source.strip()[:200], "made_by": actor.who, "made_at": clock.now()},
    )  # fmt: skip
    identity.record(actor, thing, after={"role": role, "amount": amount, "source": source, "from_on": from_on})


def rows_of(meeting: Meeting) -> list[dict[str, Any]]:
    """The lines by the record as it is now; called as the platform."""
    members = members_at(meeting)
    found = stays(corrected(events_of(meeting)), [str(one.id) for one in members], ended_at(meeting))
    amounts = [
        reckoning.Amount(one.role, one.amount, one.currency, one.source, one.from_on)
        for one in Rate.objects.filter(institution_id=meeting.institution_id, body_id=meeting.body_id)
    ]
    day = meeting.starts_at.astimezone(ZoneInfo(institutions.working_time(meeting.institution_id).zone)).date()
    return [
        reckoning.line(str(one.id), one.name, one.role, found[str(one.id)], reckoning.amount_on(amounts, one.role, day))
        for one in members
    ]


def _meeting(actor: Actor, meeting_id: UUID, verb: str) -> Meeting:
    meeting = meeting_by_id(meeting_id)
    if meeting is None:
        raise NotAllowedError(verb)
    identity.must(actor, verb, allowance_thing(meeting.institution_id, meeting.id))
    if meeting.state != Meeting.State.ENDED:
        raise AllowanceError("not_ended")
    return meeting


@identity.action("meetings.allowance.propose")
def propose(*, actor: Actor, meeting_id: UUID) -> str:
    """Put the sheet before who agrees; its digest. Proposed again it is reckoned anew, until it is agreed on."""
    with tenancy.acting_as(SYSTEM):
        meeting = _meeting(actor, meeting_id, "meetings.allowance.propose")
        sheet = Sheet.objects.select_for_update().filter(meeting=meeting).first()
        if sheet is not None and sheet.agreed_at is not None:
            raise AllowanceError("agreed_already")
        rows = rows_of(meeting)
        given = {"rows": rows, "sha256": digest(rows), "proposed_by": actor.who, "proposed_name": actor.name[:120],
                 "proposed_at": clock.now()}  # fmt: skip
        made, _ = Sheet.objects.update_or_create(
            meeting=meeting, defaults=given, create_defaults={**given, "institution_id": meeting.institution_id}
        )
        thing = allowance_thing(meeting.institution_id, meeting.id)
        identity.record(actor, thing, after={"sha256": made.sha256, "members": len(rows)})
        return made.sha256


@identity.action("meetings.allowance.agree")
def agree(*, actor: Actor, meeting_id: UUID, sha256: str) -> None:
    """The second of two, to the very lines that `sha256` names. Raises AllowanceError."""
    with tenancy.acting_as(SYSTEM):
        meeting = _meeting(actor, meeting_id, "meetings.allowance.agree")
        sheet = Sheet.objects.select_for_update().filter(meeting=meeting).first()
        if sheet is None or sheet.sha256 != sha256:
            raise AllowanceError("changed")
        natural = identity.natural_people([sheet.proposed_by, actor.who])
        if natural[sheet.proposed_by] == natural[actor.who]:
            raise AllowanceError("two_people")
        if sheet.agreed_at is None:
            sheet.agreed_by, sheet.agreed_name, sheet.agreed_at = actor.who, actor.name[:120], clock.now()
            sheet.save()
        thing = allowance_thing(meeting.institution_id, meeting.id)
        identity.record(actor, thing, after={"sha256": sha256, "agreed": True})


@identity.action("meetings.allowance.export")
def export(*, actor: Actor, meeting_id: UUID) -> list[dict[str, Any]]:
    """The lines that two agreed on, for whoever pays. Raises AllowanceError before that."""
    with tenancy.acting_as(SYSTEM):
        meeting = _meeting(actor, meeting_id, "meetings.allowance.read")
        sheet = Sheet.objects.filter(meeting=meeting).first()
        if sheet is None or sheet.agreed_at is None:
            raise AllowanceError("not_agreed")
        identity.record(actor, allowance_thing(meeting.institution_id, meeting.id), after={"sha256": sheet.sha256})
        return list(sheet.rows)
