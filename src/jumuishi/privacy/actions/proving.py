"""A number becomes the person's once its register, having asked them, says so."""

from jumuishi.exchange import public as exchange
from jumuishi.exchange.types import Fetched
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.privacy.models import ProvenNumber
from jumuishi.privacy.proven import KIND

SYSTEM = tenancy.Principal.system()
SHOWN = 4


@identity.action("privacy.number.keep")
def keep_number(*, actor: Actor, number: str, said: Fetched) -> None:
    """Keep a mark of the number, never the number; twice is once. `said` is the register's word, got a moment ago."""
    thing = Thing("person", actor.who, None, actor.who)
    identity.must(actor, "privacy.own", thing)
    with tenancy.acting_as(SYSTEM):
        ProvenNumber.objects.get_or_create(
            person_id=actor.who, mark=exchange.mark_of(KIND, number),
            defaults={
                "id": new_id(), "kind": KIND, "ending": number[-SHOWN:], "source": said.source,
                "message_id": said.message_id, "proven_at": clock.now(),
            },
        )  # fmt: skip
    identity.record(actor, thing, after={"kind": KIND, "source": said.source, "message": said.message_id})


@identity.action("privacy.number.forget")
def forget_numbers(*, actor: Actor) -> None:
    """The person's numbers are theirs no more here; their looks are found again by proving them anew."""
    thing = Thing("person", actor.who, None, actor.who)
    identity.must(actor, "privacy.own", thing)
    with tenancy.acting_as(SYSTEM):
        ProvenNumber.objects.filter(person_id=actor.who).delete()
    identity.record(actor, thing, after={"numbers": 0})
