"""What waits for a node is written into files of a folder, each whole in itself; none is there by half."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction

from jumuishi.exchange import node
from jumuishi.exchange.courier import wire
from jumuishi.exchange.courier.bundle import names, sealing
from jumuishi.exchange.courier.bundle.envelope import Head, Writer
from jumuishi.exchange.courier.bundle.trust import member_of
from jumuishi.exchange.courier.carrying import numbers
from jumuishi.exchange.courier.carrying.disk import put, spool
from jumuishi.exchange.courier.carrying.tables import BundleFile
from jumuishi.exchange.courier.carrying.waiting import parcels_to
from jumuishi.exchange.courier.network import Network, network
from jumuishi.exchange.courier.states import Direction
from jumuishi.exchange.courier.types import Parcel
from jumuishi.exchange.directory.model import Directory
from jumuishi.exchange.directory.standing import Grade
from jumuishi.exchange.models import Directory as Kept
from jumuishi.exchange.signing.keys import SigningKey
from jumuishi.exchange.standing import standing
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.xroad.identifiers import MemberId
from jumuishi.kernel import clock, space, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
# Bytes of a file, as it is written: what is torn is copied again, so it is no more than that.
SIZE = 24 * 1_048_576


@dataclass(frozen=True, slots=True)
class Sender:
    """What a file is written with: who we are, whom it is for, what signs and what closes it."""

    network: Network
    receiver: str
    recipient: str
    key: SigningKey


def pack(to: str, folder: Path, *, pack_id: UUID | None = None, size: int = SIZE) -> list[BundleFile]:
    """Write all that waits for a node, and what it is owed, into files of a folder; none where nothing does.

    Raises ExchangeRefusedError, and OSError of the folder; what was written until then is whole.
    """
    sender, found, pack = sender_to(to), list[BundleFile](), pack_id or new_id()
    with tenancy.acting_as(SYSTEM):
        parcels = parcels_to(to, sender.network)
        parcel = next(parcels, None)
        while parcel is not None:
            row, parcel = _file(sender, folder, pack, len(found) + 1, parcel, parcels, size)
            found.append(row)
    return found


def sender_to(to: str) -> Sender:
    """Raises ExchangeRefusedError where nothing can be packed for that node."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        known, directory, here = network(), current_directory(), node.own().name
        nodes = {one.id.server_code: one for one in directory.nodes}
        if to == here or to not in nodes:
            raise ExchangeRefusedError("exchange.carry_no_node", "to")
        if not sealing.is_recipient(nodes[to].recipient):
            raise ExchangeRefusedError("exchange.carry_no_recipient", "to")
        if here not in nodes:
            raise ExchangeRefusedError("exchange.carry_not_admitted")
        key = node.key_of_member(_home_of(known, member_of(nodes[here].id)))
        if directory.key(key.keyid, clock.now()) is None:
            # Nobody else would believe it yet.
            raise ExchangeRefusedError("exchange.carry_not_admitted")
        return Sender(known, to, nodes[to].recipient, node.opened(key))


def current_directory() -> Directory:
    """The directory, while it counts; raises ExchangeRefusedError. Needs a transaction as the system."""
    found = standing()
    if found is None or found[1] is Grade.EXPIRED:
        raise ExchangeRefusedError("exchange.carry_no_directory")
    return found[0]


def _home_of(known: Network, member: MemberId) -> UUID:
    home = known.homes.get(member)
    if home is None:
        raise ExchangeRefusedError("exchange.carry_not_admitted")
    return home


def directory() -> tuple[int, bytes] | None:
    """The signed directory as it travels, with its serial."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        kept = Kept.objects.order_by("-serial").first()
    return (kept.serial, bytes(kept.body)) if kept else None


def write_directory(folder: Path) -> None:
    """Put the signed directory beside the bundles: a node without a line knows by it whom to believe."""
    kept = directory()
    if kept is None:
        return
    path = folder / names.directory_name(kept[0])
    if not path.exists():
        put(path, lambda out: out.write(kept[1]))


def _file(
    sender: Sender, folder: Path, pack: UUID, file: int, first: Parcel, rest: Iterator[Parcel], size: int
) -> tuple[BundleFile, Parcel | None]:
    """One file, from `first` on; and the parcel that it had no more room for."""
    with transaction.atomic():
        number, heard = numbers.next_to(sender.receiver), numbers.heard_of(sender.receiver)
    head = Head(
        sender.network.name, sender.receiver, number, str(pack), file, clock.now(), sender.key.keyid, *heard
    )  # fmt: skip
    parcel: Parcel | None = first
    messages = 0
    with spool() as plain:
        writer = Writer(plain, head, sender.key)
        while parcel is not None and (writer.parcels == 0 or writer.written < size):
            writer.add(b"".join(wire.written(parcel)))
            messages += len(parcel.messages)
            parcel = next(rest, None)
        writer.close(is_last=parcel is None)
        path = folder / names.name_of(head.sender, head.receiver, number, file)
        space.must_hold(folder, writer.written)
        plain.seek(0)
        put(path, lambda out: sealing.close_for(sender.recipient, plain, out))
    with transaction.atomic():
        row = BundleFile.objects.create(
            direction=Direction.OUT, node=sender.receiver, number=number, pack=pack, file=file, is_last=parcel is None,
            made_at=head.made_at, at=head.made_at, bytes=path.stat().st_size, parcels=writer.parcels, messages=messages,
        )  # fmt: skip
    return row, parcel
