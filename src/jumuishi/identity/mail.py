"""Letters by e-mail: what identity and the rooms above ask of the room of messages."""

from typing import Protocol
from uuid import UUID

from django.conf import settings

from jumuishi.identity.principal import as_system


class MailSender(Protocol):
    """What the room of messages fills."""

    def send_mail(self, *, to: str, subject: str, text: str, purpose: str, invitation: str) -> UUID:
        """Put the letter on its way, in the transaction that is open; called as the system. The letter's id."""
        ...

    def sends_letters(self) -> bool:
        """Whether this installation has a mail server at all."""
        ...


_sender: list[MailSender] = []


def register_mail_sender(sender: MailSender) -> None:
    """Fill the Protocol; the last one counts."""
    _sender[:] = [sender]


def send_mail(*, to: str, subject: str, text: str, purpose: str, invitation: str = "") -> UUID:
    """Send a letter after the caller's transaction; its id.

    What it says is forgotten once sent where its `purpose` begins with "secret.".
    `invitation` is a calendar with a METHOD (RFC 5546) that goes with it, so that a reader's own calendar takes it in.
    """
    if not _sender:
        raise LookupError("nobody sends letters: identity.mail.register_mail_sender was not called")
    with as_system():
        return _sender[0].send_mail(
            to=to.strip().lower(), subject=subject, text=text, purpose=purpose, invitation=invitation
        )


def sends_letters() -> bool:
    """Whether a letter would leave this installation."""
    return bool(_sender) and _sender[0].sends_letters()


def link_to(path: str, language: str) -> str:
    """A page of this installation as a letter names it."""
    return settings.PUBLIC_URL.rstrip("/") + ("/en" if language == "en" else "") + path
