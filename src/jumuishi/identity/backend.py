"""Who a session belongs to; passwords are checked in accounts, second factors in factors."""

from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from jumuishi.identity.models import Account
from jumuishi.identity.principal import as_system


class AccountBackend(BaseBackend):
    """Finds a session's account as the system, by its id and nothing else; never signs anybody in by itself."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> Account | None:  # noqa: ARG002  # Django's shape
        return None

    def get_user(self, user_id: UUID) -> Account | None:
        """The account, with its person; None when it is gone or closed."""
        with as_system():
            return Account.objects.select_related("person").filter(id=user_id, is_active=True).first()
