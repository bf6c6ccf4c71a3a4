"""What an account's owner is told once something that lets them in was changed: by letter, else by SMS."""

from typing import Protocol
from uuid import UUID

from django.conf import settings

from jumuishi.identity import mail
from jumuishi.identity.models import Account
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t


class SmsSender(Protocol):
    """What the room of messages fills."""

    def send_notice(self, *, person_id: UUID, phone: str, text: str) -> None:
        """Put a short message on its way to +255XXXXXXXXX, in the transaction that is open; called as the system."""
        ...


_sender: list[SmsSender] = []


def register_sms_sender(sender: SmsSender) -> None:
    """Fill the Protocol; the last one counts."""
    _sender[:] = [sender]


def tell_owner(account: Account, what: str, *, old_phone: str = "") -> None:
    """Say that `what` (the text identity.notice_WHAT) was changed just now, and what to do if it was somebody else.

    Called as the system, within the action that changed it. It goes to the mailbox, which only its owner reads; to the
    proved phone where this installation sends no letters; and to `old_phone`, which is no longer theirs by our books.
    """
    lang = account.person.language
    when = say_instant(clock.now(), lang, settings.TIME_ZONE)
    done = t(f"identity.notice_{what}", lang)
    if mail.sends_letters():
        mail.send_mail(
            to=account.email,
            subject=t("identity.notice_subject", lang, what=done),
            text=t(
                "identity.notice_letter",
                lang,
                name=account.person.name,
                what=done,
                when=when,
                link=mail.link_to("/ofisi/nywila/", lang),
            ),
            purpose=f"notice.{what}",
        )
        phones = {old_phone}
    else:
        phones = {old_phone, account.person.phone}
    text = t("identity.notice_sms", lang, what=done, when=when)
    for phone in sorted(phones - {""}):
        if _sender:
            _sender[0].send_notice(person_id=account.person_id, phone=phone, text=text)
