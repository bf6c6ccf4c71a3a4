"""From one institution of this node to another: the same parcels, which need no way."""

from django.db import transaction

from jumuishi.exchange.courier import packing
from jumuishi.exchange.courier.network import network, wire_of
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Outbox
from jumuishi.exchange.courier.taking import take
from jumuishi.kernel import tenancy

SYSTEM = tenancy.Principal.system()
ROUNDS = 50


def deliver() -> None:
    """Take what waits for members of this node, until nothing does."""
    with tenancy.acting_as(SYSTEM):
        for _ in range(ROUNDS):
            with transaction.atomic():
                here = network()
                mine = [wire_of(one) for one in here.homes]
                if not Outbox.objects.filter(state=OutState.WAITING, member__in=mine).exists():
                    return
                parcel = packing.pack(here.name, here)
            words = take(parcel, {"way": "home"})
            if words is not None:
                take(words, {"way": "home"}, answers=False)
