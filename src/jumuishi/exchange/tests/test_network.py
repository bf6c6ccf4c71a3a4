"""A node says what it is, the centre lets it in for its members and no others, and all go by one signed directory."""

import asyncio
import json
from base64 import b64encode
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from jumuishi.evidence.notes import Signer
from jumuishi.evidence.tests.logs import Log
from jumuishi.exchange import centre, node, standing, statement
from jumuishi.exchange.directory.document import UnreadDirectory
from jumuishi.exchange.directory.standing import Grade, NotTaken
from jumuishi.exchange.gateway import keeping
from jumuishi.exchange.models import Directory, Neighbour, Node
from jumuishi.exchange.registering import register_service, register_subsystem
from jumuishi.exchange.tests.test_agreeing import CONTACT, Officer
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.xroad.identifiers import MemberId
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.kernel import clock
from jumuishi.kernel.canonical import canonical

KEY = node.Ed25519PrivateKey.generate()


def said(key: Any = KEY, **other: Any) -> bytes:
    """What another node says of itself."""
    body = canonical(
        {
            "format": statement.FORMAT,
            "name": "wilaya",
            "instance": "TZ",
            "address": "https://127.0.0.1:1",
            "certificate": "ab" * 32,
            "at": "2026-01-01T00:00:00+00:00",
            "members": [["GOV", "wilaya", "Wilaya"]],
            "subsystems": [["TZ/GOV/wilaya/ardhi", "Ardhi"]],
            "services": [],
            "keys": [],
            **other,
        }
    )
    public = key.public_key().public_bytes_raw()
    return body + f"\n{b64encode(public).decode()} {b64encode(key.sign(body)).decode()}\n".encode()


@pytest.fixture
def registrar(officer: Officer) -> Actor:
    found = officer("mamlaka", "Zuhura")
    return Actor(ActorKind.AUTHORITY, found.person_id, found.institution_id, found.roles)


def names() -> set[str]:
    found = standing.standing()
    assert found is not None
    assert found[1] is Grade.CURRENT
    return {one.id.member_code for one in found[0].members}


def test_a_node_is_let_in_and_revoked(officer: Officer, registrar: Actor) -> None:
    register_subsystem(actor=officer("maji-mfano", "Bakari"), code="wateja", name="Wateja", **CONTACT)
    made = centre.admit(actor=Actor.system(), statement_text=said(), members=[("GOV", "wilaya")])
    assert centre.admit(actor=Actor.system(), statement_text=said(), members=[("GOV", "wilaya")]) == made
    assert names() == {"wilaya", "maji-mfano"}
    centre.revoke(actor=registrar, neighbour_id=made, reason="Ufunguo umeibwa")
    found = standing.standing()
    assert found is not None
    assert found[0].revoked(clock.now()) == {MemberId("TZ", "GOV", "wilaya")}


def test_a_node_speaks_for_nobody_elses_members(officer: Officer, registrar: Actor) -> None:
    both = [["GOV", "wilaya", "Wilaya"], ["GOV", "jirani", "Jirani"]]
    systems = [["TZ/GOV/wilaya/ardhi", "Ardhi"], ["TZ/GOV/jirani/siri", "Siri"]]
    centre.admit(
        actor=Actor.system(), statement_text=said(members=both, subsystems=systems), members=[("GOV", "wilaya")]
    )
    assert names() == {"wilaya"}
    with pytest.raises(ExchangeRefusedError, match="member_elsewhere"):
        centre.admit(actor=Actor.system(), statement_text=said(name="mwizi"), members=[("GOV", "wilaya")])
    other = node.Ed25519PrivateKey.generate()
    with pytest.raises(ExchangeRefusedError, match="other_node"):
        centre.admit(actor=Actor.system(), statement_text=said(other), members=[("GOV", "wilaya")])
    with pytest.raises(ExchangeRefusedError, match="bad_statement"):
        centre.admit(actor=Actor.system(), statement_text=said().replace(b"Ardhi", b"Ardha"), members=[])
    for slug, name in (("jirani", "Baraka"), ("mfano", "Zawadi"), ("mamlaka", "Zuhura")):
        with pytest.raises(NotAllowedError):
            centre.admit(actor=officer(slug, name), statement_text=said(name="z"), members=[])
    with pytest.raises(NotAllowedError):
        centre.admit(actor=registrar, statement_text=said(name="z"), members=[])


