"""What the desk's people do: take, assign, refer, reply, ask, answer, say why it is late, keep a colleague out."""

from uuid import UUID

from jumuishi.feedback import messages, rules
from jumuishi.feedback.actions.saying import place
from jumuishi.feedback.actions.things import (
    SYSTEM,
    is_late,
    is_own,
    item_thing,
    keep,
    locked,
    minutes,
    move_entries,
    note_act,
    reader_of,
    start_clock,
    write_entry,
)
from jumuishi.feedback.events import FeedbackAnswered
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import AUTHORITY_LEVEL, DESK_LEVEL, FeedbackError, State
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell


def at_desk(actor: Actor, item_id: UUID, version: int | None = None) -> Item:
    """The item, locked, if this officer may act on it; raises NotAllowedError, FeedbackError."""
    with tenancy.acting_as(SYSTEM):
        if not Item.objects.filter(id=item_id).exists():
            raise NotAllowedError("feedback.item.handle")
    item = locked(item_id, version)
    identity.must(actor, "feedback.item.handle", item_thing(item))
    if is_own(actor, item) or not rules.may_act(item, reader_of(actor)):
        raise NotAllowedError("feedback.item.handle")
    return item


def _open(item: Item, *states: str) -> None:
    if item.state not in (states or (State.OPEN, State.ASKED)):
        raise FeedbackError("feedback.not_now")


def _written(text: str) -> str:
    if not text.strip():
        raise FeedbackError("feedback.no_text")
    return text.strip()


def _why_late(item: Item, reason: str) -> None:
    if not is_late(item) or item.late_reason:
        return
    if not reason.strip():
        raise FeedbackError("feedback.no_late_reason")
    item.late_reason = reason.strip()[:500]


@identity.action("feedback.item.assign")
def assign(*, actor: Actor, item_id: UUID, version: int, person: UUID | None = None, unit: UUID | None = None) -> None:
    """Give it to a colleague (or take it oneself) or to a unit; not to whom it names."""
    item = at_desk(actor, item_id, version)
    _open(item)
    if not actor.has(*rules.DESK) and person != actor.person_id:
        raise NotAllowedError("feedback.item.assign")
    staff = {one.person_id for one in institutions.people_in(actor.workplace)}
    if person is not None and (person not in staff or str(person) in item.barred):
        raise FeedbackError("feedback.not_to_them")
    if unit is not None and unit not in {one for one, _ in institutions.units_of(actor.workplace)}:
        raise FeedbackError("feedback.not_to_them")
    before = {"owner": item.owner_id, "unit": item.unit_id}
    item.owner_id, item.unit_id = person, unit
    keep(item)
    note_act(item, actor, before, {"owner": person, "unit": unit})


@identity.action("feedback.item.write")
def write(*, actor: Actor, item_id: UUID, version: int, kind: str, text: str, late_reason: str = "") -> None:
    """`told`: a message while it goes on. `asked`: a question, the clock stands until the sender replies.

    `answered`: the answer, which ends it. `note`: for colleagues alone. Raises FeedbackError.
    """
    item = at_desk(actor, item_id, version)
    said = _written(text)
    before = {"state": item.state}
    if kind == "note":
        write_entry(item, actor, "note", said, is_inner=True)
        keep(item)
        note_act(item, actor, before, {"note": True})
        return
    _open(item)
    _why_late(item, late_reason)
    work, now = institutions.working_time(item.institution_id), clock.now()
    if kind == "asked":
        _open(item, State.OPEN)
        # It waits for the sender as long as the desk itself was given, then comes back to the desk.
        item.left_minutes, item.state = minutes(work, now, item.due_at), State.ASKED
        item.due_at = work.add_work(now, clock.seconds(60 * item.clock_minutes))
    elif kind == "answered":
        item.state, item.answered_at, item.owner_id = State.ANSWERED, now, actor.person_id
        item.left_minutes, item.verdict = None, ""
        if item.worked_minutes is None:
            item.worked_minutes = minutes(work, item.received_at, now)
    elif kind != "told":
        raise FeedbackError("feedback.not_now")
    write_entry(item, actor, kind, said)
    keep(item)
    note_act(item, actor, before, {"state": item.state, "late_reason": bool(item.late_reason)})
    messages.tell_sender(item, kind)
    if kind == "answered":
        tell(FeedbackAnswered(item.id, item.about_id, item.kind))


