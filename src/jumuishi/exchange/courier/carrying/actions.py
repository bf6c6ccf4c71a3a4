"""What a person does with bundles, as the journal has it."""

from collections.abc import Sequence
from typing import IO
from uuid import UUID

from jumuishi.exchange.courier.carrying import keeping, reading, writing
from jumuishi.exchange.courier.carrying.tables import BundleFile, Packing
from jumuishi.exchange.registering import KEEPERS
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()


@identity.policy("exchange.bundle.carry")
def may_carry(actor: Actor, thing: Thing) -> bool:
    """Who looks after the systems of an institution of this node, or leads it; whoever keeps the machine.

    A bundle is closed for the other node and signed by ours, so carrying one shows nothing of what is inside.
    """
    return identity.is_system(actor, thing) or (identity.is_of_institution(actor, thing) and actor.has(*KEEPERS))


@identity.action("exchange.bundle.ask")
def ask(*, actor: Actor, to: str, packing_id: UUID) -> None:
    """Have all that waits for a node packed; the same packing again is the same. Raises ExchangeRefusedError."""
    thing = _thing(actor, packing_id)
    identity.must(actor, "exchange.bundle.carry", thing)
    writing.sender_to(to)
    with tenancy.acting_as(SYSTEM):
        row, is_new = Packing.objects.get_or_create(
            id=packing_id, defaults={"node": to, "by": actor.person_id, "at": clock.now()}
        )
    if is_new:
        jobs.later_by_name("exchange.bundle.pack", packing=str(row.id), lock=f"exchange.bundle {row.id}")
    identity.record(actor, thing, after={"to": row.node})


@identity.action("exchange.bundle.receive")
def receive(*, actor: Actor, source: IO[bytes], size: int) -> tuple[BundleFile, bool]:
    """Take a file of another node that an officer uploaded; whether it was taken before.

    Raises BadBundle, ExchangeRefusedError and NoSpaceError, and keeps nothing then.
    """
    identity.must(actor, "exchange.bundle.carry", _thing(actor, new_id()))
    with reading.opened(source) as reader:
        row = reading.note(reader, size)
    is_known = row.taken_at is not None
    if not is_known:
        keeping.store(source, row)
        jobs.later_by_name("exchange.bundle.take", row=str(row.id), lock=f"exchange.bundle {row.id}")
    identity.record(actor, _thing(actor, row.id), after={"node": row.node, "number": row.number, "again": is_known})
    return row, is_known


@identity.action("exchange.bundle.pack")
def packed(*, actor: Actor, to: str, pack_id: UUID, files: Sequence[BundleFile]) -> None:
    """Write down that files were written for a node."""
    thing = _thing(actor, pack_id)
    identity.must(actor, "exchange.bundle.carry", thing)
    after = {"to": to, "files": [[one.number, one.parcels, one.messages, one.bytes] for one in files]}
    identity.record(actor, thing, after=after)


@identity.action("exchange.bundle.take")
def taken(*, actor: Actor, row: BundleFile, messages: int) -> None:
    """Write down that a file of another node was taken."""
    thing = _thing(actor, row.id)
    identity.must(actor, "exchange.bundle.carry", thing)
    after = {"node": row.node, "number": row.number, "pack": row.pack, "parcels": row.parcels, "messages": messages}
    identity.record(actor, thing, after=after)


def _thing(actor: Actor, thing_id: UUID) -> Thing:
    return Thing("exchange_bundle", thing_id, actor.institution_id)