def test_what_a_node_says_later_is_heard_from_it_alone(registrar: Actor) -> None:
    centre.admit(actor=Actor.system(), statement_text=said(), members=[("GOV", "wilaya")])
    later = {"at": "2026-01-02T00:00:00+00:00", "subsystems": [["TZ/GOV/wilaya/afya", "Afya"]]}
    assert not centre.hear("wilaya", said(node.Ed25519PrivateKey.generate(), **later)), "another key"
    assert not centre.hear("wilaya", said(at="2025-01-01T00:00:00+00:00")), "an older one"
    assert centre.hear("wilaya", said(**later))
    assert not centre.hear("wilaya", said(**later | {"at": "2026-01-03T00:00:00+00:00"})), "nothing new"
    assert Neighbour.objects.get().statement["subsystems"] == later["subsystems"]


def test_a_log_keeps_every_key_that_it_was_said_to_have_and_no_node_names_anothers(registrar: Actor) -> None:
    first, second = (Log([], Signer("wilaya.example/evidence", node.Ed25519PrivateKey.generate())).vkey for _ in "ab")
    centre.admit(actor=Actor.system(), statement_text=said(log=[first]), members=[("GOV", "wilaya")])
    assert centre.hear("wilaya", said(log=[second], at="2026-01-02T00:00:00+00:00")), "another key is news"
    assert Neighbour.objects.get().log == [first, second], "what it signed with the first one still counts against it"
    centre.issue()
    found = standing.standing()
    assert found is not None
    assert (first, second) in {one.log for one in found[0].nodes}
    thief = said(name="mwizi", members=[["GOV", "mwizi", "Mwizi"]], log=[first])
    with pytest.raises(ExchangeRefusedError, match="log_elsewhere"):
        centre.admit(actor=Actor.system(), statement_text=thief, members=[("GOV", "mwizi")])
    centre.admit(actor=Actor.system(), statement_text=said(name="mwizi", log=["x", 3]), members=[("GOV", "mwizi")])
    centre.hear("mwizi", said(name="mwizi", log=[first], at="2026-01-02T00:00:00+00:00"))
    assert Neighbour.objects.get(name="mwizi").log == []


def test_a_directory_is_signed_anew_only_for_a_reason(officer: Officer) -> None:
    first = centre.issue(only_if_needed=True)
    assert centre.issue(only_if_needed=True) == first
    home = register_subsystem(actor=officer("maji-mfano", "Bakari"), code="wateja", name="Wateja", **CONTACT)
    second = centre.issue(only_if_needed=True)
    assert second > first
    register_service(
        actor=officer("maji-mfano", "Bakari"), subsystem_id=home, code="a", title={"sw": "A"}, url="http://a/"
    )
    with clock.frozen(clock.now() + centre.COUNTS - centre.LEFT + timedelta(minutes=1)):
        assert centre.issue(only_if_needed=True) > second
    assert "http://a/" not in statement.said().decode(), "where a system answers is its institution's own"


