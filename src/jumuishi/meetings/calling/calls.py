"""Call the members: in the time that the orders give, or on shorter notice as they let somebody."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.meetings.calling import notices, queries, rules
from jumuishi.meetings.calling.holding import held
from jumuishi.meetings.calling.in_force import orders_of
from jumuishi.meetings.calling.models import Notice
from jumuishi.meetings.calling.planning import LONGEST_REASON
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.models import Edition, Meeting, Member
from jumuishi.meetings.orders.types import Kind, RefusedError, Rule
from jumuishi.meetings.terms import in_office


@identity.action("meetings.meeting.call")
def call_members(*, actor: Actor, meeting_id: UUID) -> int:
    """Serve the notice with the agenda as it stands; returns how many members something was sent to.

    From then on the meeting is under the edition that is in force today. Raises NotAllowedError, RefusedError: with the
    rule when it is too late, by its name when the body has not entered it.
    """
    meeting = held(actor, meeting_id, *queries.AHEAD)
    if meeting.state == Meeting.State.CALLED:
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "call"})
        return 0
    edition, orders = orders_of(meeting, institutions.today())
    works = institutions.working_time(meeting.institution_id)
    notice, until = rules.check_notice(orders, Kind(meeting.kind), meeting.starts_at, clock.now(), works)
    rules.check_openness(orders, is_public=meeting.is_public)
    return _call(actor, meeting, edition, Notice(what=Notice.What.CALLED, serve_by=until, rule=_said(notice.rule)))


@identity.action("meetings.meeting.call_urgently")
def call_urgently(*, actor: Actor, meeting_id: UUID, ordered_by: UUID, reason: str) -> int:
    """The same on shorter notice: `ordered_by` is the member who called it so, in a role that the rule names.

    Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, *queries.AHEAD)
    if meeting.state == Meeting.State.CALLED:
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "call"})
        return 0
    edition, orders = orders_of(meeting, institutions.today())
    member = _member(meeting, ordered_by)
    rule, until = rules.check_emergency(
        orders, role=member.role if member else "", reason=reason, starts_at=meeting.starts_at, now=clock.now()
    )
    rules.check_openness(orders, is_public=meeting.is_public)
    told = Notice(
        what=Notice.What.CALLED, serve_by=until, rule=_said(rule.rule), ordered_by=member,
        reason=reason.strip()[:LONGEST_REASON],
    )  # fmt: skip
    return _call(actor, meeting, edition, told)


def _member(meeting: Meeting, member_id: UUID) -> Member | None:
    rows = Member.objects.filter(institution_id=meeting.institution_id, body=meeting.body, id=member_id)
    return rows.filter(in_office(institutions.today())).first()


def _call(actor: Actor, meeting: Meeting, edition: Edition, notice: Notice) -> int:
    if not queries.items_of(meeting):
        raise RefusedError("no_agenda")
    meeting.state, meeting.called_at, meeting.edition = Meeting.State.CALLED, clock.now(), edition
    reached = notices.tell(actor, meeting, notice)
    meeting.save(update_fields=["state", "called_at", "edition"])
    after = {
        "called": meeting.called_at, "edition": edition.number, "reached": reached, "serve_by": notice.serve_by,
        "rule": notice.rule, "ordered_by": notice.ordered_by_id, "reason": notice.reason,
    }  # fmt: skip
    identity.record(actor, meeting_thing(meeting), after=after)
    return reached


def _said(rule: Rule) -> dict[str, str]:
    return {"clause": rule.clause, "words": rule.words}
