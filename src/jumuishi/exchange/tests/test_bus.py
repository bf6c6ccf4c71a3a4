"""The bridge between two real ends: a bus on loopback, and our gateway with its rights and records. UNOFFICIAL."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import transaction

from jumuishi.exchange import registering
from jumuishi.exchange.bus import simulator, wire
from jumuishi.exchange.bus.settings import BadSettings, load, sealed
from jumuishi.exchange.models import Record
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.test_bus_wire import pair, private, public
from jumuishi.exchange.tests.test_gateway import CONTACT, agree, officer
from jumuishi.kernel import tenancy

SIRI = "siri ya basi"


def file_of(folder: Path, port: int, bus: simulator.Simulated, edge: str, **other: Any) -> Path:
    """The bridge's file as an institution would have it."""
    ours, theirs = pair("secp256k1")
    said = {
        "listen": f"127.0.0.1:{port}", "token_url": f"{bus.url}/token", "engine_url": bus.url, "client_id": "mfano",
        "client_secret": sealed(SIRI), "private_key": sealed(private(ours.own)), "bus_key": public(theirs.own),
        "curve": "secp256k1", "form": bus.form, "encrypt": bus.encrypts, "edge": edge,
        "apis": {"leseni": {"code": "API-7", "mode": "pull"}, "taarifa": {"code": "PUSH-1", "mode": "push"}},
        "client": "TZ/COM/benki-mfano/mikopo",
        "services": {"API-9": "TZ/GOV/maji-mfano/wateja/customers/customers"}, **other,
    }  # fmt: skip
    path = folder / "bus.json"
    path.write_text(json.dumps(said))
    return path


@pytest.fixture(scope="module", params=["json", "json-closed", "xml"])
def scene(request: Any, database: Any, world: Any, tmp_path_factory: Any) -> Iterator[SimpleNamespace]:
    form, _, is_closed = request.param.partition("-")
    made = simulator.Simulated(pair("secp256k1")[1], "mfano", SIRI, form, encrypts=bool(is_closed))
    port = running.free_port()
    with (
        database.committing(world), tenancy.acting_as(tenancy.Principal.system()), running.system() as system,
        simulator.running(made) as bus,
    ):  # fmt: skip
        with transaction.atomic():
            bakari, shabani = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani")
            home = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
            urls = {
                "customers": system.url, "leseni": f"http://127.0.0.1:{port}/out/leseni",
                "taarifa": f"http://127.0.0.1:{port}/out/taarifa",
            }  # fmt: skip
            for code, url in urls.items():
                service = registering.register_service(
                    actor=bakari, subsystem_id=home, code=code, title={"sw": code}, url=url
                )
                agree(service, bank, rules=[{"method": "POST", "path": "/customers" if code == "customers" else "/"}])
        with running.gateway(database.app) as gateway:
            path = file_of(tmp_path_factory.mktemp("bus"), port, bus, gateway.edge)
            command = [
                sys.executable,
                "-c",
                "from jumuishi.project.cli import main; main()",
                "exchange",
                "bus",
                str(path),
            ]
            environment = {
                **os.environ, "DATABASE_URL": database.app, "JUMUISHI_CONFIG": str(settings.JUMUISHI_CONFIG),
                "JUMUISHI_DATA": str(settings.JUMUISHI_DATA),
            }  # fmt: skip
            bridge = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
            try:
                assert bridge.stdout is not None
                assert bridge.stdout.readline().startswith(b"UNOFFICIAL")
                running._await(port, bridge)
                yield SimpleNamespace(gateway=gateway, system=system, bus=bus, port=port)
            finally:
                bridge.kill()
                bridge.wait()


def ask(scene: Any, code: str, body: Any) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.post(
            f"{scene.gateway.edge}/r1/TZ/GOV/maji-mfano/wateja/{code}", json=body,
            headers={"X-Road-Client": "TZ/COM/benki-mfano/mikopo"},
        )  # fmt: skip


