"""Who may send a file in parts: whoever may hand it in whole; its end comes by the clock."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing


@identity.policy("cases.upload.write")
def write_upload(actor: Actor, thing: Thing) -> bool:
    """The person whose draft or case it is, or a helper who openly acts for them."""
    return identity.is_owner(actor, thing) or (actor.on_behalf_of is not None and actor.on_behalf_of == thing.person_id)


@identity.policy("cases.upload.expire")
def expire_upload(actor: Actor, thing: Thing) -> bool:
    """Clocks are the platform's."""
    return identity.is_system(actor, thing)