@identity.action("feedback.item.explain")
def explain_late(*, actor: Actor, item_id: UUID, version: int, reason: str) -> None:
    """Say why the answer is late; the sender reads it."""
    item = at_desk(actor, item_id, version)
    if not is_late(item):
        raise FeedbackError("feedback.not_now")
    item.late_reason = _written(reason)[:500]
    keep(item)
    note_act(item, actor, {}, {"late_reason": True})


@identity.action("feedback.item.refer")
def refer(*, actor: Actor, item_id: UUID, version: int, to: UUID, reason: str, late_reason: str = "") -> None:
    """It is another institution's: it moves there with all that was said, the clock runs on, the sender is told."""
    item = at_desk(actor, item_id, version)
    _open(item)
    _why_late(item, late_reason)
    said, home = _written(reason), institutions.institution(to)
    if home is None or home.state != "approved" or to == item.institution_id:
        raise FeedbackError("feedback.no_institution")
    before = {"institution": item.institution_id}
    item.level, item.is_sealed, item.owner_id, item.unit_id = DESK_LEVEL, False, None, None
    item.service, item.service_name = "", {}
    with tenancy.acting_as(SYSTEM):
        place(item, to, home.is_authority)
        if item.level == AUTHORITY_LEVEL and item.institution_id == actor.institution_id:
            raise FeedbackError("feedback.no_institution")
    move_entries(item)
    write_entry(item, actor, "moved", said)
    keep(item)
    note_act(item, actor, before, {"institution": item.institution_id})
    messages.tell_sender(item, "moved")


@identity.action("feedback.item.bar")
def bar(*, actor: Actor, item_id: UUID, version: int, person: UUID) -> None:
    """Keep out a colleague whom it names in words that nothing but a reader understands."""
    item = at_desk(actor, item_id, version)
    if person == actor.person_id or str(person) in item.barred:
        raise FeedbackError("feedback.not_to_them")
    heads = {str(one) for one in institutions.role_holders(item.institution_id, rules.HEAD)}
    item.barred = sorted({*item.barred, str(person)})
    home, above = institutions.institution(item.institution_id), institutions.authority()
    if item.owner_id == person:
        item.owner_id = None
    if str(person) in heads and home is not None and not home.is_authority and above is not None:
        item.institution_id, item.level, item.is_sealed, item.owner_id = above, AUTHORITY_LEVEL, True, None
        start_clock(item, further=True)
        move_entries(item)
    keep(item)
    note_act(item, actor, {}, {"barred": person})


@identity.action("feedback.abuse.propose")
def propose_abuse(*, actor: Actor, item_id: UUID, version: int, reason: str) -> None:
    """It is no feedback but abuse: a second person of the desk must agree."""
    item = at_desk(actor, item_id, version)
    _open(item)
    item.abuse_by, item.abuse_reason = actor.who, _written(reason)[:500]
    keep(item)
    note_act(item, actor, {}, {"abuse": "proposed", "reason": item.abuse_reason})


@identity.action("feedback.abuse.decide")
def decide_abuse(*, actor: Actor, item_id: UUID, version: int, is_abuse: bool) -> None:
    """A second natural person agrees, and it ends; or does not, and it goes on."""
    item = at_desk(actor, item_id, version)
    _open(item)
    if item.abuse_by is None:
        raise FeedbackError("feedback.not_now")
    natural = identity.natural_people([item.abuse_by, actor.who])
    if is_abuse and natural[item.abuse_by] == natural[actor.who]:
        raise FeedbackError("feedback.same_person")
    if is_abuse:
        item.state = State.ABUSE
        write_entry(item, actor, "abuse", item.abuse_reason)
    else:
        item.abuse_by, item.abuse_reason = None, ""
    keep(item)
    note_act(item, actor, {"abuse": "proposed"}, {"state": item.state})
    if is_abuse:
        messages.tell_sender(item, "abuse")
