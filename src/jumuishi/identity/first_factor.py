"""Somebody else vouched for an officer instead of the password: the second factor of ours is still to come."""

from uuid import UUID

from django.http import HttpRequest

from jumuishi.identity import factors, session
from jumuishi.identity.models import Account
from jumuishi.identity.principal import as_system


def begin_half(request: HttpRequest, person_id: UUID, chain: UUID, onward: str) -> bool:
    """As if the password had been shown, for a session that will be of this chain; False without an open account."""
    with as_system():
        account = Account.objects.select_related("person").filter(person_id=person_id, is_active=True).first()
    if account is None or not factors.is_enrolled(account):
        return False
    session.remember_half(request, account, chain=chain)
    request.session[session.NEXT] = onward
    return True
