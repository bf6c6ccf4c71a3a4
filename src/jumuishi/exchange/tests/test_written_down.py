"""An owner writes down what it agreed on with a system of another node; whoever leads the owner says yes to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from jumuishi.cases.tests.conftest import at_work
from jumuishi.exchange import centre, node
from jumuishi.exchange.directory import document
from jumuishi.exchange.directory.model import Directory, Member, Node, Subsystem
from jumuishi.exchange.models import Agreement, NodeKey
from jumuishi.exchange.models import Directory as Kept
from jumuishi.exchange.tests.desk import describe, offer, register, said, wish
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServerId
from jumuishi.kernel import clock, tenancy

__all__ = ["at_work"]
AtWork = Callable[[str, str], Client]
FAR = ClientId("TZ", "GOV", "mfano-mbali", "leseni")


@pytest.fixture
def service(at_work: AtWork) -> str:
    bakari = at_work("maji-mfano", "Bakari")
    found = offer(bakari, register(bakari))
    assert describe(bakari, found).status_code == 302
    return found


def directory(days_ago: int = 0) -> None:
    """One that this node signed as its own centre, with one system behind another node and one behind this."""
    own, issued = node.own(), clock.now() - timedelta(days=days_ago)
    member, here = MemberId("TZ", "GOV", "mfano-mbali"), ClientId("TZ", "GOV", "maji-mfano", "wateja")
    there, server = ServerId("TZ", "GOV", "mfano-mbali", "mbali"), ServerId("TZ", "GOV", "maji-mfano", own.name)
    made = Directory(
        instance="TZ", serial=7, rights_version=0, issued=issued, expires=issued + centre.COUNTS,
        agreements=(), services=(), keys=(),
        members=(Member(member, "Halmashauri ya Mbali"), Member(here.member, "Maji")),
        nodes=(
            Node(there, "https://192.0.2.7:1", "mbali", "0" * 64),
            Node(server, "https://192.0.2.8:1", own.name, "1" * 64),
        ),
        subsystems=(Subsystem(FAR, "Leseni", there), Subsystem(here, "Wateja", server)),
    )  # fmt: skip
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        key = NodeKey.objects.filter(use=node.DIRECTORY).order_by("-from_at")[0]
        private = node.opened(key).private
        body = document.written(made, key.keyid, private)  # type: ignore[arg-type]  # Ed25519, as the centre has
        Kept.objects.create(serial=7, body=body, fetched_at=issued)


def test_written_down_once_and_approved_by_the_head(at_work: AtWork, service: str) -> None:
    directory()
    bakari, aisha = at_work("maji-mfano", "Bakari"), at_work("maji-mfano", "Aisha")
    page = said(bakari.get(f"{service}andika/"))
    assert "mfano-mbali" in page
    assert "TZ/GOV/maji-mfano/wateja" not in page, "a system of this node asks by itself"
    made = bakari.post(f"{service}andika/", wish(FAR.wire))
    again = bakari.post(f"{service}andika/", wish(FAR.wire))
    assert made.status_code == again.status_code == 302, said(made)[:2000]
    assert made["Location"] == again["Location"]
    row = Agreement.objects.get()
    assert (row.client, row.consumer_id, row.approved_at) == (FAR.wire, None, None)
    assert row.rules == [{"method": "GET", "path": "/wateja/*"}]
    assert bakari.post(made["Location"], {"do": "approve"}).status_code in (403, 422)
    assert aisha.post(made["Location"], {"do": "approve"}).status_code == 302
    assert Agreement.objects.get().approved_at is not None


def test_what_is_wrong_is_said_and_nothing_written(at_work: AtWork, service: str) -> None:
    directory()
    bakari = at_work("maji-mfano", "Bakari")
    for change, says in (
        ({"subsystem": "TZ/GOV/nobody/x"}, "TZ/GOV/taasisi/mfumo"), ({"legal_basis": ""}, "msingi wa kisheria"),
    ):  # fmt: skip
        refused = bakari.post(f"{service}andika/", wish(FAR.wire) | change)
        assert refused.status_code == 422
        assert says in said(refused)
    assert not Agreement.objects.exists()


def test_without_a_directory_that_counts_nobody_is_offered(at_work: AtWork, service: str) -> None:
    bakari = at_work("maji-mfano", "Bakari")
    assert "haina mfumo wa taasisi" in said(bakari.get(f"{service}andika/"))
    directory(days_ago=60)
    assert "haina mfumo wa taasisi" in said(bakari.get(f"{service}andika/"))
