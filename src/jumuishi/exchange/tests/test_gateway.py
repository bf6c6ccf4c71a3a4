"""A bank's system asks the water authority's, unchanged: a real call over TLS, signed and recorded at both ends."""

import asyncio
import json
import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiohttp.test_utils import make_mocked_request
from django.db import transaction

from jumuishi.evidence import public as evidence
from jumuishi.evidence.verifier import VerifierKey, verify_bundle
from jumuishi.exchange import agreeing, node, registering
from jumuishi.exchange.gateway import consumer
from jumuishi.exchange.gateway.body import NO_ROOM
from jumuishi.exchange.models import Record
from jumuishi.exchange.signing import hop
from jumuishi.exchange.signing.base import Life, RequestHead, signed
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.tests import running
from jumuishi.exchange.types import Terms
from jumuishi.exchange.xroad.errors import Profile
from jumuishi.exchange.xroad.request import read_request
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.slow
CLIENT, SERVICE = "TZ/COM/benki-mfano/mikopo", "TZ/GOV/maji-mfano/wateja/customers"
CONTACT = {"contact_name": "Bakari", "contact_email": "bakari@maji-mfano.example"}


def officer(slug: str, name: str) -> Actor:
    home = institutions.institution_by_slug(slug)
    assert home is not None
    one = next(one for one in institutions.people_in(home.id) if one.name == name)
    return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=name)


def agree(service: UUID, subsystem: UUID, **other: Any) -> UUID:
    today = institutions.today()
    given: dict[str, Any] = {
        "purpose": "credit-check", "purpose_words": {"sw": "Kuhakiki anuani"}, "legal_basis": "Mkataba", "fields": [],
        "rules": [{"method": "GET", "path": "/customers/*"}, {"method": "POST", "path": "/customers"}],
        "from_on": today, "until_on": today + timedelta(days=30), **other,
    }  # fmt: skip
    made = agreeing.ask(
        actor=officer("benki-mfano", "Shabani"), subsystem_id=subsystem, service_id=service, terms=Terms(**given)
    )
    agreeing.approve(actor=officer("maji-mfano", "Aisha"), agreement_id=made)
    return made


@pytest.fixture(scope="module")
def scene(database: Any, world: Any) -> Iterator[SimpleNamespace]:
    with database.committing(world), tenancy.acting_as(tenancy.Principal.system()), running.system() as system:
        with transaction.atomic():
            bakari, shabani = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani")
            home = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
            service = registering.register_service(
                actor=bakari, subsystem_id=home, code="customers", title={"sw": "Wateja"}, url=system.url
            )
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
            agreement = agree(service, bank)
        with running.gateway(database.app) as gateway:
            yield SimpleNamespace(
                gateway=gateway, system=system, service=service, bank=bank, agreement=agreement, home=home
            )


def call(scene: Any, path: str = "/customers/1", method: str = "GET", **other: Any) -> httpx.Response:
    headers = {"X-Road-Client": CLIENT, **other.pop("headers", {})}
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.request(
            method, f"{scene.gateway.edge}/r1/{other.pop('service', SERVICE)}{path}", headers=headers, **other
        )


def records() -> list[Record]:
    with transaction.atomic():
        return list(Record.objects.order_by("at", "role"))


def test_asked_and_answered_unchanged_and_recorded_at_both_ends(scene: Any) -> None:
    scene.system.came.clear()
    answer = call(scene, "/customers/1?a=%2F&b=%20", headers={"X-Custom": "Habari", "Accept": "text/plain"})
    assert (answer.status_code, answer.json()) == (200, {"jina": "Asha"}), answer.text
    method, path, headers, body = scene.system.came[0]
    assert (method, path, body) == ("GET", "/api/customers/1?a=%2F&b=%20", b"")
    sent = {name.lower(): value for name, value in headers}
    assert (sent["x-custom"], sent["accept"], sent["x-road-client"]) == ("Habari", "text/plain", CLIENT)
    assert not [name for name in sent if name.startswith(("jumuishi-", "signature", "content-digest"))]
    told = answer.headers
    assert (told["x-road-client"], told["x-road-service"]) == (CLIENT, SERVICE)
    assert told["x-road-id"] == sent["x-road-id"]
    assert len(told["x-road-request-hash"]) == 88
    assert not [name for name in told if name.startswith(("jumuishi-", "signature"))]
    found = [one for one in records() if one.message_id == told["x-road-id"]]
    assert {(one.role, one.status, str(one.agreement_id), one.purpose) for one in found} == {
        (role, 200, str(scene.agreement), "credit-check") for role in ("provider", "consumer")
    }


