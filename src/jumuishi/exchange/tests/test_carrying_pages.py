"""An institution sees what of its own waits for whom, carries it on a stick by its pages, and ends what is stuck."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.conftest import at_work
from jumuishi.evidence import public as evidence
from jumuishi.exchange import node
from jumuishi.exchange.courier import wire
from jumuishi.exchange.courier.bundle import sealing
from jumuishi.exchange.courier.bundle.envelope import Head, Limits, Reader, Writer
from jumuishi.exchange.courier.carrying import keeping
from jumuishi.exchange.courier.carrying.tables import BundleFile, Packing
from jumuishi.exchange.courier.states import Direction
from jumuishi.exchange.courier.tables import Inbox, Outbox
from jumuishi.exchange.courier.types import Message, Parcel, StreamId
from jumuishi.exchange.signing.keys import SigningKey, read_public
from jumuishi.exchange.tests.desk import register, said
from jumuishi.exchange.tests.sticks import HERE, KEY, OURS, SYSTEM, THEIRS, WILAYA, home, meet, sent, stuck
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.kernel import clock, tenancy

__all__ = ["at_work"]
AtWork = Callable[[str, str], Client]


@pytest.fixture
def bakari(at_work: AtWork) -> Client:
    """At the water authority, whose node knows the district's by the directory."""
    client = at_work("maji-mfano", "Bakari")
    register(client)
    meet()
    return client


def test_what_waits_is_ones_own_by_node_and_by_subject(bakari: Client, at_work: AtWork) -> None:
    assert "Hakuna kinachosubiri" in said(bakari.get(HERE))
    for subject in ("kiwanja-1", "kiwanja-1", "kiwanja-2"):
        sent(subject)
    sent("siri-ya-benki", "benki-mfano")
    page = said(bakari.get(HERE))
    assert "wilaya Ujumbe 3 unasubiri" in page
    assert "Ilisikika mara ya mwisho: bado" in page
    page = said(bakari.get(f"{HERE}mada/?seva=wilaya"))
    assert "kiwanja-1" in page
    assert "Ujumbe 2 unasubiri" in page
    assert "siri-ya-benki" not in page
    assert "kiwanja-2" not in said(bakari.get(f"{HERE}mada/?q=kiwanja-1"))
    assert "Hakuna kilichopatikana" in said(bakari.get(f"{HERE}mada/?q=hakuna"))
    assert "messages wait" in said(bakari.get(f"/en{HERE}"))
    assert "siri-ya-benki" in said(at_work("benki-mfano", "Shabani").get(f"{HERE}mada/"))


def test_a_bundle_is_packed_downloaded_and_read_at_the_other_end(
    bakari: Client, run_jobs: Callable[[], int], at_work: AtWork
) -> None:
    first = sent("kiwanja-1")
    mark = str(uuid4())
    for _ in range(2):
        answer = bakari.post(f"{HERE}pakia/", {"seva": "wilaya", "pack": mark})
        assert (answer.status_code, answer["Location"]) == (302, f"{HERE}pakia/{mark}/")
    assert "Unapakiwa" in said(bakari.get(f"{HERE}pakia/{mark}/"))
    run_jobs()
    with tenancy.acting_as(SYSTEM):
        (row,) = BundleFile.objects.filter(direction=Direction.OUT)
        assert Packing.objects.count() == 1
    page = bakari.get(f"{HERE}pakia/{mark}/").content.decode()
    assert f"maji-mfano--wilaya--{row.number:06d}-1.mzigo" in page or f"--wilaya--{row.number:06d}-1.mzigo" in page
    answer = bakari.get(f"{HERE}pakia/{mark}/{row.number}/")
    closed = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    plain = io.BytesIO()
    sealing.open_with([THEIRS], io.BytesIO(closed), plain, most=10**7)
    plain.seek(0)
    with tenancy.acting_as(SYSTEM):
        signer = node.key_of_member(home())
    public = read_public(signer.keyid, read_client(OURS).member, signer.algorithm, bytes(signer.public))
    reader = Reader(plain, lambda _: public, Limits())
    reader.check()
    (parcel,) = [wire.read(one) for one in reader.parcels_in_order()]
    assert [one.id for one in parcel.messages] == [first.message_id]
    # After some days the file goes; the message waits on.
    with tenancy.acting_as(SYSTEM):
        Packing.objects.update(at=clock.now() - keeping.KEPT - timedelta(days=1))
    assert keeping.forget() == 1
    assert bakari.get(f"{HERE}pakia/{mark}/{row.number}/").status_code == 404
    assert "yameshaondolewa" in said(bakari.get(f"{HERE}pakia/{mark}/"))
    assert bakari.get(f"{HERE}pakia/{uuid4()}/").status_code == 404
    answer = bakari.post(f"{HERE}pakia/", {"seva": "hakuna", "pack": str(uuid4())})
    assert (answer.status_code, "Hakuna seva nyingine yenye jina hilo" in said(answer)) == (422, True)
    assert bakari.get(f"{HERE}orodha/").content.startswith(b"{")


