"""The gateway that this installation names, and how it knows an institution."""

from uuid import UUID

from django.conf import settings

from jumuishi.payments import models, options
from jumuishi.payments.gateways.gepg import GepgGateway
from jumuishi.payments.gateways.protocol import Account, Gateway


def gateway() -> Gateway | None:
    """None when the installation has none: bills then wait, with their owner and clock."""
    url = options.gateway_address()
    return GepgGateway(url, options.key_folder(), settings.TIME_ZONE) if url else None


def default_account() -> Account | None:
    """The codes of an installation that is one service provider for all its institutions; None when not so."""
    codes = [option.strip() for option in options.option("JUMUISHI_GEPG_ACCOUNT", "").split(",")]
    if len(codes) == 4 and all(codes):
        return Account(*codes)
    return Account("SP000", "0000", "DEMO", "0") if options.is_demonstration() else None


def account_of(institution_id: UUID) -> Account | None:
    """The codes of an institution; None when nobody has noted any: its bills wait."""
    found = models.CollectionAccount.objects.filter(institution_id=institution_id).first()
    if found is None:
        return default_account()
    return Account(found.sp_code, found.sub_sp_code, found.system_id, found.gfs_code)