def test_both_records_are_proved_without_us(scene: Any) -> None:
    told = call(scene).headers
    with transaction.atomic():
        rows = Record.objects.filter(message_id=told["x-road-id"])
    evidence.sequence_once()
    keys = evidence.verifier_keys()
    for row in rows:
        with transaction.atomic():
            bundle = evidence.receipt(row.journal_id)
        assert bundle is not None
        verify_bundle(json.loads(json.dumps(bundle)), [VerifierKey.parse(one) for one in keys])


@pytest.mark.parametrize(
    ("path", "method", "reason"),
    [("/others/1", "GET", "path"), ("/customers/1", "DELETE", "verb"), ("/customers/1/x", "GET", "path")],
)
def test_what_was_not_agreed_is_refused_and_why_is_kept(scene: Any, path: str, method: str, reason: str) -> None:
    count = len(scene.system.came)
    answer = call(scene, path, method)
    assert (answer.status_code, answer.headers["x-road-error"]) == (500, "Server.ServerProxy.AccessDenied")
    assert answer.json()["message"] == f"Request is not allowed: SERVICE:{SERVICE}"
    assert len(scene.system.came) == count, "the institution's system was asked nothing"
    found = records()[-2:]
    assert {(one.role, one.reason, one.status) for one in found} == {
        ("provider", reason, 500),
        ("consumer", reason, 500),
    }


@pytest.mark.parametrize(
    "path", ["/customers/..%2f1", "/customers//1", "/customers/%2e%2e/1", "/customers/1;a", "/a%00b"]
)
def test_a_path_that_servers_read_in_two_ways_goes_nowhere(scene: Any, path: str) -> None:
    count = len(scene.system.came)
    answer = call(scene, path)
    assert (answer.status_code, answer.headers["x-road-error"]) == (400, "Client.BadRequest")
    assert len(scene.system.came) == count


def test_the_services_own_errors_pass_as_they_are(scene: Any) -> None:
    before = scene.system.answer
    scene.system.answer = (
        404,
        [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")],
        b"hapana",
    )
    try:
        answer = call(scene)
    finally:
        scene.system.answer = before
    assert (answer.status_code, answer.text) == (404, "hapana")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "x-road-error" not in answer.headers


def test_a_body_of_many_megabytes_in_constant_memory(scene: Any) -> None:
    peak = _peak(scene)
    large = b"x" * 1_000_000

    def pieces() -> Iterator[bytes]:
        for _ in range(60):
            yield large

    before = scene.system.answer
    scene.system.answer = (200, [("Content-Type", "application/octet-stream")], b"y" * 60_000_000)
    try:
        answer = call(scene, "/customers", "POST", content=pieces())
    finally:
        scene.system.answer = before
    assert scene.system.came[-1][3] == b"60000000 bytes"
    assert len(answer.content) == 60_000_000
    assert _peak(scene) - peak < 25_000, "kB more than before"


def test_a_full_disk_is_said_and_is_not_the_services_answer(scene: Any) -> None:
    pid, endless = scene.gateway.process.pid, resource.RLIM_INFINITY
    came, before = len(scene.system.came), scene.system.answer
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, endless))
    try:
        sent = call(scene, "/customers", "POST", content=b"x" * 2_000_000)
        assert len(scene.system.came) == came
        scene.system.answer = (200, [("Content-Type", "application/octet-stream")], b"y" * 2_000_000)
        got = call(scene)
    finally:
        scene.system.answer = before
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (endless, endless))
    said = [(one.status_code, one.headers["x-road-error"], one.json()["message"]) for one in (sent, got)]
    assert said == [
        (500, "Server.ClientProxy.IOError", NO_ROOM), (500, "Server.ServerProxy.ServiceFailed.IOError", NO_ROOM),
    ]  # fmt: skip
    assert call(scene).status_code == 200


def test_what_fails_in_the_gateway_itself_is_not_the_services_answer() -> None:
    broken: Any = SimpleNamespace(view=SimpleNamespace(profile=Profile.V77))
    answer = asyncio.run(consumer.edge(broken, make_mocked_request("GET", f"/r1/{SERVICE}/customers/1")))
    assert (answer.status, answer.headers["X-Road-Error"]) == (500, "Server.ClientProxy.InternalError")


