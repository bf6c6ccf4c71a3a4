"""Keys and certificates are renewed before they end; what ended is refused in words."""

import asyncio
import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from django.db import transaction

from jumuishi.exchange import admitting, centre, node, renewing, standing, statement
from jumuishi.exchange.gateway.loading import Registers
from jumuishi.exchange.gateway.pins import CertificateEndedError, Pins
from jumuishi.exchange.models import Directory, Neighbour, NodeKey
from jumuishi.exchange.models import Node as OwnNode
from jumuishi.exchange.registering import register_subsystem
from jumuishi.exchange.tests.test_agreeing import CONTACT, Officer
from jumuishi.exchange.tests.test_network import KEY, said
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.kernel import clock, tenancy

pytestmark = pytest.mark.database
SYSTEM = tenancy.Principal.system()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node that was not there before."""
    monkeypatch.setattr("django.conf.settings.JUMUISHI_CONFIG", tmp_path)
    return tmp_path


@pytest.fixture
def home(officer: Officer, config: Path) -> Any:
    bakari = officer("maji-mfano", "Bakari")
    register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
    node.own()
    with tenancy.acting_as(SYSTEM):
        node.key_of_member(bakari.workplace)
    return bakari.workplace


def days(n: float) -> Any:
    return clock.frozen(clock.now() + timedelta(days=n))


def signing(home: Any) -> str:
    with tenancy.acting_as(SYSTEM):
        return node.key_of_member(home).keyid


def renew() -> int:
    return renewing.renew(actor=Actor.system())


def test_a_successor_is_told_before_it_signs_and_both_count_meanwhile(home: Any) -> None:
    old, ends = signing(home), node.LASTS.days
    assert not renewing.is_due()
    with days(ends - node.BEFORE.days - 1):
        assert not renewing.is_due()
    with days(ends - node.BEFORE.days + 1):
        assert renewing.is_due()
        assert renew() == 2, "the node's own and the member's"
        assert not renewing.is_due()
        assert renew() == 0
        assert signing(home) == old
        told = {one["keyid"] for one in statement.read(statement.said())[0]["keys"]}
        with tenancy.acting_as(SYSTEM):
            rows = list(NodeKey.objects.filter(institution_id=home).order_by("from_at"))
        assert told == {one.keyid for one in rows}
        assert len(rows) == 2
        new = rows[1]
        assert new.from_at == clock.now() + node.KNOWN_AFTER
        assert centre.COUNTS + standing.TERMS.grace < node.KNOWN_AFTER, "no directory is older than that"
        with clock.frozen(new.from_at + node.SKEW - timedelta(seconds=1)):
            assert signing(home) == old, "the other node's clock may be behind"
        with clock.frozen(new.from_at + node.SKEW):
            assert signing(home) == new.keyid
        with clock.frozen(rows[0].until_at + timedelta(days=1)):
            assert signing(home) == new.keyid


def test_an_old_key_still_verifies_what_it_signed(home: Any) -> None:
    old, then = signing(home), clock.now()
    centre.issue()
    with days(node.LASTS.days - 30):
        renew()
    with days(node.LASTS.days + 30):
        statement._last = None
        centre.issue()
        found = standing.standing()
        assert found is not None
        assert found[0].key(old, then) is not None
        assert found[0].key(old, clock.now()) is None
        assert found[0].key(signing(home), clock.now()) is not None


def test_a_key_that_is_late_begins_before_the_old_one_ends(home: Any) -> None:
    with days(node.LASTS.days - 5):
        assert any("was not renewed" in one for one in warned())
        renew()
        with tenancy.acting_as(SYSTEM):
            old, new = NodeKey.objects.filter(institution_id=home).order_by("from_at")
        assert clock.now() < new.from_at < old.until_at
        assert not any("key of" in one for one in warned())
    with days(node.LASTS.days + 1):
        assert signing(home) == new.keyid


def warned() -> list[str]:
    with tenancy.acting_as(SYSTEM):
        return renewing.warnings(clock.now())


def test_what_ends_is_said_in_time_and_only_then(home: Any) -> None:
    assert warned() == []
    with days(node.LASTS.days - node.BEFORE.days + 1):
        assert warned() == [], "it is renewed in these days"
    with days(node.LASTS.days - node.BEFORE.days + node.LATE.days + 1):
        assert len(warned()) == 3
        assert any("certificate of the exchange's door ends on" in one for one in warned())
        renew()
        assert warned() == []


def test_a_certificate_is_told_first_and_takes_over_once(home: Any, config: Path) -> None:
    first = OwnNode.objects.get().certificate
    with days(node.LASTS.days - 30):
        renew()
        row = OwnNode.objects.get()
        assert (row.certificate, bool(row.next_certificate)) == (first, True)
        told = statement.read(statement.said())[0]
        assert told["next_certificate"] == node.fingerprint(row.next_certificate)
        assert told["certificate"] == node.fingerprint(first)
        assert (config / "exchange.crt").read_text() == first
        centre.issue()
        found = standing.standing()
        assert found is not None
        assert found[0].nodes[0].next_certificate == told["next_certificate"]
    with days(node.LASTS.days - 30 + node.KNOWN_AFTER.days):
        assert renewing.is_due()
        renew()
        after = OwnNode.objects.get()
        assert (after.certificate, after.next_certificate, after.next_made_at) == (row.next_certificate, "", None)
        assert (config / "exchange.crt").read_text() == after.certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(config / "exchange.crt", config / "exchange.key")
        assert not (config / "exchange.next.crt").exists()


def test_a_take_over_that_was_cut_off_is_finished(home: Any, config: Path) -> None:
    with days(node.LASTS.days - 30):
        renew()
        coming = OwnNode.objects.get().next_certificate
        (config / "exchange.next.crt").replace(config / "exchange.crt")
    with days(node.LASTS.days - 10):
        renew()
        assert OwnNode.objects.get().certificate == coming
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(config / "exchange.crt", config / "exchange.key")


def test_the_centre_follows_a_node_to_the_key_that_it_told(home: Any) -> None:
    new = node.Ed25519PrivateKey.generate()
    raw = new.public_key().public_bytes_raw()
    centre.admit(actor=Actor.system(), statement_text=said(), members=[("GOV", "wilaya")])
    told = {"next_key": node_text(raw)}
    assert not centre.hear("wilaya", said(new, at="2026-01-02T00:00:00+00:00")), "nobody told of it"
    assert centre.hear("wilaya", said(at="2026-01-03T00:00:00+00:00", **told))
    assert centre.hear("wilaya", said(new, at="2026-01-04T00:00:00+00:00"))
    assert not centre.hear("wilaya", said(KEY, at="2026-01-05T00:00:00+00:00")), "its time is over"
    assert bytes(Neighbour.objects.get().public) == raw


def node_text(raw: bytes) -> str:
    from base64 import b64encode  # noqa: PLC0415

    return b64encode(raw).decode()


def test_nodes_follow_the_centre_to_the_key_that_its_directory_told(home: Any) -> None:
    centre.issue()
    before = bytes(OwnNode.objects.get().centre_key)
    with days(node.LASTS.days - 30):
        renew()
        statement._last = None
        centre.issue()
        middle = bytes(Directory.objects.order_by("-serial")[0].body)
    with days(node.LASTS.days - 30 + node.KNOWN_AFTER.days + 1):
        statement._last = None
        centre.issue()
        last = bytes(Directory.objects.order_by("-serial")[0].body)
        found = standing.standing()
        assert found is not None, "the centre believes itself"
        # A node that holds the key of before: it takes the directory between, learns the next key, and follows.
        assert bytes(OwnNode.objects.get().centre_key) != before
        OwnNode.objects.update(centre_key=before, next_centre_key=b"")
        Directory.objects.all().delete()
        with pytest.raises(standing.document.UnreadDirectory):
            standing.arrived(last)
        with days(-node.KNOWN_AFTER.days):
            assert standing.arrived(middle)
        assert standing.arrived(last)
        assert bytes(OwnNode.objects.get().centre_key) != before


def test_a_key_that_ended_signs_no_more_and_why_is_said_in_words(home: Any, officer: Officer) -> None:
    view = Registers().load()
    [(member, signer)] = view.signers.items()
    assert view.why_no_key(signer.keyid) == ""
    with days(node.LASTS.days + 1):
        assert view.key_of(signer.keyid) is None
        assert view.why_no_key(signer.keyid).startswith(f"the key of {member} ended on 20")
        # Read anew, the member has another one.
        again = Registers().load()
        assert again.why_no_key(again.signers[member].keyid) == ""
    assert view.why_no_key("nobody") == "no member has this key"
    zuhura = officer("mamlaka", "Zuhura")
    authority = Actor(ActorKind.AUTHORITY, zuhura.person_id, zuhura.institution_id, zuhura.roles)
    admitting.revoke_member(actor=authority, member=("GOV", "maji-mfano"), reason="Inachunguzwa")
    gone = Registers().load()
    assert gone.key_of(signer.keyid) is None
    assert gone.why_no_key(signer.keyid) == f"{member} is no member any more"


def test_only_the_authority_renews_early(home: Any, officer: Officer) -> None:
    for slug, name in (("jirani", "Baraka"), ("maji-mfano", "Bakari"), ("mamlaka", "Tumaini")):
        found = officer(slug, name)
        with pytest.raises(NotAllowedError):
            renewing.renew(actor=found, early=True)


def test_a_certificate_that_ended_is_refused_and_another_one_too(tmp_path: Path) -> None:
    def made(name: str, at: datetime) -> tuple[str, ssl.SSLContext]:
        file, key = tmp_path / f"{name}.crt", tmp_path / f"{name}.key"
        text = node._made_certificate(file, key, at)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, key)
        return node.fingerprint(text), context

    ended, old_context = made("ended", clock.now() - node.LASTS - timedelta(days=2))
    good, context = made("good", clock.now())

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(text="ndiyo")

    async def ask() -> None:
        async with aiohttp.ClientSession() as session:
            for shown, pins, error in (
                (context, Pins(good), None), (context, Pins(ended, good), None),
                (context, Pins(ended), aiohttp.ServerFingerprintMismatch),
                (old_context, Pins(ended, good), CertificateEndedError),
            ):  # fmt: skip
                runner = web.ServerRunner(web.Server(answer))
                await runner.setup()
                site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=shown)
                await site.start()
                port = runner.addresses[0][1]
                try:
                    if error is None:
                        async with session.get(f"https://127.0.0.1:{port}/", ssl=pins) as found:
                            assert await found.text() == "ndiyo"
                    else:
                        with pytest.raises(error):
                            await session.get(f"https://127.0.0.1:{port}/", ssl=pins)
                finally:
                    await runner.cleanup()

    asyncio.run(ask())
    assert Pins(good, ended) == Pins(ended, good)
    assert Pins(good) != Pins(good, ended)


def test_renewing_is_written_down(home: Any) -> None:
    from jumuishi.evidence.models import JournalRow  # noqa: PLC0415

    with days(node.LASTS.days - 30), transaction.atomic():
        renew()
        rows = JournalRow.objects.filter(verb="exchange.key.renew")
        assert [b'"next_certificate"' in bytes(one.body or b"") for one in rows] == [True]
