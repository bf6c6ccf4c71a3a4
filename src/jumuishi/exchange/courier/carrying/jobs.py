"""Packing and taking in behind the pages; one call each."""

from uuid import UUID

from django.db import transaction

from jumuishi.exchange.courier.carrying import actions, keeping
from jumuishi.identity.types import Actor
from jumuishi.kernel import jobs, tenancy

SYSTEM = tenancy.Principal.system()


@jobs.job("exchange.bundle.pack")
def pack(*, packing: str) -> None:
    """Pack what an officer asked for."""
    files = keeping.pack_for(UUID(packing))
    if files:
        actions.packed(actor=Actor.system(), to=files[0].node, pack_id=files[0].pack, files=files)


@jobs.job("exchange.bundle.take")
def take(*, row: str) -> None:
    """Take in a file that an officer uploaded."""
    found = keeping.take_in(UUID(row))
    if found is not None:
        actions.taken(actor=Actor.system(), row=found[0], messages=found[1])


@jobs.every(60, "exchange.bundles.catch_up")
def catch_up() -> None:
    """What a worker left behind goes on."""
    packings, files = keeping.left_over()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        for one in packings:
            jobs.later(pack, packing=str(one), lock=f"exchange.bundle {one}")
        for one in files:
            jobs.later(take, row=str(one), lock=f"exchange.bundle {one}")


@jobs.every(3600, "exchange.bundles.forget")
def forget() -> None:
    """Packed files don't stay for ever."""
    keeping.forget()