@pytest.mark.slow
def test_a_bus_api_is_asked_as_any_service_with_its_records(scene: Any) -> None:
    scene.bus.answers["API-7"] = {"jina": "Asha", "leseni": "7"}
    answer = ask(scene, "leseni", {"namba": "19000101"})
    assert (answer.status_code, answer.json()) == (200, {"jina": "Asha", "leseni": "7"}), answer.text
    assert answer.headers["x-bus-request-id"].startswith("r-")
    assert scene.bus.came[-1] == ("/request", {"apiCode": "API-7", "esbBody": {"namba": "19000101"}})
    with transaction.atomic():
        rows = Record.objects.filter(message_id=answer.headers["x-road-id"])
        assert sorted((one.role, one.status, one.purpose) for one in rows) == [
            ("consumer", 200, "credit-check"), ("provider", 200, "credit-check"),
        ]  # fmt: skip
    scene.bus.answers["PUSH-1"] = {"imepokelewa": "ndiyo"}
    assert ask(scene, "taarifa", {"a": "b"}).json() == {"imepokelewa": "ndiyo"}
    assert scene.bus.came[-1][0] == "/push-request"
    assert scene.bus.came[-1][1]["pushCode"] == "PUSH-1"


@pytest.mark.slow
def test_what_the_bus_did_not_say_is_not_answered(scene: Any) -> None:
    scene.bus.answers["API-7"] = {"jina": "Asha"}
    # A token that counts no more is asked for anew, once.
    scene.bus.tokens.clear()
    assert ask(scene, "leseni", {"namba": "1"}).status_code == 200
    form, forged = scene.bus.form, pair("secp256k1")[0]
    scene.bus.instead = wire.written(wire.ANSWER, {"success": True, "esbBody": {"jina": "Juma"}}, forged, form)
    try:
        answer = ask(scene, "leseni", {"namba": "1"})
        assert (answer.status_code, "not believed" in answer.json()["message"]) == (502, True)
    finally:
        scene.bus.instead = b""
    del scene.bus.answers["API-7"]
    answer = ask(scene, "leseni", {"namba": "1"})
    assert (answer.status_code, answer.json()) == (502, {"message": "the bus refused: unknown code"})


@pytest.mark.slow
def test_the_bus_asks_a_service_of_ours_within_its_rights(scene: Any) -> None:
    address, ours = f"http://127.0.0.1:{scene.port}/in", pair("secp256k1")[0]
    body: Any = {"namba": "19000101"}
    if scene.bus.encrypts:
        body = wire.closed(json.dumps(body).encode(), scene.bus.keys.bus)
    status, told = scene.bus.call(address, {"apiCode": "API-9", "esbBody": body})
    data = wire.read(told, scene.bus.keys, scene.bus.form)
    assert (status, data["success"] in (True, "true")) == (200, True), told
    given = data["esbBody"]
    if wire.is_closed(given):
        given = json.loads(wire.opened(given, scene.bus.keys.own))
    assert given == {"jina": "Asha"}
    method, path, headers, carried = scene.system.came[-1]
    assert (method, path, json.loads(carried)) == ("POST", "/api/customers", {"namba": "19000101"})
    assert ("X-Road-Client", "TZ/COM/benki-mfano/mikopo") in headers
    count = len(scene.system.came)
    _, told = scene.bus.call(address, {"apiCode": "API-0", "esbBody": {}})
    assert wire.read(told, scene.bus.keys, scene.bus.form)["message"] == "unknown code"
    forged = wire.written(wire.REQUEST, {"apiCode": "API-9", "esbBody": {}}, ours, scene.bus.form)
    assert simulator.post(address, forged, {})[0] == 401
    assert len(scene.system.came) == count


def test_a_file_that_cant_be_used_is_told(tmp_path: Path) -> None:
    bus = simulator.Simulated(pair("secp256k1")[1], "mfano", SIRI)
    path = file_of(tmp_path, 1, bus, "http://127.0.0.1:9")
    assert SIRI not in path.read_text()
    assert load(path).client_secret == SIRI
    for changes, why in (
        ({"curve": "secp256r1"}, "curve"), ({"form": "yaml"}, "json or xml"), ({"client_secret": "AAAA"}, "not sealed"),
        ({"apis": {"a": {"code": "x", "mode": "both"}}}, "pull or push"),
    ):  # fmt: skip
        with pytest.raises(BadSettings, match=why):
            load(file_of(tmp_path, 1, bus, "http://127.0.0.1:9", **changes))
    with pytest.raises(BadSettings, match="No such file"):
        load(tmp_path / "none")
    (tmp_path / "empty").write_text("{}")
    with pytest.raises(BadSettings, match="is missing"):
        load(tmp_path / "empty")
