"""What the sender does after: write back, say whether it was solved, open it again once, take it higher, close it."""

from uuid import UUID

from jumuishi.feedback import codes, rules
from jumuishi.feedback.actions.things import (
    SYSTEM,
    is_late,
    item_thing,
    keep,
    locked,
    move_entries,
    note_act,
    start_clock,
    write_entry,
)
from jumuishi.feedback.events import FeedbackEscalated
from jumuishi.feedback.models import Entry, Item
from jumuishi.feedback.types import AUTHORITY_LEVEL, FeedbackError, State
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell


def ways(item: Item) -> rules.Ways:
    """What the sender may do now."""
    home = institutions.institution(item.institution_id)
    after = rules.next_level(item.level, is_authority=home is not None and home.is_authority)
    return rules.ways_of(
        state=item.state, verdict=item.verdict, is_late=is_late(item), was_reopened=item.was_reopened, next_level=after
    )


def _mine(actor: Actor, item_id: UUID, code: str) -> Item:
    item = locked(item_id)
    identity.must(actor, "feedback.item.follow", item_thing(item))
    if item.person_id is None and not codes.opens(item.reference, item.code_hash, code):
        raise NotAllowedError("feedback.item.follow")
    return item


def _check(allowed: bool, text: str | None = None) -> None:
    if not allowed:
        raise FeedbackError("feedback.not_now")
    if text is not None and not text.strip():
        raise FeedbackError("feedback.no_text")


@identity.action("feedback.item.reply")
def reply(*, actor: Actor, item_id: UUID, text: str, code: str = "") -> None:
    """Add to what one said, or answer what the institution asked: then its clock runs on."""
    item = _mine(actor, item_id, code)
    with tenancy.acting_as(SYSTEM):
        last = Entry.objects.filter(item=item, is_inner=False).order_by("-created_at", "-id").first()
    if last is not None and (last.kind, last.text) == ("reply", text.strip()):
        # The same words straight after: they were sent twice.
        identity.record(actor, item_thing(item), after={"sent_again": True})
        return
    _check(ways(item).reply, text)
    before = {"state": item.state}
    if item.state == State.ASKED:
        run_on(item)
    write_entry(item, actor, "reply", text)
    keep(item)
    note_act(item, actor, before, {"state": item.state})


def run_on(item: Item) -> None:
    """The clock that stood goes on where it stopped."""
    work, now = institutions.working_time(item.institution_id), clock.now()
    item.state, item.clock_from = State.OPEN, now
    item.clock_minutes, item.left_minutes = item.left_minutes or 0, None
    item.due_at = work.add_work(now, clock.seconds(60 * item.clock_minutes))


@identity.action("feedback.item.judge")
def judge(*, actor: Actor, item_id: UUID, is_solved: bool, code: str = "") -> None:
    """Say whether the answer solved it."""
    item = _mine(actor, item_id, code)
    verdict = "solved" if is_solved else "unsolved"
    if item.verdict != verdict:
        _check(ways(item).judge)
        item.verdict = verdict
        write_entry(item, actor, verdict)
        keep(item)
    note_act(item, actor, {}, {"verdict": verdict})


@identity.action("feedback.item.reopen")
def reopen(*, actor: Actor, item_id: UUID, text: str, code: str = "") -> None:
    """Once: the same desk answers again, with a clock of its own."""
    item = _mine(actor, item_id, code)
    _check(ways(item).reopen, text)
    item.was_reopened, item.verdict, item.state = True, "unsolved", State.OPEN
    start_clock(item, further=True)
    write_entry(item, actor, "reopened", text)
    keep(item)
    note_act(item, actor, {"state": "answered"}, {"state": item.state})


@identity.action("feedback.item.escalate")
def escalate(*, actor: Actor, item_id: UUID, text: str, code: str = "") -> None:
    """Take it to the institution's head, then to the authority; each has a clock of its own."""
    item = _mine(actor, item_id, code)
    _check(ways(item).escalate, text)
    before = {"level": item.level, "state": item.state}
    item.verdict = "unsolved" if item.state == State.ANSWERED else item.verdict
    item.level, item.state, item.owner_id, item.unit_id = item.level + 1, State.OPEN, None, None
    if item.level == AUTHORITY_LEVEL:
        above = institutions.authority()
        if above is None:
            raise FeedbackError("feedback.not_now")
        item.institution_id = above
        move_entries(item)
    start_clock(item, further=True)
    write_entry(item, actor, f"escalated{item.level}", text)
    keep(item)
    note_act(item, actor, before, {"level": item.level, "state": item.state})
    tell(FeedbackEscalated(item.id, item.about_id, item.level))


@identity.action("feedback.item.close")
def close(*, actor: Actor, item_id: UUID, code: str = "") -> None:
    """The sender needs no answer any more."""
    item = _mine(actor, item_id, code)
    if item.state != State.CLOSED:
        _check(ways(item).close)
        item.state = State.CLOSED
        write_entry(item, actor, "closed")
        keep(item)
    note_act(item, actor, {}, {"state": item.state})