def theirs(number: int = 1, subject: str = "ardhi", **other: Any) -> bytes:
    """A bundle of the district's node for ours."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        own, recipient = node.own().name, node.key_of_parcels().recipient
    message = Message(
        id=str(uuid4()), stream=StreamId(read_client(WILAYA), read_client(OURS), subject), sequence=1,
        type="mfano.ujumbe", time=now, data=b"{}",
    )  # fmt: skip
    head = Head(**{
        "sender": "wilaya", "receiver": own, "number": number, "pack": str(uuid4()), "file": 1, "made_at": now,
        "keyid": "wilaya-1", **other,
    })  # fmt: skip
    plain, closed = io.BytesIO(), io.BytesIO()
    writer = Writer(plain, head, SigningKey("wilaya-1", KEY))
    writer.add(b"".join(wire.written(Parcel("wilaya", own, number, now, (message,)))))
    writer.close(is_last=True)
    plain.seek(0)
    sealing.close_for(recipient, plain, closed)
    return closed.getvalue()


def upload(client: Client, data: bytes, name: str = "wilaya--maji--000001-1.mzigo") -> Any:
    file = io.BytesIO(data)
    file.name = name
    return client.post(f"{HERE}ingiza/", {"file": file})


def test_a_bundle_is_uploaded_once_and_a_bad_one_is_refused_in_words(
    bakari: Client, run_jobs: Callable[[], int]
) -> None:
    data = theirs()
    assert "umepokelewa" in said(upload(bakari, data))
    assert "Unaingizwa" in said(bakari.get(HERE))
    run_jobs()
    with tenancy.acting_as(SYSTEM):
        assert Inbox.objects.count() == 1
    assert "ulishaingia" in said(upload(bakari, data))
    assert "Umefika" in said(bakari.get(HERE))
    for bad, word in (
        (b"PK" * 3000, "si faili la mzigo"), (data[:90], "limenakiliwa nusu"), (data[:-5], "limeharibika"),
        (theirs(2, sender="jirani"), "haimo kwenye orodha"), (theirs(2, keyid="wilaya-9"), "Saini ya mzigo"),
        (theirs(2, made_at=clock.now() + timedelta(days=400)), "iko mbele ya saa"),
        (theirs(2, receiver="wengine"), "si wa seva hii"),
    ):  # fmt: skip
        answer = upload(bakari, bad)
        assert (answer.status_code, word in said(answer)) == (422, True), said(answer)
    assert upload(bakari, b"", "tupu.txt").status_code == 422
    assert bakari.post(f"{HERE}ingiza/").status_code == 422
    assert "si ya mtandao huu" in said(upload(bakari, b"{}", "x.orodha"))
    # Number 1 and 4 came: what is between is missed.
    upload(bakari, theirs(4, "nyingine", file=3))
    run_jobs()
    assert "haikufika hapa: 2, 3" in said(bakari.get(HERE))


def test_a_message_that_is_stuck_is_sent_again_once(bakari: Client, at_work: AtWork) -> None:
    row = stuck()
    assert "Ujumbe uliokwama unaohitaji mtu: 1" in said(bakari.get(HERE))
    assert "haukuomba ujumbe" in said(bakari.get(f"{HERE}ujumbe/"))
    assert "kiwanja-7" in said(bakari.get(f"{HERE}ujumbe/{row.id}/"))
    with tenancy.acting_as(SYSTEM):
        assert "identity.look" in [one.verb for one in evidence.history(thing_kind="dead_letter", thing_id=row.id)]
    assert "mwishoni mwa mada" in said(bakari.get(f"{HERE}ujumbe/{row.id}/rudia/"))
    for _ in range(2):
        assert bakari.post(f"{HERE}ujumbe/{row.id}/rudia/").status_code == 302
    with tenancy.acting_as(SYSTEM):
        assert Outbox.objects.filter(stream__subject="kiwanja-7").count() == 2
    assert "Ulitumwa au kujaribiwa tena" in said(bakari.get(f"{HERE}ujumbe/{row.id}/"))
    assert "Hakuna ujumbe uliokwama" in said(bakari.get(f"{HERE}ujumbe/"))
    for client in (at_work("benki-mfano", "Shabani"), at_work("jirani", "Subira")):
        for path in ("", "rudia/", "funga/"):
            assert client.get(f"{HERE}ujumbe/{row.id}/{path}").status_code == 404


def test_a_message_that_is_stuck_is_closed_with_a_reason_only(bakari: Client) -> None:
    row = stuck()
    address = f"{HERE}ujumbe/{row.id}/funga/"
    assert bakari.post(address, {"reason": " "}).status_code == 422
    for _ in range(2):
        assert bakari.post(address, {"reason": "Kiwanja kimefutwa"}).status_code == 302
    assert "Ulifungwa: Kiwanja kimefutwa" in said(bakari.get(f"{HERE}ujumbe/{row.id}/"))
    assert "mfano.ujumbe" in said(bakari.get(f"{HERE}ujumbe/?hali=mwisho&q=kiwanja"))
    with tenancy.acting_as(SYSTEM):
        verbs = [one.verb for one in evidence.history(thing_kind="dead_letter", thing_id=row.id)]
    assert "exchange.dead_letter.close" in verbs


def test_whoever_has_no_part_in_it_comes_nowhere(bakari: Client, at_work: AtWork) -> None:
    row, baraka = stuck(), at_work("jirani", "Baraka")
    for path in ("", "mada/", "ujumbe/", f"ujumbe/{row.id}/", f"pakia/{uuid4()}/", f"pakia/{uuid4()}/1/", "orodha/"):
        assert baraka.get(f"{HERE}{path}").status_code == 403, path
    for path in ("pakia/", "ingiza/", f"ujumbe/{row.id}/rudia/", f"ujumbe/{row.id}/funga/"):
        assert baraka.post(f"{HERE}{path}", {"seva": "wilaya", "pack": str(uuid4())}).status_code == 403, path
    assert Client().get(HERE).status_code == 302


def test_the_lists_cost_the_same_however_long_they_are(bakari: Client) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert bakari.get(f"{HERE}{path}").status_code == 200
        return len(seen)

    stuck("a")
    paths = ("", "mada/", "ujumbe/")
    for path in paths:
        bakari.get(f"{HERE}{path}")
    few = [asked(path) for path in paths]
    for n in range(40):
        stuck(f"k{n}")
    assert [asked(path) for path in paths] == few
    assert max(few) <= 40
    assert "Ukurasa 1 kati ya 2" in said(bakari.get(f"{HERE}mada/"))
    assert "Ukurasa 1 kati ya 2" in said(bakari.get(f"{HERE}ujumbe/"))
