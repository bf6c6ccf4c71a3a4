"""How the gateway knows an institution."""

from uuid import UUID

from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.payments import models


@action("payments.account.set")
def set_account(
    *, actor: Actor, institution_id: UUID, sp_code: str, sub_sp_code: str, system_id: str, gfs_code: str
) -> None:
    """Note an institution's service provider codes, as the gateway gave them."""
    thing = Thing("collection_account", institution_id, institution_id)
    must(actor, "payments.account.set", thing)
    codes = {"sp_code": sp_code, "sub_sp_code": sub_sp_code, "system_id": system_id, "gfs_code": gfs_code}
    with tenancy.acting_as(tenancy.Principal.system()):
        models.CollectionAccount.objects.update_or_create(
            institution_id=institution_id, defaults=codes, create_defaults={**codes, "created_at": clock.now()}
        )
    record(actor, thing, after=codes)
