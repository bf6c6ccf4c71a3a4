"""The authority's pages of the network: a node comes in by two people and goes with a reason, by nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.conftest import at_work
from jumuishi.evidence.models import JournalRow
from jumuishi.exchange import standing
from jumuishi.exchange.models import Finding, Neighbour, NodeKey, RevokedMember
from jumuishi.exchange.registering import register_subsystem
from jumuishi.exchange.tests.authority_desk import HERE, found_out, hand_in, let_in
from jumuishi.exchange.tests.desk import said
from jumuishi.exchange.tests.test_agreeing import CONTACT, Officer
from jumuishi.exchange.xroad.identifiers import MemberId
from jumuishi.kernel import clock, tenancy

__all__ = ["at_work"]
pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]


@pytest.fixture
def zuhura(at_work: AtWork) -> Client:
    return at_work("mamlaka", "Zuhura")


@pytest.fixture
def tumaini(at_work: AtWork) -> Client:
    return at_work("mamlaka", "Tumaini")


def directory() -> Any:
    with tenancy.acting_as(tenancy.Principal.system()):
        found = standing.standing()
    assert found is not None
    return found[0]


def names() -> set[str]:
    return {one.id.member_code for one in directory().members}


def test_a_node_comes_in_by_two_people(zuhura: Client, tumaini: Client) -> None:
    assert "Hakuna seva nyingine bado" in said(zuhura.get(HERE))
    at = hand_in(zuhura)["Location"]
    page = said(zuhura.get(at))
    assert "Inasubiri mtu wa pili" in page
    assert "GOV/wilaya: Wilaya" in page
    mine = zuhura.post(at, {"do": "agree"})
    assert mine.status_code == 422
    assert "hawezi kukubali mwenyewe" in said(mine)
    assert not Neighbour.objects.exclude(admitted_at=None).exists()
    for _ in range(2):
        assert tumaini.post(at, {"do": "agree"}).status_code == 302
    assert names() == {"wilaya"}
    row = Neighbour.objects.get()
    assert (row.wished_by == row.admitted_by, row.wish) == (False, None)
    verbs = JournalRow.objects.filter(thing_id=row.id).order_by("at").values_list("verb", flat=True)
    assert list(verbs)[:2] == ["exchange.neighbour.wish", "exchange.neighbour.agree"]
    assert "Imeingizwa" in said(tumaini.get(at))
    assert "Let in" in said(tumaini.get(f"/en{at}"))


def test_what_can_not_be_let_in_is_said_at_its_field(zuhura: Client, tumaini: Client) -> None:
    let_in(zuhura, tumaini)
    for words, members, why in (
        ({}, "wilaya", "aina na msimbo"), ({}, "", "aina na msimbo"), ({"instance": "KE"}, "GOV/w", "mtandao mwingine"),
        ({"name": "mwizi"}, "GOV/wilaya", "inasemewa na seva nyingine"),
    ):  # fmt: skip
        answer = hand_in(zuhura, members, **words)
        assert answer.status_code == 422
        assert why in said(answer)
    bad = zuhura.post(f"{HERE}mpya/", {"statement": BytesIO(b"{}"), "members": "GOV/w"})
    assert (bad.status_code, "saini yake si sahihi" in said(bad)) == (422, True)
    assert zuhura.post(f"{HERE}mpya/", {"members": "GOV/w"}).status_code == 422


def test_a_wish_is_dropped_and_another_takes_its_place(zuhura: Client, tumaini: Client) -> None:
    at = hand_in(zuhura)["Location"]
    assert hand_in(tumaini, "GOV/wilaya\nGOV/tarafa")["Location"] == at
    assert Neighbour.objects.get().wish["members"] == [["GOV", "tarafa"], ["GOV", "wilaya"]]
    assert tumaini.post(at, {"do": "agree"}).status_code == 422, "the later wish is Tumaini's own"
    assert zuhura.post(at, {"do": "drop"}).status_code == 302
    assert zuhura.post(at, {"do": "agree"}).status_code == 422
    assert "Haijaingizwa" in said(zuhura.get(at))


def test_a_node_goes_with_a_reason_and_comes_again_by_two(zuhura: Client, tumaini: Client) -> None:
    at = let_in(zuhura, tumaini)
    assert "hazitauliza wala kujibiwa" in said(zuhura.get(f"{at}ondoa/"))
    assert zuhura.post(f"{at}ondoa/", {"reason": " "}).status_code == 422
    assert zuhura.post(f"{at}ondoa/", {"reason": "Ufunguo umeibwa"}).status_code == 302
    assert zuhura.post(f"{at}ondoa/", {"reason": "tena"}).status_code == 404
    assert directory().revoked(clock.now()) == {MemberId("TZ", "GOV", "wilaya")}
    assert "Ufunguo umeibwa" in said(zuhura.get(at))
    let_in(tumaini, zuhura)
    assert directory().revoked(clock.now()) == frozenset()


def test_a_member_loses_its_word_and_another_person_gives_it_back(
    zuhura: Client, tumaini: Client, officer: Officer
) -> None:
    register_subsystem(actor=officer("maji-mfano", "Bakari"), code="wateja", name="Wateja", **CONTACT)
    let_in(zuhura, tumaini)
    page = said(zuhura.get(f"{HERE}taasisi/?q=maji"))
    assert "GOV/maji-mfano" in page
    assert "wilaya" not in page
    at = f"{HERE}taasisi/GOV/maji-mfano/"
    assert zuhura.post(at, {"do": "revoke", "reason": ""}).status_code == 422
    for _ in range(2):
        assert zuhura.post(at, {"do": "revoke", "reason": "Inachunguzwa"}).status_code == 302
    assert directory().revoked(clock.now()) == {MemberId("TZ", "GOV", "maji-mfano")}
    assert RevokedMember.objects.count() == 1
    mine = zuhura.post(at, {"do": "restore", "reason": "Imekwisha"})
    assert (mine.status_code, "hawezi kuurudisha mwenyewe" in said(mine)) == (422, True)
    assert tumaini.post(at, {"do": "restore", "reason": "Imekwisha"}).status_code == 302
    assert directory().revoked(clock.now()) == frozenset()
    assert zuhura.get(f"{HERE}taasisi/GOV/hakuna/").status_code == 404


def test_a_finding_is_read_taken_along_and_closed(zuhura: Client, tumaini: Client) -> None:
    let_in(zuhura, tumaini)
    row = found_out()
    assert "Matokeo yanayokusubiri: 1" in said(zuhura.get(HERE))
    at = f"{HERE}matokeo/{row.id}/"
    assert "historia mbili" in said(zuhura.get(f"{HERE}matokeo/"))
    page = said(zuhura.get(at))
    assert "Taarifa ya rekodi 25" in page
    assert zuhura.get(f"{at}uthibitisho/").json() == row.histories
    assert zuhura.get(f"{at}funguo/").content.decode().splitlines() == row.keys
    assert zuhura.post(at, {"reason": ""}).status_code == 422
    for _ in range(2):
        assert zuhura.post(at, {"reason": "Seva imefutwa"}).status_code == 302
    assert "Seva imefutwa" in said(zuhura.get(at))
    assert "Hakuna matokeo hapa" in said(zuhura.get(f"{HERE}matokeo/"))
    assert "historia mbili" in said(zuhura.get(f"{HERE}matokeo/?hali=all"))


def test_this_node_says_what_ends_and_renews(zuhura: Client, officer: Officer) -> None:
    register_subsystem(actor=officer("maji-mfano", "Bakari"), code="wateja", name="Wateja", **CONTACT)
    page = said(zuhura.get(f"{HERE}hii/"))
    assert "jumuishi exchange join jumuishi-centre-1" in page
    with tenancy.acting_as(tenancy.Principal.system()):
        before = NodeKey.objects.exclude(use="parcel").count()
    for _ in range(2):
        assert zuhura.post(f"{HERE}hii/").status_code == 302
    with tenancy.acting_as(tenancy.Principal.system()):
        rows = NodeKey.objects.exclude(use="parcel")
        assert rows.count() == 2 * before
        assert rows.filter(from_at__gt=clock.now() + timedelta(days=16)).count() == before


def test_the_list_is_narrowed_taken_out_and_costs_the_same_however_long(zuhura: Client, tumaini: Client) -> None:
    let_in(zuhura, tumaini)
    hand_in(zuhura, "GOV/pili", name="pili", members=[["GOV", "pili", "Pili"]])
    assert {"wilaya", "pili"} <= set(re.findall(r"wilaya|pili", said(zuhura.get(HERE))))
    assert "wilaya" not in said(zuhura.get(f"{HERE}?hali=waiting")).split("Tafuta")[-1]
    assert "Hakuna kilichopatikana" in said(zuhura.get(f"{HERE}?q=hakuna"))
    table = b"".join(zuhura.post(f"{HERE}pakua/", {"q": "wilaya", "hali": ""}).streaming_content).decode()  # type: ignore[attr-defined]
    assert table.count("\n") == 2
    assert "GOV/wilaya" in table

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert zuhura.get(HERE).status_code == 200
        return len(asked)

    few = cost()
    now = clock.now()
    Neighbour.objects.bulk_create([
        Neighbour(name=f"seva-{n:02}", endpoint="https://127.0.0.1:1", statement={}, asked_at=now) for n in range(40)
    ])  # fmt: skip
    assert cost() == few
    assert "page=2" in zuhura.get(HERE).content.decode()


PAGES = ("", "mpya/", "hii/", "taasisi/", "taasisi/GOV/wilaya/", "matokeo/", "{node}/", "{node}/ondoa/", "{finding}/",
         "{finding}/uthibitisho/")  # fmt: skip


def test_nobody_else_has_a_part_in_it(zuhura: Client, tumaini: Client, at_work: AtWork) -> None:
    node = let_in(zuhura, tumaini).split("/")[-2]
    kept = {"node": node, "finding": f"matokeo/{found_out().id}"}
    for slug, name in (("jirani", "Baraka"), ("maji-mfano", "Aisha"), ("benki-mfano", "Shabani")):
        client = at_work(slug, name)
        for path in PAGES:
            assert client.get(HERE + path.format(**kept)).status_code in (403, 404), (name, path)
        for path, given in (
            ("mpya/", {"members": "GOV/w"}), (f"{node}/", {"do": "agree"}), (f"{node}/ondoa/", {"reason": "x"}),
            ("hii/", {}), ("taasisi/GOV/wilaya/", {"do": "revoke", "reason": "x"}), ("pakua/", {}),
            (f"{kept['finding']}/", {"reason": "x"}),
        ):  # fmt: skip
            assert client.post(HERE + path, given).status_code in (403, 404), (name, path)
        assert HERE not in client.get("/ofisi/").content.decode()
    assert Neighbour.objects.get().revoked_at is None
    assert Finding.objects.get().closed_at is None
    for path in PAGES:
        assert zuhura.get(HERE + path.format(**kept)).status_code == 200, path
