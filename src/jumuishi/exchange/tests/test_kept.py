"""Bodies that a service's owner keeps: sealed at the provider's end, proven offline, gone when they are erased."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import transaction
from django.test import Client
from django.utils.timezone import localdate

from jumuishi.evidence import public as evidence
from jumuishi.evidence.cli import evidence_verify
from jumuishi.exchange import bodies, registering
from jumuishi.exchange.models import KeptBodies, Payload, Record
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests import test_gateway as plain
from jumuishi.exchange.tests.test_gateway import CLIENT, CONTACT, SERVICE, agree
from jumuishi.exchange.types import ExchangeRefusedError, Role
from jumuishi.identity.testing import sign_in
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.slow
SECRET = b'{"jina": "Asha wa Mfano"}'


def officer(slug: str, name: str) -> Actor:
    with transaction.atomic():
        return plain.officer(slug, name)


@pytest.fixture(scope="module")
def scene(database: Any, world: Any) -> Iterator[SimpleNamespace]:
    with database.committing(world), tenancy.acting_as(tenancy.Principal.system()), running.system() as system:
        with transaction.atomic():
            bakari, shabani = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani")
            home = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
            service = registering.register_service(
                actor=bakari, subsystem_id=home, code="customers", title={"sw": "Wateja"}, url=system.url, keep_days=30
            )
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
            agree(service, bank)
        with running.gateway(database.app) as gateway:
            yield SimpleNamespace(gateway=gateway, system=system, dsn=database.app)


def call(scene: Any, body: Any = SECRET, path: str = "/customers") -> str:
    """A call of the bank's system; the number of its record at the water authority's end."""
    number, headers = str(new_id()), {"X-Road-Client": CLIENT}
    with httpx.Client(trust_env=False, timeout=60) as client:
        client.post(f"{scene.gateway.edge}/r1/{SERVICE}{path}", content=body, headers={**headers, "X-Road-Id": number})
    with transaction.atomic():
        return str(Record.objects.get(message_id=number, role=Role.PROVIDER).id)


def last(role: Role = Role.PROVIDER) -> Record:
    with transaction.atomic():
        return Record.objects.filter(role=role).order_by("-at")[0]


def opened(record_id: Any, name: str = "Bakari") -> bytes:
    evidence.sequence_once()
    return b"".join(
        bodies.open_bodies(actor=officer("maji-mfano", name), record_id=record_id, reason="Malalamiko ya mteja")
    )


def verified(folder: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    (folder / "bundle.zip").write_bytes(data)
    (folder / "keys").write_text("\n".join(evidence.verifier_keys()))
    code = evidence_verify([str(folder / "bundle.zip"), "--keys", str(folder / "keys")])
    told = capsys.readouterr()
    return code, told.out + told.err


def rezipped(data: bytes, name: str, body: bytes, how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(out, "w") as now:
        for one in was.namelist():
            if one != name:
                now.writestr(one, was.read(one))
        now.writestr(name, body, how)
    return out.getvalue()


def test_kept_at_the_owners_end_sealed_and_proven_without_us(
    scene: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = call(scene)
    with transaction.atomic():
        row, pieces = KeptBodies.objects.get(id=number), list(Payload.objects.filter(record_id=number))
        assert row.erase_on == localdate(clock.now()) + timedelta(days=30)
        assert not Payload.objects.filter(record_id=last(Role.CONSUMER).id).exists()
    assert sorted(one.part for one in pieces) == ["answer", "request"]
    assert row.key is not None
    for stored in (*(bytes(one.sealed) for one in pieces), bytes(row.key)):
        assert b"Asha" not in stored
    data = opened(number)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.read("request.body") == SECRET
        assert file.read("answer.body") == b'{"jina":"Asha"}'
    code, told = verified(tmp_path, data, capsys)
    assert code == 0
    assert "request.body: 25 bytes, as they were carried" in told
    for other in (
        rezipped(data, "request.body", b'{"jina": "Juma wa Mfano"}'), rezipped(data, "third.body", b""),
        rezipped(data, "answer.body", b'{"jina":"Asha"}', zipfile.ZIP_DEFLATED),
    ):  # fmt: skip
        assert verified(tmp_path, other, capsys)[0] == 1


def test_the_look_is_written_down_with_its_reason(scene: Any) -> None:
    number = call(scene)
    opened(number)
    with transaction.atomic():
        found = evidence.history(thing_kind="exchange_record", thing_id=UUID(number))
    assert {one.verb for one in found} == {"identity.look", "exchange.bodies.open"}
    said = next(one for one in found if one.verb == "exchange.bodies.open")
    assert said.body is not None
    assert said.body["after"] == {"opened": ["request", "answer"], "reason": "Malalamiko ya mteja"}
    client = Client()
    with transaction.atomic():
        sign_in(client, officer("maji-mfano", "Bakari"))
    file = client.post(f"/ofisi/mifumo/kumbukumbu/{number}/yaliyomo/pakua/", {"reason": "Ukaguzi"})
    with zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))) as zipped:  # type: ignore[arg-type]
        assert zipped.read("request.body") == SECRET
    assert file["Cache-Control"] == "no-store"
    with pytest.raises(ExchangeRefusedError, match="needs_reason"):
        bodies.open_bodies(actor=officer("maji-mfano", "Bakari"), record_id=number, reason="  ")
    with pytest.raises(ExchangeRefusedError, match="not_there"):
        bodies.open_bodies(actor=officer("benki-mfano", "Shabani"), record_id=number, reason="Nataka")


def test_of_a_denied_call_nothing_is_kept(scene: Any) -> None:
    call(scene, path="/siri")
    assert last().reason == "path"
    with transaction.atomic():
        assert not KeptBodies.objects.filter(id=last().id).exists()


def test_large_bodies_are_kept_piece_by_piece_and_too_large_ones_not(scene: Any, tmp_path: Path, capsys: Any) -> None:
    def peak() -> int:
        with open(f"/proc/{scene.gateway.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

    before, sent = scene.system.answer, peak()
    scene.system.answer = (200, [], b"y" * 12_000_000)
    try:
        number = call(scene, (b"x" * 1_000_000 for _ in range(9)))
    finally:
        scene.system.answer = before
    assert peak() - sent < 25_000, "kB more than before"
    data = opened(number)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.namelist() == ["receipt.json", "request.body"], "12 MB are more than is kept"
        assert file.read("request.body") == b"x" * 9_000_000
    assert verified(tmp_path, data, capsys)[0] == 0
    with transaction.atomic():
        assert Payload.objects.filter(record_id=number).count() > 100


def test_erased_before_its_time_by_the_head_alone_and_the_proof_stays(scene: Any, tmp_path: Path, capsys: Any) -> None:
    number = call(scene)
    with zipfile.ZipFile(io.BytesIO(opened(number))) as file:
        receipt = file.read("receipt.json")
    with pytest.raises(NotAllowedError):
        bodies.erase_bodies(actor=officer("maji-mfano", "Bakari"), record_id=number, reason="Sheria")
    aisha = officer("maji-mfano", "Aisha")
    for _ in range(2):
        bodies.erase_bodies(actor=aisha, record_id=number, reason="Amri ya mahakama")
    with transaction.atomic():
        row = KeptBodies.objects.get(id=number)
        assert (row.key, row.erased_because, row.erased_by) == (None, "Amri ya mahakama", aisha.person_id)
        assert not Payload.objects.filter(record_id=number).exists()
    with pytest.raises(ExchangeRefusedError, match="bodies_erased"):
        opened(number)
    (tmp_path / "receipt.json").write_bytes(receipt)
    (tmp_path / "keys").write_text("\n".join(evidence.verifier_keys()))
    assert evidence_verify([str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys")]) == 0
    assert json.loads(capsys.readouterr().out.partition(": ")[2])["after"]["proofs"]["request"]["content-digest"]


def test_the_clock_erases_what_nobody_holds(scene: Any) -> None:
    held, gone, later = call(scene), call(scene), call(scene)
    aisha = officer("maji-mfano", "Aisha")
    bodies.hold_bodies(actor=aisha, record_id=held, reason="Kesi mahakamani")
    with transaction.atomic():
        KeptBodies.objects.filter(id__in=[held, gone]).update(erase_on=date(2026, 1, 1))
        orphan = Payload.objects.create(
            institution_id=aisha.workplace, record_id=new_id(), part="request", sealed=b"x", erase_on=date(2026, 1, 1)
        )
    from jumuishi.exchange import jobs  # noqa: PLC0415  # a job registers itself

    jobs.expire()
    with transaction.atomic():
        assert set(KeptBodies.objects.filter(id__in=[held, gone, later], key=None).values_list("id", flat=True)) == {
            Record.objects.get(id=gone).id
        }
        assert not Payload.objects.filter(id=orphan.id).exists()
    with pytest.raises(ExchangeRefusedError, match="bodies_held"):
        bodies.erase_bodies(actor=aisha, record_id=held, reason="Sheria")
    bodies.release_bodies(actor=aisha, record_id=held, reason="Kesi imekwisha")
    assert bodies.expire_bodies(actor=Actor.system(), institution_id=aisha.workplace) == 1
