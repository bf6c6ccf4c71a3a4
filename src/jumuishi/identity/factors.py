"""Second factors of an account: TOTP, passkeys, recovery codes. allauth does the cryptography; secrets are sealed.

Every function runs its look-ups as the system: an account's factors are readable to nobody else.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError

from jumuishi.identity import limits, open_sessions
from jumuishi.identity.models import Account
from jumuishi.kernel import seal, tenancy
from jumuishi.kernel.numbers import normalise

_PURPOSE = "identity.factor"


class SealedAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets of factors are kept under the installation's key; the house is called by its own name."""

    def encrypt(self, text: str) -> str:
        """The text sealed, as base64."""
        return base64.b64encode(seal.seal(text.encode(), _PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again; raises BrokenSealError."""
        return seal.unseal(base64.b64decode(encrypted_text), _PURPOSE).decode()

    def _get_site_name(self) -> str:
        return "Jumuishi"


def _system() -> Any:
    return tenancy.acting_as(tenancy.Principal.system())


def kinds(account: Account) -> frozenset[str]:
    """Which factors the account has: "totp", "webauthn", "recovery_codes"."""
    with _system():
        return frozenset(Authenticator.objects.filter(user_id=account.id).values_list("type", flat=True))


def is_enrolled(account: Account) -> bool:
    """Whether the account has a second factor of its own (recovery codes alone are none)."""
    return bool(kinds(account) & {"totp", "webauthn"})


def enrolled(account_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the accounts that have a second factor of their own; one query."""
    with _system():
        own = Authenticator.objects.filter(user_id__in=list(account_ids), type__in=("totp", "webauthn"))
        return set(own.values_list("user_id", flat=True))


def new_totp_secret() -> str:
    """A fresh secret, base32."""
    return str(totp.generate_totp_secret())


def totp_picture(account: Account, secret: str) -> str:
    """The secret as a QR code for an authenticator app: an SVG element to stand in the page."""
    adapter = SealedAdapter()
    svg: str = adapter.build_totp_svg(adapter.build_totp_url(account, secret))
    return svg[svg.index("<svg") :]


def add_totp(account: Account, secret: str, code: str) -> bool:
    """Make the secret the account's TOTP, once a code made from it is shown; replaces an older one."""
    if not totp.validate_totp_code(secret, normalise(code)):
        return False
    set_totp(account, secret)
    return True


def set_totp(account: Account, secret: str) -> None:
    """Make the secret the account's TOTP, unproved: for accounts made by the platform itself."""
    with _system():
        Authenticator.objects.filter(user_id=account.id, type=Authenticator.Type.TOTP).delete()
        totp.TOTP.activate(account, secret)
        RecoveryCodes.activate(account)


def passkey_registration(account: Account) -> dict[str, Any]:
    """Options for navigator.credentials.create(); the challenge is kept in the session."""
    with _system():
        return _plain(webauthn.begin_registration(account, passwordless=True))


def add_passkey(account: Account, name: str, credential: str) -> bool:
    """Keep the passkey that the browser made; False when it does not answer our challenge."""
    try:
        with _system():
            answer = json.loads(credential)
            webauthn.parse_registration_response(answer)
            webauthn.complete_registration(answer)
            webauthn.WebAuthn.add(account, name[:60], answer)
            RecoveryCodes.activate(account)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


def passkey_challenge(account: Account | None) -> dict[str, Any]:
    """Options for navigator.credentials.get(): of one account, or of whoever holds a passkey of ours."""
    with _system():
        return _plain(webauthn.begin_authentication(account))


def check_passkey(credential: str, account: Account | None = None) -> Account | None:
    """The account whose passkey answered our challenge (must be `account` where given); None otherwise."""
    try:
        with _system():
            answer = json.loads(credential)
            owner = account or webauthn.extract_user_from_response(answer)
            if not isinstance(owner, Account) or not owner.is_active:
                return None
            used = webauthn.complete_authentication(owner, answer)
            used.record_usage()
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return owner


def check_code(account: Account, code: str) -> str | None:
    """The kind of factor that a typed code belongs to ("totp", "recovery_codes"), or None; limited per account."""
    if limits.spent("factor.account", str(account.id)):
        return None
    typed = normalise(code)
    with _system():
        for found in Authenticator.objects.filter(user_id=account.id).exclude(type=Authenticator.Type.WEBAUTHN):
            if found.type == Authenticator.Type.RECOVERY_CODES:
                if RecoveryCodes(found).validate_code(typed):
                    return "recovery_codes"
            # A code counts once in the whole installation, not once in each process as allauth's cache would have it.
            elif totp.TOTP(found).validate_code(typed) and limits.hit(f"{account.id}:{typed}", "totp.used", 1, 120):
                return "totp"
    limits.allowed("factor.account", str(account.id))
    return None


def recovery_codes(account: Account) -> list[str]:
    """The recovery codes that are still unused; none without a factor."""
    with _system():
        found = Authenticator.objects.filter(user_id=account.id, type=Authenticator.Type.RECOVERY_CODES).first()
        return list(RecoveryCodes(found).get_unused_codes()) if found else []


def renew_recovery_codes(account: Account) -> None:
    """Throw the recovery codes away and make ten new ones."""
    with _system():
        Authenticator.objects.filter(user_id=account.id, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(account)


def listed(account: Account) -> list[dict[str, Any]]:
    """The account's own factors for its security page: id, type, name, created_at, last_used_at."""
    with _system():
        return [
            {
                "id": found.id,
                "type": found.type,
                "name": found.data.get("name", ""),
                "created_at": found.created_at,
                "last_used_at": found.last_used_at,
            }
            for found in Authenticator.objects.filter(user_id=account.id).order_by("created_at")
            if found.type != Authenticator.Type.RECOVERY_CODES
        ]


def remove_all(account_id: UUID) -> None:
    """Take every factor away and end every session."""
    with _system():
        Authenticator.objects.filter(user_id=account_id).delete()
        account = Account.objects.select_for_update().get(id=account_id)
        open_sessions.drop_officers(account.person_id)
        account.epoch += 1
        account.save(update_fields=["epoch"])


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(options, default=_bytes))
    return found


def _bytes(value: object) -> object:
    if isinstance(value, bytes):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
