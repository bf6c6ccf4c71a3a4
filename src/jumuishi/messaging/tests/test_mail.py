"""Letters leave by SMTP after the transaction; a server that is away is asked again; secrets go with the sending."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client, override_settings

from jumuishi.identity.public import send_mail
from jumuishi.kernel import clock
from jumuishi.messaging import mail
from jumuishi.messaging.models import Mail

pytestmark = pytest.mark.database


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client of ours speaks; keeps what it was given."""

    def handle(self) -> None:
        self.wfile.write(b"220 mfano.example ESMTP\r\n")
        letter = b""
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"RCPT" and b"nobody@" in line:
                self.wfile.write(b"550 no such mailbox\r\n")
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                self.server.got.append(letter.decode())  # type: ignore[attr-defined]
                self.wfile.write(b"250 kept\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def server() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as found:
        found.got = []  # type: ignore[attr-defined]
        threading.Thread(target=found.serve_forever, daemon=True).start()
        with override_settings(
            DEMONSTRATION=False, JUMUISHI_MAIL=f"smtp://127.0.0.1:{found.server_address[1]}?from=j@mfano.example"
        ):
            yield found
        found.shutdown()


def write(to: str = "mkuu@mpya.example", purpose: str = "secret.invite") -> Mail:
    send_mail(to=to, subject="Karibu\nJumuishi", text="Kiungo: https://mfano.example/karibu/x/ ñ", purpose=purpose)
    return Mail.objects.get(to=to)


def test_a_letter_leaves_by_smtp_and_its_secret_is_forgotten(
    db: None, server: Any, run_jobs: Callable[[], int]
) -> None:
    row = write()
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.text) == ("sent", "")
    [got] = server.got
    assert "Subject: Karibu Jumuishi" in got
    assert "To: mkuu@mpya.example" in got
    assert f"Message-ID: <{row.id}@mfano.example>" in got
    mail.send(row.id)
    assert len(server.got) == 1, "sent once"


def test_a_mailbox_that_is_not_there_fails_and_an_open_letter_is_kept(db: None, server: Any) -> None:
    row = write("nobody@mpya.example", "institutions.refused")
    mail.send(row.id)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "no such mailbox" in row.failure
    assert "Kiungo" in row.text


@override_settings(DEMONSTRATION=False, JUMUISHI_MAIL="smtp://127.0.0.1:1?from=j@mfano.example")
def test_a_server_that_is_away_is_asked_again_for_three_days(db: None) -> None:
    row = write()
    mail.send(row.id)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 1)
    assert row.next_attempt_at
    assert row.next_attempt_at > clock.now()
    with clock.frozen(clock.now() + timedelta(hours=73)):
        mail.send(row.id)
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "too late")


def test_a_demonstration_shows_its_letters_to_this_machine_only(db: None, run_jobs: Callable[[], int]) -> None:
    write()
    run_jobs()
    shown = Client().get("/demo/outbox.json", {"to": "MKUU@mpya.example"}).json()["messages"]
    assert [(one["subject"], one["state"]) for one in shown] == [("Karibu Jumuishi", "sent")]
    assert "/karibu/x/" in shown[0]["text"]
    assert Client().get("/demo/outbox.json", {"to": "mkuu@mpya.example"}, REMOTE_ADDR="192.0.2.1").status_code == 404


def test_a_name_adds_no_header_to_a_letter(db: None) -> None:
    """Whoever is called with a line break in the name writes to nobody else."""
    mail.Letters().send_mail(
        to="juma@mfano.example", subject="Karibu Juma\r\nBcc: baraka@jirani.example", text="x", purpose="welcome"
    )
    row = Mail.objects.get(to="juma@mfano.example")
    assert "\n" not in row.subject
    letter = EmailMessage()
    letter["Subject"] = row.subject
    assert letter["Bcc"] is None
    with pytest.raises(ValueError, match="linefeed or carriage"):
        letter["To"] = "juma@mfano.example\r\nBcc: baraka@jirani.example"