TAKEN = {"owner": "TZ/GOV/wilaya", "keyid": "k", "algorithm": "ed25519", "public": b64encode(b"x" * 32).decode(),
         "since": "2026-01-01T00:00:00+00:00", "until": "2027-01-01T00:00:00+00:00"}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"subsystems": [["si jina", "x"]]},
        {"subsystems": "x"},
        {"members": [["GOV"]]},
        {"members": 3},
        {"keys": [TAKEN, TAKEN]},
        {"keys": [{**TAKEN, "owner": "TZ/GOV/wilaya/ardhi", "public": "?"}]},
        {"services": [{"subsystem": "TZ/GOV/wilaya/ardhi"}]},
        {"certificate": 7},
        {"certificate": [[[["x"]]]]},
        {"certificate": "si namba"},
        {"next_certificate": "ab"},
        {"address": None},
        {"name": None},
    ],
)
def test_what_one_node_says_stops_no_other(registrar: Actor, other: dict[str, Any]) -> None:
    bad, members = said(at="2026-01-02T00:00:00+00:00", **other), [("GOV", "wilaya")]
    with pytest.raises(ExchangeRefusedError, match="bad_statement"):
        centre.admit(actor=Actor.system(), statement_text=bad, members=members)
    centre.admit(actor=Actor.system(), statement_text=said(), members=members)
    with pytest.raises(statement.UnreadStatement):
        centre.hear("wilaya", bad)
    centre.issue()
    assert "wilaya" in names()


def test_a_statement_that_is_nothing_but_deep_is_not_read() -> None:
    body = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    signed = b64encode(KEY.public_key().public_bytes_raw()) + b" " + b64encode(KEY.sign(body))
    with pytest.raises(statement.UnreadStatement):
        statement.read(body + b"\n" + signed + b"\n")


def test_what_was_signed_while_the_clock_was_ahead_is_signed_anew(registrar: Actor) -> None:
    with clock.frozen(clock.now() + timedelta(hours=1)):
        ahead = centre.issue(only_if_needed=True)
    assert centre.issue(only_if_needed=True) > ahead
    found = standing.standing()
    assert found is not None
    assert found[1] is Grade.CURRENT


def test_news_that_could_not_be_signed_is_news_still(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: Any = SimpleNamespace(changed=asyncio.Event())
    signed, tries = [], iter([OperationalError("the database is away"), OperationalError("and still"), None])

    def tried(**_: Any) -> None:
        problem = next(tries)
        if problem is not None:
            raise problem
        signed.append(parts.changed.is_set())

    def neighbours() -> list[Any]:
        if next(away, None):
            raise OperationalError("the database is away")
        return []

    away = iter([True, False, False, False, False])
    monkeypatch.setattr(keeping, "issue", tried)
    monkeypatch.setattr(keeping, "_neighbours", neighbours)

    async def turns() -> None:
        parts.changed.set()
        for _ in range(5):
            with suppress(OperationalError):
                await keeping._hear_all(parts)

    asyncio.run(turns())
    assert signed == [False], "signed once, after three turns in which the database was away"


def test_a_node_goes_by_the_centre_that_it_joined(registrar: Actor) -> None:
    centre.admit(actor=Actor.system(), statement_text=said(), members=[("GOV", "wilaya")])
    document = bytes(Directory.objects.order_by("-serial")[0].body)
    other = node.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    Node.objects.update(endpoint="https://127.0.0.1:2")
    text = standing.invitation()
    elsewhere = " ".join([*text.split()[:3], b64encode(other).decode()])
    standing.join(elsewhere)
    with pytest.raises(UnreadDirectory):
        standing.arrived(document)
    assert standing.standing() is None
    standing.join(" ".join([*elsewhere.split()[:3], text.split()[3]]))
    assert standing.arrived(document)
    assert not standing.arrived(document)
    changed = json.loads(document.partition(b"\n")[0]) | {"serial": 1}
    with pytest.raises(UnreadDirectory):
        standing.arrived(canonical(changed) + b"\n" + document.partition(b"\n")[2])
    with clock.frozen(clock.now() + timedelta(days=3)):
        found = standing.standing()
        assert found is not None
        assert found[1] is Grade.STALE
    with clock.frozen(clock.now() + timedelta(days=30)):
        with pytest.raises(NotTaken):
            standing.arrived(document)
        found = standing.standing()
        assert found is not None
        assert found[1] is Grade.EXPIRED


@pytest.mark.parametrize("text", ["", "jumuishi-centre-1 http://a ab cd", "x https://a " + "ab" * 32 + " AAAA"])
def test_an_invitation_that_is_none(db: None, text: str) -> None:
    with pytest.raises(standing.BadInvitation):
        standing.join(text)
