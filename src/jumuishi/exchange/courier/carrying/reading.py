"""A file from another node: believed as a whole or not at all, then taken parcel by parcel; again it is nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import node
from jumuishi.exchange.courier import taking, wire
from jumuishi.exchange.courier.bundle import sealing, trust
from jumuishi.exchange.courier.bundle.envelope import Head, Limits, Reader
from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw
from jumuishi.exchange.courier.carrying import numbers
from jumuishi.exchange.courier.carrying.disk import spool
from jumuishi.exchange.courier.carrying.tables import BundleFile
from jumuishi.exchange.courier.carrying.writing import SYSTEM, current_directory
from jumuishi.exchange.courier.states import Direction
from jumuishi.exchange.courier.types import Parcel, UnreadParcel
from jumuishi.kernel import clock, space, tenancy
from jumuishi.kernel.ids import new_id


@contextmanager
def opened(source: IO[bytes]) -> Iterator[Reader]:
    """What is in a file, whole and as its node signed it. Raises BadBundle, ExchangeRefusedError and NoSpaceError."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        keys, directory, own, now = node.keys_of_parcels(), current_directory(), node.own().name, clock.now()
    size = source.seek(0, 2)
    source.seek(0)
    with spool() as plain:
        space.must_hold(settings.JUMUISHI_DATA, size)
        sealing.open_with(keys, source, plain, most=size)
        plain.seek(0)
        reader = Reader(plain, lambda head: trust.key_of(head, directory, own, now), Limits())
        for _ in parcels_of(reader):
            pass
        yield reader


def parcels_of(reader: Reader) -> Iterator[Parcel]:
    """Each parcel. Raises BadBundle for one that is none, or of other nodes than the file."""
    for data in reader.parcels_in_order():
        try:
            parcel = wire.read(data)
        except UnreadParcel as error:
            raise BadBundle(Flaw.ALTERED, str(error)) from error
        if (parcel.sender, parcel.receiver) != (reader.head.sender, reader.head.receiver):
            raise BadBundle(Flaw.ALTERED, "a parcel of others")
        yield parcel


def known(head: Head) -> BundleFile | None:
    """The row of a file that came before."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return BundleFile.objects.filter(
            direction=Direction.IN, node=head.sender, number=head.number, pack=UUID(head.pack)
        ).first()


def note(reader: Reader, size: int) -> BundleFile:
    """The row of a file that was opened; there already for one that came before."""
    head = reader.head
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row, _ = BundleFile.objects.get_or_create(
            direction=Direction.IN, node=head.sender, number=head.number, pack=UUID(head.pack),
            defaults={
                "id": new_id(), "file": head.file, "is_last": reader.is_last, "made_at": head.made_at,
                "at": clock.now(), "bytes": size, "parcels": reader.parcels,
            },
        )  # fmt: skip
    return row


def take(reader: Reader, row: BundleFile) -> int:
    """Take all that is in it; how many messages. A kill in between costs nothing: what was taken is taken once."""
    head, count = reader.head, 0
    proof = {"bundle": head.number, "pack": head.pack, "file": head.file, "keyid": head.keyid}
    for parcel in parcels_of(reader):
        taking.take(parcel, proof, answers=False)
        count += len(parcel.messages)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        BundleFile.objects.filter(id=row.id, taken_at=None).update(taken_at=clock.now(), messages=count)
        numbers.told(head)
    return count
