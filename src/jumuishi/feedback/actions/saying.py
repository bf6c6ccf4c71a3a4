"""Somebody says something: it gets a number, an owner and a clock at once."""

from dataclasses import asdict
from uuid import UUID

from django.conf import settings

from jumuishi.feedback import codes, rules
from jumuishi.feedback.actions.things import SYSTEM, item_thing, start_clock
from jumuishi.feedback.events import FeedbackReceived
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import AUTHORITY_LEVEL, Answer, FeedbackError, Kind, Receipt, Said
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, numbers, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.services import public as services


def say(*, actor: Actor, said: Said, once: str, address: str, door: str = "web") -> Receipt:
    """Take what somebody says; the same `once` with the same words is the same item, with the same receipt.

    A sender who wants no name is nobody from here on, signed in or not. `address` is for the limits alone.
    Raises FeedbackError: feedback.too_many, feedback.not_yet, feedback.no_institution; BadPhoneError.
    """
    sender = actor if said.answer is Answer.ME else Actor.person(None)
    number = identity.normalise_phone(said.phone) if said.answer is Answer.SMS else ""
    mark = str(sender.person_id or "")
    kept = once_kept(once, said, mark)
    with tenancy.acting_as(SYSTEM):
        is_again = Item.objects.filter(once_hash=kept).exists()
    if not is_again:
        tries = [("feedback.say.address", address), ("feedback.say.day", address)]
        tries += [("feedback.say.phone", number)] if number else []
        tries += [("feedback.say.person", mark)] if mark else []
        counted = [identity.allowed(purpose, key) for purpose, key in tries]
        if not all(counted):
            raise FeedbackError("feedback.too_many")
    return _say(actor=sender, said=said, once=once, phone=number, door=door)


def once_kept(once: str, said: Said, mark: str) -> str:
    """What a form that was sent is known by."""
    return codes.once_hash(once, {**asdict(said), "mark": mark})


@identity.action("feedback.item.say")
def _say(*, actor: Actor, said: Said, once: str, phone: str, door: str) -> Receipt:
    mark = str(actor.person_id or "")
    identity.must(actor, "feedback.item.say", Thing("feedback", new_id(), said.institution_id, actor.person_id))
    home = institutions.institution(said.institution_id)
    if home is None or home.state != "approved":
        raise FeedbackError("feedback.no_institution")
    kept, code = once_kept(once, said, mark), codes.code_of(once, {**asdict(said), "mark": mark})
    with tenancy.acting_as(SYSTEM):
        # Two of the same form at once: the second waits here, and finds what the first made.
        identity.one_at_a_time(f"feedback.once {kept}")
        before = Item.objects.filter(once_hash=kept).first()
        if before is not None:
            identity.record(actor, item_thing(before), after={"sent_again": True})
            return Receipt(before.id, before.reference, code if before.code_hash else "", before.receipt_entry)
        item = _item(actor, said, kept, phone, door)
        place(item, home.id, home.is_authority)
        start_clock(item)
        if said.answer is not Answer.ME:
            item.code_hash = codes.code_hash(item.reference, code)
        said_hash = digest({"text": said.text})
        item.receipt_entry = identity.record(
            actor, item_thing(item), after={"reference": item.reference, "kind": item.kind, "said": said_hash}
        )
        item.save(force_insert=True)
        tell(FeedbackReceived(item.id, item.about_id, item.kind))
    return Receipt(item.id, item.reference, code if item.code_hash else "", item.receipt_entry)


def _item(actor: Actor, said: Said, once_hash: str, phone: str, door: str) -> Item:
    offered = services.offering_of(said.institution_id, said.service) if said.service else None
    return Item(
        id=new_id(), institution_id=said.institution_id, about_id=said.institution_id, person_id=actor.person_id,
        reference=numbers.new_number(settings.NODE), once_hash=once_hash, kind=said.kind,
        service=offered.service if offered else "", service_name=offered.name if offered else {},
        case_reference=numbers.normalise(said.case_reference)[:16], text=said.text.strip(), role=said.role,
        named=said.named.strip(), phone=phone, language=said.language, door=door, received_at=clock.now(),
    )  # fmt: skip


def place(item: Item, home: UUID, is_authority: bool) -> None:
    """Whom it names may not have it: keep them out, and past the head send it to the authority."""
    item.institution_id = item.about_id = home
    staff = institutions.people_in(home)
    named: set[UUID] = set()
    if item.kind != Kind.PRAISE:
        named = rules.meant_by(item.named, [(one.person_id, one.name) for one in staff])
        named |= set(institutions.role_holders(home, item.role)) if item.role else set()
    heads = set(institutions.role_holders(home, rules.HEAD))
    # Nobody handles what he said himself, as whichever of his two ids.
    if item.person_id is not None:
        ids = [one.person_id for one in staff]
        natural = identity.natural_people([item.person_id, *ids])
        named |= {one for one in ids if natural[one] == natural[item.person_id]}
    item.barred = sorted({*item.barred, *map(str, named)})
    above = institutions.authority()
    if named & heads and not is_authority and above is not None:
        item.institution_id, item.level, item.is_sealed = above, AUTHORITY_LEVEL, True
        return
    desk = {one for role in rules.DESK for one in institutions.role_holders(home, role)}
    deputies = [one.person_id for one in staff if not one.roles.isdisjoint(rules.DEPUTIES)]
    item.owner_id = rules.deputy_for(desk, deputies, named)
