"""The agenda: numbered by the order of business, filled by what waits, fixed with the notice."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.meetings.calling import coming, notices, queries, rules
from jumuishi.meetings.calling.holding import held
from jumuishi.meetings.calling.in_force import orders_of
from jumuishi.meetings.calling.models import Notice
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Orders, RefusedError, Section

MOST = 200
SECTION = "section"


def begin(meeting: Meeting, orders: Orders) -> int:
    """A new agenda: each section that nothing comes to by itself stands for itself; then what waits."""
    if not orders.gazette or not orders.order:
        return 0
    for section in orders.order:
        if not section.comes:
            _item(meeting, section, title=section.name, thing=SECTION).save()
    return _fill(meeting, orders.order)


def _item(meeting: Meeting, section: Section, *, title: dict[str, str], thing: str = "", **more: object) -> Item:
    return Item(
        institution_id=meeting.institution_id, meeting=meeting, position=0, number="", section=section.key,
        title=title, thing=thing, **more,
    )  # fmt: skip


def _fill(meeting: Meeting, order: tuple[Section, ...]) -> int:
    """Put what waits into its sections, behind what is there; number all."""
    rows = queries.items_of(meeting)
    there = {(one.thing, one.thing_id) for one in rows}
    new = []
    for section in order:
        found = coming.coming(meeting, section.comes) if section.comes else []
        new += [
            _item(meeting, section, title=one.title, thing=one.thing, thing_id=one.thing_id, is_closed=one.is_closed,
                  decision=one.decision)
            for one in found
            if (one.thing, one.thing_id) not in there
        ]  # fmt: skip
    new = new[: max(MOST - len(rows), 0)]
    for n, one in enumerate(new):
        one.position = len(rows) + n + 1
    Item.objects.bulk_create(new)
    number(meeting, order)
    return len(new)


def number(meeting: Meeting, order: tuple[Section, ...]) -> None:
    """Number by section: section 4 alone is "4", what lies in it "4.1", "4.2". Only until the notice has gone out.

    A section that nothing is in has no number: a reader would ask what was left out.
    """
    rank = {section.key: n for n, section in enumerate(order)}
    rows = sorted(queries.items_of(meeting), key=lambda one: (rank.get(one.section, 99), one.position))
    place = {key: n for n, key in enumerate(dict.fromkeys(one.section for one in rows), 1)}
    within: dict[str, int] = {}
    for n, one in enumerate(rows, 1):
        one.position = n
        if one.thing == SECTION:
            one.number = str(place[one.section])
        else:
            within[one.section] = within.get(one.section, 0) + 1
            one.number = f"{place[one.section]}.{within[one.section]}"
    Item.objects.bulk_update(rows, ["position", "number"])


def _late_number(rows: list[Item], section: str) -> str:
    """The next in its section; in a section that had nothing, the first behind all."""
    firsts = {one.section: int(one.number.partition(".")[0]) for one in rows}
    n = sum(one.section == section and one.thing != SECTION for one in rows) + 1
    return f"{firsts.get(section, max(firsts.values(), default=0) + 1)}.{n}"


def _order(meeting: Meeting) -> tuple[Orders, tuple[Section, ...]]:
    _, orders = orders_of(meeting, institutions.today())
    return orders, needs.order_of_business(orders)[0]


def _planned(actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting while its agenda may still be arranged: members have not got it yet."""
    meeting = held(actor, meeting_id, *queries.AHEAD)
    if meeting.state != Meeting.State.PLANNED:
        raise RefusedError("agenda_is_fixed")
    return meeting


@identity.action("meetings.agenda.fill")
def fill_agenda(*, actor: Actor, meeting_id: UUID) -> int:
    """Add what came since; how many. A meeting that was planned before its orders were agreed gets its sections too."""
    meeting = _planned(actor, meeting_id)
    orders, order = _order(meeting)
    added = _fill(meeting, order) if queries.items_of(meeting) else begin(meeting, orders)
    identity.record(actor, meeting_thing(meeting), after={"added": added})
    return added


