"""The demonstration of three nodes: where it is not, what the agency's system answers, ports and notes."""

import socket
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from jumuishi.exchange.described import reading
from jumuishi.project.addresses import free_port
from jumuishi.project.installation import Installation
from jumuishi.project.network import customers, parts, running
from jumuishi.project.network.running import Network

PAGES = ("/demo/exchange/", "/en/demo/exchange/", "/demo/exchange/told.json?id=x", "/demo/exchange/receipt.json?id=x")
ACTS = ("/demo/exchange/tuma/", "/demo/exchange/mbali/", "/en/demo/exchange/mbali/")


def statuses(**more: Any) -> set[int]:
    client = Client()
    return {client.get(one, **more).status_code for one in PAGES} | {
        client.post(one, {"away": "1"}, **more).status_code for one in ACTS
    }


@pytest.mark.database
@pytest.mark.parametrize(("shown", "name"), [(False, "exchange"), (False, "empty"), (True, "country"), (True, "")])
def test_in_any_other_installation_there_is_no_such_page(db: None, shown: bool, name: str) -> None:
    with override_settings(DEMONSTRATION=shown, DEMONSTRATION_NAME=name):
        assert statuses() == {404}


@pytest.mark.database
def test_nobody_elsewhere_sees_it(db: None) -> None:
    with override_settings(DEMONSTRATION=True, DEMONSTRATION_NAME="exchange"):
        assert statuses(REMOTE_ADDR="192.0.2.1") == {404}
        # The same is there for this machine: only so does the test above say anything.
        assert Client().get("/demo/exchange/").status_code == 200
        assert Client().get("/demo/exchange/told.json?id=x").json()["record"] is None


@pytest.mark.database
def test_a_part_tells_of_its_record_and_has_no_page(db: None) -> None:
    with override_settings(DEMONSTRATION=True, DEMONSTRATION_NAME="exchange-agency"):
        assert Client().get("/demo/exchange/").status_code == 404
        assert Client().post("/demo/exchange/mbali/", {"away": "1"}).status_code == 404
        assert Client().get("/demo/exchange/told.json?id=x").status_code == 200


@pytest.mark.database
def test_without_the_councils_node_nothing_is_said_to_be_sent(db: None) -> None:
    with override_settings(DEMONSTRATION=True, DEMONSTRATION_NAME="exchange"):
        answer = Client().post("/en/demo/exchange/tuma/", {"which": "allowed", "id": "not-a-number"})
        assert answer["Location"] == "/en/demo/exchange/?away=1"
        assert "nothing was sent" in Client().get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("path", "status", "names"),
    [
        ("/api/wateja/100001", 200, {"namba", "jina", "mtaa", "hali"}),
        ("/api/wateja/100001/deni", 200, {"namba", "deni"}),
        ("/api/wateja/999999", 404, {"kosa"}),
        ("/api/wateja/100001/", 404, {"kosa"}),
    ],
)
def test_what_the_agencys_system_answers(path: str, status: int, names: set[str]) -> None:
    assert (customers.answered(path)[0], set(customers.answered(path)[1])) == (status, names)


def test_a_node_of_a_note_that_was_cut_is_not_ready(tmp_path: Path) -> None:
    assert parts.addresses(tmp_path) is None
    here = parts.Reached("http://127.0.0.1:1/", "http://127.0.0.1:2", "https://127.0.0.1:3")
    parts.write_addresses(tmp_path, here)
    assert parts.addresses(tmp_path) == here
    (tmp_path / parts.ADDRESSES).write_text('{"web": "http')
    assert parts.addresses(tmp_path) is None


def reached(door: int) -> parts.Reached:
    return parts.Reached("http://127.0.0.1:1/", "http://127.0.0.1:2", f"https://127.0.0.1:{door}")


def test_nodes_join_where_one_moved_and_all_are_there() -> None:
    own, found = reached(1), {"agency": reached(2), "council": reached(3)}
    doors = parts.moved(own, found, {})
    assert doors == {name: f"https://127.0.0.1:{n}" for n, name in enumerate(("authority", "agency", "council"), 1)}
    assert parts.moved(own, found, doors) is None
    assert parts.moved(reached(9), found, doors) is not None
    assert parts.moved(own, {**found, "council": reached(9)}, doors) is not None
    assert parts.moved(own, {**found, "council": None}, doors) is None, "one that is away is waited for"


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(Installation(tmp_path, tmp_path, tmp_path, tmp_path), "127.0.0.1", 0)


def test_a_node_that_is_put_away_stays_so(network: Network, tmp_path: Path) -> None:
    agency, council = network.children.values()
    assert network.wants(agency)
    (parts.PARTS[0].data(tmp_path) / parts.AWAY).touch()
    assert not network.wants(agency)
    assert network.wants(council)


def test_a_part_gets_nothing_of_the_authoritys_own(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://one")
    monkeypatch.setenv("JUMUISHI_CONFIG", "/etc/one")
    given = network._environment(parts.PARTS[0])
    assert "DATABASE_URL" not in given
    assert given["JUMUISHI_CONFIG"] == "/etc/one/nodes/agency"
    assert given["JUMUISHI_DATA"] == str(tmp_path / "nodes/agency")


def test_ports_of_a_part_are_free_with_those_after_it() -> None:
    port = running._free_run("127.0.0.1")
    assert [free_port("127.0.0.1", port + step) for step in range(4)] == [port + step for step in range(4)]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_description_is_one_that_the_register_takes() -> None:
    text = customers.DESCRIPTION.read_bytes()
    found = reading.check(reading.load(text, as_json=False))
    assert {(one.verb, one.path) for one in found} == {("GET", "/wateja/{namba}"), ("GET", "/wateja/{namba}/deni")}
