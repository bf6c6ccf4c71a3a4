"""Another node that ours knows by the directory, messages that wait for it, and one that is stuck."""

from base64 import b64encode
from datetime import timedelta
from uuid import UUID

from jumuishi.exchange import centre, node
from jumuishi.exchange.courier import dead
from jumuishi.exchange.courier.bundle import sealing
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.states import Direction
from jumuishi.exchange.courier.tables import DeadLetter, Outbox
from jumuishi.exchange.tests.test_network import said
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy

HERE = "/ofisi/mifumo/mizigo/"
THEIRS = sealing.new_key()
KEY = node.Ed25519PrivateKey.generate()
OURS, WILAYA = "TZ/GOV/maji-mfano", "TZ/GOV/wilaya"
SYSTEM = tenancy.Principal.system()


def meet() -> None:
    """The district's node is let in."""
    now = clock.now()
    key = {
        "keyid": "wilaya-1", "owner": WILAYA, "algorithm": "ed25519", "since": (now - timedelta(days=1)).isoformat(),
        "public": b64encode(KEY.public_key().public_bytes_raw()).decode(),
        "until": (now + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    text = said(recipient=THEIRS.recipient, keys=[key])
    with tenancy.acting_as(SYSTEM):
        centre.admit(actor=Actor.system(), statement_text=text, members=[("GOV", "wilaya")])


def home(slug: str = "maji-mfano") -> UUID:
    """An institution."""
    found = institutions.institution_by_slug(slug)
    assert found is not None
    return found.id


def sent(subject: str, slug: str = "maji-mfano") -> Outbox:
    """A message for the district."""
    with tenancy.acting_as(SYSTEM):
        source = OURS if slug == "maji-mfano" else f"TZ/COM/{slug}"
        name = send(
            institution_id=home(slug), source=read_client(source), destination=read_client(WILAYA),
            type="mfano.ujumbe", subject=subject, data=b"{}",
        )  # fmt: skip
        return Outbox.objects.select_related("stream").get(message_id=name)


def stuck(subject: str = "kiwanja-7", slug: str = "maji-mfano") -> DeadLetter:
    """A message that nobody at the district asked for."""
    row = sent(subject, slug)
    with tenancy.acting_as(SYSTEM):
        dead.keep_all(Direction.OUT, row.stream, [row], "not_subscribed", clock.now())
        return DeadLetter.objects.get(letter_id=row.id)
