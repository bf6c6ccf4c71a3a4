"""In whose name registers are asked: a system of the institution's own, that this installation holds the key of."""

from uuid import UUID

from django.db import transaction

from jumuishi.exchange import members
from jumuishi.exchange.models import Asker, Credential
from jumuishi.exchange.registering import make_key, register_subsystem
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import seal, unseal

SYSTEM = tenancy.Principal.system()
SEALED_FOR = "exchange.asker-key"
CODE = "huduma"


@identity.action("exchange.asker.set_up")
def set_up_asker(*, actor: Actor, contact_name: str, contact_email: str) -> UUID:
    """Let this installation's services ask registers in the institution's name: its system `huduma`, with a new key.

    The key is kept here, sealed, and shown to nobody; agreements with the registers are asked for that system as for
    any other. The same again is a new key. Returns the system's id; raises ExchangeRefusedError.
    """
    home = register_subsystem(
        actor=actor, code=CODE, name="Huduma za mtandaoni", contact_name=contact_name, contact_email=contact_email
    )
    earlier = Asker.objects.select_for_update().filter(institution_id=actor.workplace).first()
    credential, key = make_key(actor=actor, subsystem_id=home)
    values = {"subsystem_id": home, "credential_id": credential, "sealed": seal(key.encode(), SEALED_FOR)}
    if earlier is not None:
        Credential.objects.filter(id=earlier.credential_id, ended_at=None).update(ended_at=clock.now())
        Asker.objects.filter(id=earlier.id).update(**values, made_at=clock.now())
    else:
        Asker.objects.create(id=new_id(), institution_id=actor.workplace, made_at=clock.now(), **values)
    identity.record(actor, Thing("subsystem", home, actor.workplace), after={"asks_registers": True})
    return home


def asker_of(institution_id: UUID) -> tuple[str, str] | None:
    """The identifier and the key to ask with; None for an institution that asks no register."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = Asker.objects.filter(institution_id=institution_id, subsystem__ended_at=None).first()
        if row is None:
            return None
        try:
            client = members.client_of(institution_id, CODE)
        except LookupError:
            return None
        return client.wire, unseal(bytes(row.sealed), SEALED_FOR).decode()
