"""Numbered messages between two nodes of the tests, and a handler whose effect is a journal row: it counts each one."""

from jumuishi.evidence import public as evidence
from jumuishi.exchange.courier.handlers import Received
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.xroad.identifiers import ClientId
from jumuishi.institutions import public as institutions
from jumuishi.kernel.ids import new_id

TYPE = "test.numbered"
VERB = "test.courier.effect"


def say(slug: str, to: str, count: int, subjects: int) -> None:
    """Messages 1 to count of each subject, their texts "SUBJECT NUMBER"; needs a transaction."""
    home = institutions.institution_by_slug(slug)
    assert home is not None
    source, destination = (ClientId("TZ", *one.split("/")) for one in (_member(slug), _member(to)))
    for number in range(count):
        for subject in range(subjects):
            send(
                institution_id=home.id, source=source, destination=destination, type=TYPE, subject=f"kesi-{subject}",
                data=f"kesi-{subject} {number}".encode(),
            )  # fmt: skip


def _member(slug: str) -> str:
    return f"COM/{slug}" if slug == "benki-mfano" else f"GOV/{slug}"


def write_down(received: Received) -> None:
    """One row each; it is there with the courier's mark or not."""
    data = received.message.data
    evidence.record(
        actor_ref={"kind": "system"}, verb=VERB, thing_kind="numbered", thing_id=new_id(),
        institution_id=received.institution_id, person_id=None, before=None,
        after={"text": data.decode() if isinstance(data, bytes) else ""},
    )  # fmt: skip
