"""Letters by e-mail: what identity asks of this room. Kept in the caller's transaction, sent after it by SMTP."""

import re
import smtplib
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from django.db import transaction

from jumuishi.identity.public import register_mail_sender
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.due import due
from jumuishi.messaging import options, rules
from jumuishi.messaging.models import Mail
from jumuishi.messaging.types import MessageState

SECRET = "secret."  # noqa: S105  # how the purpose of a letter with a link or code in it begins
TIMEOUT = 15
_LIFE_SECONDS = 72 * 3600
_METHOD = re.compile(r"^METHOD:(\w+)\s*$", re.MULTILINE)


class Letters:
    """Fills identity's MailSender."""

    def send_mail(self, *, to: str, subject: str, text: str, purpose: str, invitation: str = "") -> UUID:
        """Keep the letter; a worker sends it once the transaction is there. Its id."""
        now = clock.now()
        one_line = " ".join(subject.split())[:160]
        row = Mail.objects.create(
            to=to[:200], subject=one_line, text=text, purpose=purpose[:80], invitation=invitation,
            next_attempt_at=now, created_at=now,
        )  # fmt: skip
        jobs.later_by_name("messaging.mail.send", mail_id=str(row.id))
        return row.id

    def sends_letters(self) -> bool:
        """Whether the operator named a mail server."""
        return bool(options.mail_server())


register_mail_sender(Letters())


def send(mail_id: UUID) -> None:
    """Try to send a letter that waits; no transaction is open while the server is asked."""
    now = clock.now()
    waiting = Mail.objects.filter(id=mail_id, state=MessageState.QUEUED)
    with transaction.atomic():
        found = waiting.select_for_update(skip_locked=True).filter(due("next_attempt_at", rules.LONGEST_WAIT)).first()
        if found is None:
            return
        # Taken for a minute: a worker that dies here loses nothing.
        waiting.update(next_attempt_at=now + clock.seconds(60), attempts=found.attempts + 1)
    if found.created_at + clock.seconds(_LIFE_SECONDS) <= now:
        _note(found, state=MessageState.FAILED, failure="too late")
        return
    server = options.mail_server()
    if server != "outbox":
        try:
            _hand_over(server, found)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            _note(found, state=MessageState.FAILED, failure=str(error)[:120])
            return
        except (OSError, smtplib.SMTPException, ValueError) as error:
            again = rules.next_attempt(found.attempts + 1, now)
            with transaction.atomic():
                waiting.update(next_attempt_at=again, failure=str(error)[:120])
            return
    _note(found, state=MessageState.SENT, failure="", sent_at=clock.now())


def _hand_over(server: str, mail: Mail) -> None:
    """Give the letter to smtp://user:password@host:port?from=...&tls=1; raises OSError, SMTPException, ValueError."""
    parts = urlsplit(server)
    query = parse_qs(parts.query)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or "from" not in query:
        raise ValueError("JUMUISHI_MAIL is smtp://host:port?from=ADDRESS, or outbox")
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = query["from"][0], mail.to, mail.subject
    letter["Message-ID"] = f"<{mail.id}@{query['from'][0].rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(mail.text)
    if mail.invitation:
        _invite(letter, mail.invitation)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname, parts.port or 25, timeout=TIMEOUT) as smtp:
        if query.get("tls") == ["1"]:
            smtp.starttls()
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
        smtp.send_message(letter)


def _invite(letter: EmailMessage, calendar: str) -> None:
    """As RFC 6047 asks: the calendar beside the words, its method in its type; and as a file for who reads no such."""
    found = _METHOD.search(calendar)
    method = found[1].upper() if found else "PUBLISH"
    letter.add_alternative(calendar, subtype="calendar", params={"method": method})
    letter.add_attachment(calendar, subtype="calendar", filename="kikao.ics", params={"method": method})


def _note(mail: Mail, **changes: object) -> None:
    """What became of it. A link or code is forgotten with its sending, except where a demonstration shows it."""
    if mail.purpose.startswith(SECRET) and not options.is_demonstration():
        changes["text"] = ""
    with transaction.atomic():
        Mail.objects.filter(id=mail.id).update(next_attempt_at=None, **changes)


def letters_to(address: str, *, limit: int = 50) -> list[Mail]:
    """What was written to an address, oldest first of the newest `limit`."""
    rows = Mail.objects.filter(to=address.strip().lower()).order_by("-created_at", "-id")[:limit]
    return list(reversed(rows))
