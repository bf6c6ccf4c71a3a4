"""One-time codes to a phone or an e-mail: six digits, ten minutes, five tries; wrong, expired and absent look alike."""

from typing import Protocol

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from jumuishi.identity import limits
from jumuishi.identity.mail import send_mail
from jumuishi.identity.models import OneTimeCode
from jumuishi.identity.principal import as_system
from jumuishi.identity.rules import new_code, normalise_phone
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import normalise
from jumuishi.kernel.text import t


class CodeSender(Protocol):
    """What the room of messages fills."""

    def send_code(self, *, phone: str, code: str, purpose: str, language: str, about: str) -> None:
        """Put the code on its way to +255XXXXXXXXX, in the transaction that is open; called as the system.

        `about`: what whoever tells it agrees to, where it is no sign-in; empty for one.
        """
        ...


_sender: list[CodeSender] = []


def register_sender(sender: CodeSender) -> None:
    """Fill the Protocol; the last one counts."""
    _sender[:] = [sender]


def start_code(phone: str, purpose: str, address: str, *, language: str = "sw", about: str = "") -> bool:
    """Send a fresh code for a purpose to a phone in any form; the one before it ends. `about`: as send_code has it.

    False when one of the caps is reached (why_not says which kind). Raises BadPhoneError, also for a number in a
    country or network that this installation does not write to (settings.IDENTITY_PHONE_PREFIXES).
    """
    number = normalise_phone(phone)
    if not number.startswith(settings.IDENTITY_PHONE_PREFIXES):
        raise BadPhoneError
    if not _sender:
        raise LookupError("nobody sends codes: identity.codes.register_sender was not called")
    # From the narrowest cap to the widest: who is stopped by one takes nothing of the next, which others share. Each
    # SMS costs money and some numbers pay whoever makes us write to them, so blocks of numbers have a cap too.
    free = _may_ask(number, address) and all(limits.allowed(cap, key) for cap, key in _caps(number))
    code = _keep(number, purpose) if free else None
    if code is None:
        return False
    with as_system():
        _sender[0].send_code(phone=number, code=code, purpose=purpose, language=language, about=about)
    return True


def start_mail_code(email: str, purpose: str, address: str, *, language: str = "sw") -> bool:
    """As start_code, to an e-mail address: proves that whoever asks reads its letters."""
    to = email.strip().lower()
    if not _may_ask(to, address):
        return False
    code = _keep(to, purpose)
    send_mail(
        to=to,
        subject=t("identity.mail_code_subject", language),
        text=t("identity.mail_code", language, code=code),
        purpose=f"secret.code.{purpose}",
    )
    return True


def why_not(phone: str) -> str:
    """The text's key that tells whoever got no code what to do: come back in an hour, or tomorrow."""
    over = any(limits.spent(cap, key) for cap, key in _caps(normalise_phone(phone)))
    return "identity.too_many_codes_today" if over else "identity.too_many_codes"


def _may_ask(to: str, address: str) -> bool:
    return all(
        limits.allowed(cap, key)
        for cap, key in (
            ("code.address", address),
            ("code.network", limits.network_of(address)),
            ("code.phone", to),
        )
    )


def _caps(number: str) -> tuple[tuple[str, str], ...]:
    """The caps of a day: the number, its block of ten thousand, its network, everybody."""
    return (
        ("code.phone_day", number),
        ("code.block_day", number[:-4]),
        ("code.prefix_day", number[:6]),
        ("code.installation_day", ""),
    )


def _keep(to: str, purpose: str) -> str:
    """A fresh code for an address of any kind, in place of the one before it."""
    code, now = new_code(), clock.now()
    fresh = {
        "code_hash": _hash(to, purpose, code),
        "tries": 0,
        "expires_at": now + clock.seconds(settings.IDENTITY_LIFE["code_seconds"]),
        "created_at": now,
    }
    with as_system():
        OneTimeCode.objects.update_or_create(
            sent_to=to, purpose=purpose, defaults=fresh, create_defaults={"id": new_id(), **fresh}
        )
    return code


def check_code(phone: str, purpose: str, code: str, address: str) -> bool:
    """Whether this is the phone's code for the purpose; a right one is used up. Raises BadPhoneError."""
    return _check(normalise_phone(phone), purpose, code, address)


def check_mail_code(email: str, purpose: str, code: str, address: str) -> bool:
    """As check_code, for a code that went to an e-mail address."""
    return _check(email.strip().lower(), purpose, code, address)


def _check(to: str, purpose: str, code: str, address: str) -> bool:
    typed = normalise(code)
    with as_system():
        found = OneTimeCode.objects.select_for_update().filter(sent_to=to, purpose=purpose).first()
        right = constant_time_compare(found.code_hash if found else "", _hash(to, purpose, typed))
        free = not (limits.spent("code.wrong.address", address) or limits.spent("code.wrong.phone", to))
        if found is not None:
            now = clock.now()
            # A code from the time to come: the clock was set back, and nobody knows how old it is.
            astray = found.created_at > now + clock.seconds(60)
            late = astray or found.expires_at <= now or found.tries >= settings.IDENTITY_LIFE["code_tries"]
            if right and free and not late:
                found.delete()
                return True
            found.tries += 1
            found.save(update_fields=["tries"])
        # Wrong tries count by place and by phone: guessing many phones from one place, or one from many, ends.
        limits.allowed("code.wrong.address", address)
        limits.allowed("code.wrong.phone", to)
        return False


def _hash(to: str, purpose: str, code: str) -> str:
    return str(salted_hmac("identity.code", f"{to}|{purpose}|{code}", algorithm="sha256").hexdigest())