@identity.action("meetings.agenda.add")
def add_item(
    *, actor: Actor, meeting_id: UUID, section: str, title: dict[str, str], decision: str = "", is_closed: bool = False
) -> UUID:
    """Put an item into a section; the same words there again are the same item.

    Once the notice is out it is a late item: only where the rule allows any, marked, and numbered on, so that no number
    moves; members are told of it by a notice of its own. Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, *queries.AHEAD)
    orders, order = _order(meeting)
    found = next((one for one in order if one.key == section), None)
    said = {lang: title.get(lang, "").strip()[:200] for lang in ("sw", "en")}
    said = {lang: text or said["sw"] or said["en"] for lang, text in said.items()}
    if found is None:
        raise RefusedError("no_section")
    if not said["sw"]:
        raise RefusedError("title_missing")
    if is_closed:
        needs.closing(orders)
    rows = queries.items_of(meeting)
    same = next((one for one in rows if one.section == section and one.title == said), None)
    if same is not None:
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "add"})
        return same.id
    if len(rows) >= MOST:
        raise RefusedError("too_many_items", most=MOST)
    item = _item(meeting, found, title=said, decision=decision[:30], is_closed=is_closed)
    rule = None
    if meeting.state == Meeting.State.CALLED:
        rule = rules.check_late_item(orders)
        item.late_at = clock.now()
        item.number = _late_number(rows, section)
    item.position = max((one.position for one in rows), default=0) + 1
    item.save()
    reached = None
    if rule is None:
        number(meeting, order)
    else:
        meeting.sequence += 1
        told = Notice(
            what=Notice.What.ADDED, serve_by=meeting.starts_at, rule={"clause": rule.clause, "words": rule.words},
            item=item,
        )  # fmt: skip
        reached = notices.tell(actor, meeting, told)
        meeting.save(update_fields=["sequence"])
    after = {
        "item": item.id, "section": section, "title": said, "late_by": rule.clause if rule else "", "reached": reached,
    }  # fmt: skip
    identity.record(actor, meeting_thing(meeting), after=after)
    return item.id


@identity.action("meetings.agenda.move")
def move_item(*, actor: Actor, meeting_id: UUID, item_id: UUID, up: bool) -> None:
    """One place up or down within its section."""
    meeting = _planned(actor, meeting_id)
    rows = queries.items_of(meeting)
    item = _one(rows, item_id)
    near = [one for one in rows if one.section == item.section and one.thing != SECTION]
    if item in near:
        here = near.index(item)
        there = here - 1 if up else here + 1
        if 0 <= there < len(near):
            other = near[there]
            item.position, other.position = other.position, item.position
            Item.objects.bulk_update([item, other], ["position"])
            number(meeting, _order(meeting)[1])
    identity.record(actor, meeting_thing(meeting), after={"moved": item_id, "up": up})


@identity.action("meetings.agenda.drop")
def drop_item(*, actor: Actor, meeting_id: UUID, item_id: UUID) -> None:
    """Take an item off before members have the agenda; what came by itself comes again when the agenda is filled."""
    meeting = _planned(actor, meeting_id)
    item = next((one for one in queries.items_of(meeting) if one.id == item_id), None)
    if item is not None:
        item.delete()
        number(meeting, _order(meeting)[1])
    after = {"dropped": item_id, "title": item.title if item else None}
    identity.record(actor, meeting_thing(meeting), after=after)


@identity.action("meetings.agenda.close")
def close_item(*, actor: Actor, meeting_id: UUID, item_id: UUID, is_closed: bool) -> None:
    """An item for members alone, by the rule that closes a session; or for everybody again."""
    meeting = _planned(actor, meeting_id)
    item = _one(queries.items_of(meeting), item_id)
    if is_closed:
        needs.closing(_order(meeting)[0])
    Item.objects.filter(institution_id=meeting.institution_id, id=item.id).update(is_closed=is_closed)
    identity.record(actor, meeting_thing(meeting), after={"item": item.id, "closed": is_closed})


def _one(rows: list[Item], item_id: UUID) -> Item:
    found = next((one for one in rows if one.id == item_id), None)
    if found is None:
        raise RefusedError("past_that")
    return found
