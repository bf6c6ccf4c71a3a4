"""What somebody is told outside of the pages, by letter, else by SMS: changes to what lets them in, work that waits."""

from collections.abc import Callable, Iterable
from typing import Protocol
from uuid import UUID

from django.conf import settings

from jumuishi.identity import mail
from jumuishi.identity.models import Account, Person
from jumuishi.identity.principal import as_system
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t


class SmsSender(Protocol):
    """What the room of messages fills."""

    def send_notice(self, *, person_id: UUID, phone: str, text: str, purpose: str = "notice") -> None:
        """Put a short message on its way to +255XXXXXXXXX, in the transaction that is open; called as the system.

        The `purpose` "notice" goes at any hour and to everybody, "work" as other messages do.
        """
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


def tell(person_ids: Iterable[UUID], say: Callable[[str], tuple[str, str]], *, purpose: str) -> None:
    """Tell people of work that waits for them: `say(language)` is a subject and a letter; by SMS the subject alone.

    Whoever has neither a mailbox that letters go to nor a phone reads it on the pages only.
    """
    with as_system():
        wanted = set(person_ids)
        boxes = dict(Account.objects.filter(person_id__in=wanted).values_list("person_id", "email"))
        for one in Person.objects.filter(id__in=wanted):
            subject, text = say(one.language)
            if one.id in boxes and mail.sends_letters():
                mail.send_mail(to=boxes[one.id], subject=subject, text=text, purpose=purpose)
            elif one.phone and _sender:
                _sender[0].send_notice(person_id=one.id, phone=one.phone, text=subject, purpose="work")