def _peak(scene: Any) -> int:
    with open(f"/proc/{scene.gateway.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def test_nobody_speaks_for_a_system_that_is_not_theirs(scene: Any) -> None:
    for client in ("TZ/GOV/maji-mfano/wateja", "TZ/COM/benki-mfano/nyingine", "TZ/GOV/jirani/x"):
        answer = call(scene, headers={"X-Road-Client": client})
        assert answer.status_code == 500
        assert answer.json()["message"] == f"Client 'SUBSYSTEM:{client}' not found"


def test_a_purpose_is_one_that_was_agreed_on(scene: Any) -> None:
    assert call(scene, headers={"X-Jumuishi-Purpose": "credit-check"}).status_code == 200
    answer = call(scene, headers={"X-Jumuishi-Purpose": "marketing"})
    assert answer.headers["x-road-error"] == "Server.ServerProxy.AccessDenied"
    assert records()[-1].reason == "purpose"
    for odd in ("Mkopo \u00e9", "x" * 61, "a b"):
        answer = call(scene, headers={"X-Jumuishi-Purpose": odd.encode()})
        assert (answer.status_code, answer.headers["x-road-error"]) == (400, "Client.BadRequest")


def signed_call(scene: Any, body: bytes) -> tuple[str, list[tuple[str, str]]]:
    """A call as the bank's node makes it: where it goes, and its headers with the signature over this body."""
    now = int(time.time())
    asked = read_request(
        "POST", f"/r1/{SERVICE}/customers", (("X-Road-Client", CLIENT),), instance="TZ", request_id=str(uuid4()),
        fresh=str(uuid4()),
    )  # fmt: skip
    headers = hop.crossing(asked, purpose="", agreement="", body=digest_of(body))
    with transaction.atomic():
        key = node.opened(node.key_of_member(officer("benki-mfano", "Shabani").workplace))
        name = node.own().name
    head = RequestHead("POST", name, asked.target, headers)
    return f"{scene.gateway.door}{asked.target}", [*headers, *signed(head, key, Life(now, now + 60, str(uuid4())))]


def test_an_altered_body_and_a_call_sent_twice_reach_nobody(scene: Any) -> None:
    body = b'{"jina": "Asha"}'
    address, headers = signed_call(scene, body)
    count = len(scene.system.came)
    with httpx.Client(verify=False, trust_env=False) as stranger:  # noqa: S501  # whoever stands between the nodes
        altered = stranger.post(address, headers=headers, content=b'{"jina": "Juma"}')
        assert (altered.status_code, altered.text) == (401, "body")
        address, headers = signed_call(scene, body)
        assert stranger.post(address, headers=headers, content=body).status_code == 200
        again = stranger.post(address, headers=headers, content=body)
    assert (again.status_code, again.text.partition(":")[0]) == (401, "replayed")
    assert len(scene.system.came) == count + 1


def test_a_call_sent_again_to_the_next_process_reaches_nobody(scene: Any) -> None:
    """Nonces are remembered in memory; of what came before its start the process asks the records."""
    address, headers = signed_call(scene, b"[]")
    count = len(scene.system.came)
    with httpx.Client(verify=False, trust_env=False) as stranger:  # noqa: S501  # whoever stands between the nodes
        assert stranger.post(address, headers=headers, content=b"[]").status_code == 200
        scene.gateway.kill()
        scene.gateway.start()
        again = stranger.post(address, headers=headers, content=b"[]")
    assert (again.status_code, again.text.partition(":")[0]) == (401, "replayed")
    assert len(scene.system.came) == count + 1


def test_metaservices(scene: Any) -> None:
    with httpx.Client(trust_env=False, base_url=scene.gateway.edge) as client:
        found = client.get("/listClients", headers={"Accept": "application/json"}).json()
    assert {one["id"].get("subsystem_code") for one in found["member"]} == {"wateja", "mikopo", None}
    provider = SERVICE.rpartition("/")[0]
    offered = call(scene, "", service=f"{provider}/listMethods").json()
    assert [one["service_code"] for one in offered["service"]] == ["customers"]
    may = call(scene, "", service=f"{provider}/allowedMethods").json()
    assert may["service"][0]["endpoint_list"] == [
        {"method": "GET", "path": "/customers/*"}, {"method": "POST", "path": "/customers"},
    ]  # fmt: skip
    refused = call(scene, "?serviceCode=customers", service=f"{provider}/getOpenAPI")
    assert refused.json()["message"] == "Invalid service type: REST"


def test_an_ended_agreement_counts_no_more_within_moments(scene: Any) -> None:
    with transaction.atomic():
        other = agree(scene.service, scene.bank, purpose="other", rules=[{"method": "PUT", "path": "/customers/*"}])
    _until(lambda: call(scene, method="PUT").status_code == 200)
    with transaction.atomic():
        agreeing.end(actor=officer("maji-mfano", "Aisha"), agreement_id=other, reason="Imeisha")
    _until(lambda: call(scene, method="PUT").status_code == 500)
    assert records()[-1].reason == "over"


def test_killed_and_started_again_it_answers_and_lost_nothing(scene: Any) -> None:
    told = [call(scene).headers["x-road-id"] for _ in range(5)]
    scene.gateway.kill()
    scene.gateway.start()
    assert call(scene).status_code == 200
    kept = {one.message_id for one in records()}
    assert set(told) <= kept


def _until(holds: Any) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
