"""An institution looks after its systems, finds another's service, asks, and is answered: by the pages alone."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.conftest import at_work
from jumuishi.exchange.models import Agreement, Credential, Service, Subsystem
from jumuishi.exchange.tests.desk import CONTACT, HERE, describe, found_at, offer, register, said, wish
from jumuishi.identity import testing
from jumuishi.kernel import clock

__all__ = ["at_work"]
AtWork = Callable[[str, str], Client]


@pytest.fixture
def bakari(at_work: AtWork) -> Client:
    return at_work("maji-mfano", "Bakari")


@pytest.fixture
def shabani(at_work: AtWork) -> Client:
    return at_work("benki-mfano", "Shabani")


@pytest.fixture
def service(bakari: Client) -> str:
    """The water authority's customers, described; the address of the owner's page."""
    found = offer(bakari, register(bakari))
    assert describe(bakari, found).status_code == 302
    return found


@pytest.fixture
def asked(shabani: Client, service: str) -> str:
    """The bank's request; its address."""
    home = register(shabani, "mikopo", "Mikopo")
    made = shabani.post(f"{found_at(service)}omba/", wish(home.split("/")[-2]))
    assert made.status_code == 302, said(made)[:3000]
    return str(made["Location"])


def test_a_system_is_registered_changed_and_ended(bakari: Client) -> None:
    assert "haijasajili mfumo" in said(bakari.get(HERE))
    wrong = bakari.post(HERE, {"code": "a b", "name": "", **CONTACT})
    assert wrong.status_code == 422
    assert "herufi na tarakimu za kawaida" in said(wrong)
    home = register(bakari)
    assert "TZ/" in said(bakari.get(home))
    assert bakari.post(home, {"do": "change", "name": "Wateja wote", **CONTACT}).status_code == 302
    assert "Wateja wote" in said(bakari.get(HERE))
    assert "Wateja wote" in said(bakari.get(f"{HERE}?q=wote"))
    assert "Hakuna kilichopatikana" in said(bakari.get(f"{HERE}?q=kingine"))
    assert "hautauliza wala kujibu" in said(bakari.get(f"{home}funga/"))
    assert bakari.post(f"{home}funga/").status_code == 302
    row = Subsystem.objects.get()
    assert (row.name, row.code, row.ended_at is not None) == ("Wateja wote", "wateja", True)
    assert bakari.post(home, {"do": "change", "name": "Tena", **CONTACT}).status_code == 422


def test_a_key_is_shown_once_and_ended(bakari: Client) -> None:
    home = register(bakari)
    made = bakari.post(home, {"do": "key"})
    [key] = re.findall(r"jmx_[\w-]{20,}", made.content.decode())
    assert "jmx_" not in bakari.get(home).content.decode()
    assert bakari.post(home, {"do": "network", "network": "0.0.0.0/0"}).status_code == 422
    assert bakari.post(home, {"do": "network", "network": "10.1.2.0/24"}).status_code == 302
    page = said(bakari.get(home))
    assert "10.1.2.0/24" in page
    assert f"unaoishia {key[-4:]}" in page
    for row in Credential.objects.all():
        assert bakari.post(home, {"do": "end_credential", "credential": str(row.id)}).status_code == 302
    assert "hautambuliki kwa lolote" in said(bakari.get(home))
    assert bakari.post(home, {"do": "end_credential", "credential": "sio-namba"}).status_code == 422


def test_a_service_is_offered_changed_turned_off_and_on_and_ended(bakari: Client) -> None:
    home = register(bakari)
    bad = bakari.post(
        f"{home}huduma/", {"code": "x", "title_sw": "X", "url": "ftp://x", "seconds": "900", "keep_days": ""}
    )
    assert bad.status_code == 422
    assert "sekunde 1 hadi 300" in said(bad)
    at = offer(bakari, home)
    change = {"title_sw": "Wateja", "url": "https://10.0.0.1/", "seconds": "5", "keep_days": "30"}
    assert bakari.post(at, {"do": "change", **change}).status_code == 302
    row = Service.objects.get()
    assert (row.title["sw"], row.url, row.seconds, row.keep_days) == ("Wateja", "https://10.0.0.1/", 5, 30)
    assert not row.checks_certificate
    assert bakari.post(f"{at}zima/", {"notice": " "}).status_code == 422
    assert bakari.post(f"{at}zima/", {"notice": "Matengenezo hadi saa nane"}).status_code == 302
    assert "Imezimwa na mmiliki: Matengenezo hadi saa nane" in said(bakari.get(at))
    assert bakari.post(at, {"do": "on"}).status_code == 302
    assert Service.objects.get().disabled_notice == ""
    assert "haitaonekana wala kujibiwa" in said(bakari.get(f"{at}funga/"))
    assert bakari.post(f"{at}funga/").status_code == 302
    assert bakari.get(at).status_code == 404
    assert Service.objects.get().ended_at is not None


def test_a_description_is_kept_without_its_servers_and_drawn_into_endpoints(bakari: Client, service: str) -> None:
    row = Service.objects.get()
    assert row.endpoints == [{"method": "GET", "path": "/wateja/{namba}"}, {"method": "POST", "path": "/wateja"}]
    assert b"10.9.8.7" not in bytes(row.openapi or b"")
    got = bakari.get(f"{found_at(service)}openapi/")
    assert got["Content-Type"] == "application/yaml"
    assert b"Mteja" in got.content
    assert b"10.9.8.7" not in got.content


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"openapi: 3.0.0\npaths: [", "mstari wa"),
        (b'{"openapi": "3.0.0",\n,}', "mstari wa 2"),
        (b"swagger: '2.0'", "openapi: 3.x"),
        (b"openapi: 3.0.0\npaths: {}", "info.title"),
        (b"openapi: 3.0.0\ninfo: {title: X}\npaths: {}", "anwani hata moja"),
        (b"openapi: 3.0.0\ninfo: {title: X}\npaths: {'/a/../b': {get: {responses: {'200': {}}}}}", "paths /a/../b"),
        (b"openapi: 3.0.0\ninfo: {title: X}\npaths: {/a: {get: {}}}", "paths /a get responses"),
        (
            b"openapi: 3.0.0\ninfo: {title: X}\npaths: {/a: {get: {responses: {'200': {$ref: '#/no/where'}}}}}",
            "paths /a get responses #/no/where",
        ),
        (b"\x00\xff\xfe", "halisomeki"),
        (b"{" + b" " * (5 * 1024 * 1024), "MB 5"),
    ],
)
def test_a_description_that_is_none_says_what_is_wrong_and_keeps_the_old_one(
    bakari: Client, service: str, text: bytes, says: str
) -> None:
    before = Service.objects.get().endpoints
    refused = describe(bakari, service, text)
    assert refused.status_code == 422
    assert says in said(refused)
    assert Service.objects.get().endpoints == before


def test_another_institution_finds_it_and_never_its_inner_address(shabani: Client, service: str) -> None:
    page = shabani.get(f"{HERE}tafuta/?q=maji+wateja")
    assert "Wateja wa maji" in said(page)
    assert "Mamlaka ya Maji ya Mfano" in said(page)
    one = shabani.get(found_at(service))
    assert "GET /wateja/{namba}" in said(one)
    assert "Mteja mmoja" in said(one)
    assert "19000101000000000001" in said(one), "made-up people are born on 1 January 1900"
    assert "bakari@maji-mfano.example" in said(one), "whom to turn to"
    for answer in (page, one, shabani.get(f"{found_at(service)}openapi/"), shabani.get(f"{found_at(service)}omba/")):
        assert "10.9.8.7" not in answer.content.decode()
    assert shabani.get(service).status_code == 404, "the owner's page is the owner's"
    assert "Hakuna kilichopatikana" in said(shabani.get(f"{HERE}tafuta/?q=samaki"))
    assert "Water customers" in said(shabani.get(f"/en{found_at(service)}"))


def test_one_request_is_tried_with_made_up_answers(shabani: Client, service: str) -> None:
    at = f"{found_at(service)}jaribu/?n=0"
    assert 'value="00000000"' in shabani.get(at).content.decode()
    lacks = shabani.post(at, {"path.namba": "12345678"})
    assert "400" in said(lacks)
    played = shabani.post(at, {"path.namba": "12345678", "query.lugha": "sw"})
    assert "GET /exchange/sandbox/" in said(played)
    assert "19000101000000000001" in said(played)
    assert "1900-01-01" in said(played)
    again = shabani.post(at, {"path.namba": "12345678", "query.lugha": "sw"})
    came = [re.findall(r'role="status">(.*?)</p>', one.content.decode(), re.S) for one in (played, again)]
    assert came[0] == came[1] != []
    assert "mfano" in said(shabani.get(f"{found_at(service)}jaribu/?n=1")), "an example of what is sent"
    assert shabani.get(f"{found_at(service)}jaribu/?n=2").status_code == 404


def test_a_program_reaches_the_made_up_twin_by_its_systems_key_only(shabani: Client, service: str) -> None:
    key = re.findall(r"jmx_[\w-]{20,}", shabani.post(register(shabani, "mikopo"), {"do": "key"}).content.decode())[0]
    at = f"/exchange/sandbox/{service.split('/')[-2]}/wateja/77?lugha=sw"
    program = Client(enforce_csrf_checks=True)
    assert program.get(at).status_code == 401
    assert program.get(at, headers={"x-jumuishi-key": f"{key}x"}).status_code == 401
    got = program.get(at, headers={"x-jumuishi-key": key})
    assert got.status_code == 200
    assert got.json()["nida"] == "19000101000000000001"
    assert got["Jumuishi-Sandbox"] == "made-up"
    made = program.post(
        at.replace("/77?lugha=sw", ""), "{}", content_type="application/json", headers={"x-jumuishi-key": key}
    )
    assert made.status_code == 201
    assert program.delete(at, headers={"x-jumuishi-key": key}).status_code == 405
    assert shabani.get(at).json() == got.json(), "and by the officer's own session"
    Credential.objects.update(ended_at=clock.now())
    assert program.get(at, headers={"x-jumuishi-key": key}).status_code == 401


def test_asked_approved_by_the_head_and_ended(at_work: AtWork, shabani: Client, bakari: Client, asked: str) -> None:
    assert "Mkuu wa taasisi yenye taarifa ndiye anayeamua" in said(shabani.get(asked))
    row = Agreement.objects.get()
    assert row.rules == [{"method": "GET", "path": "/wateja/*"}]
    assert row.fields == ["jina", "anuani"]
    assert "Kuhakiki anuani ya mkopaji" in said(bakari.get(f"{HERE}makubaliano/?hali=waiting"))
    assert "Mkuu wa taasisi yako ndiye anayeamua" in said(bakari.get(asked))
    assert bakari.post(asked, {"do": "approve"}).status_code == 403
    aisha = at_work("maji-mfano", "Aisha")
    page = said(aisha.get(asked))
    assert "Benki ya Mfano" in page
    assert "Hakuna ombi lililofanywa kwa siku 31" in page
    assert aisha.post(asked, {"do": "refuse", "reason": ""}).status_code == 422
    assert aisha.post(asked, {"do": "approve"}).status_code == 302
    assert "Yanatumika" in said(shabani.get(f"{HERE}makubaliano/?upande=ours"))
    assert aisha.post(f"{asked}funga/", {"reason": ""}).status_code == 422
    assert aisha.post(f"{asked}funga/", {"reason": "Mkataba umeisha"}).status_code == 302
    page = said(shabani.get(asked))
    assert "Imefungwa" in page
    assert "Mkataba umeisha" in page
    assert aisha.get(f"{asked}funga/").status_code == 404


def test_refused_with_a_reason_that_the_asker_reads(at_work: AtWork, shabani: Client, asked: str) -> None:
    rose = at_work("benki-mfano", "Rose")
    assert rose.post(asked, {"do": "refuse", "reason": "Mimi"}).status_code in (403, 422)
    assert at_work("maji-mfano", "Aisha").post(asked, {"do": "refuse", "reason": "Taja kifungu"}).status_code == 302
    assert "Taja kifungu" in said(shabani.get(asked))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"purpose": "Kila kitu"}, "herufi ndogo"),
        ({"legal_basis": ""}, "msingi wa kisheria"),
        ({"other_rules": "GET wateja"}, "inayoanza na /"),
        ({"until_on": "2001-01-01"}, "Siku ya mwisho"),
        ({"until_on": "kesho"}, "Siku ya mwisho"),
        ({"subsystem": "x"}, "Sajili mfumo wenu"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_at_its_field(
    shabani: Client, service: str, change: dict[str, str], says: str
) -> None:
    assert "Sajili mfumo wenu" in said(shabani.get(f"{found_at(service)}omba/"))
    home = register(shabani, "mikopo")
    refused = shabani.post(f"{found_at(service)}omba/", wish(home.split("/")[-2], **change))
    assert refused.status_code == 422
    assert says in said(refused)
    assert not Agreement.objects.exists()


def addresses(service: str, asked: str) -> Iterator[str]:
    home = f"{HERE}{Subsystem.objects.get(code='wateja').id}/"
    found = found_at(service)
    yield from (HERE, home, f"{home}funga/", f"{home}huduma/", service, f"{service}zima/", f"{service}funga/")
    yield f"{service}andika/"
    yield from (f"{HERE}tafuta/", found, f"{found}openapi/", f"{found}jaribu/", f"{found}omba/")
    yield from (f"{HERE}makubaliano/", asked, f"{asked}funga/", f"{HERE}kumbukumbu/", f"{HERE}kumbukumbu/pakua/")


def test_whoever_has_no_part_sees_and_does_nothing(at_work: AtWork, service: str, asked: str) -> None:
    baraka, asha, visitor = at_work("jirani", "Baraka"), Client(), Client()
    testing.sign_in(asha, testing.citizen("0700 000 061", "Asha Juma"))
    for path in addresses(service, asked):
        for client in (baraka, asha, visitor):
            for answer in (client.get(path), client.post(path, {"do": "approve", "reason": "x", "notice": "x"})):
                assert answer.status_code in (302, 403, 405), (path, answer.status_code)
                assert "Wateja" not in answer.content.decode()
                assert answer.status_code != 302 or "/ingia/" in answer["Location"]
    # Whoever leads another institution has these pages, and nothing of the two on them.
    subira = at_work("jirani", "Subira")
    for path in (
        service,
        f"{service}zima/",
        f"{service}andika/",
        asked,
        f"{asked}funga/",
        f"{HERE}{Subsystem.objects.get(code='wateja').id}/",
    ):
        assert subira.get(path).status_code == 404
        assert subira.post(path, {"do": "approve", "reason": "x", "notice": "x"}).status_code in (404, 422)
    assert "mkopaji" not in said(subira.get(f"{HERE}makubaliano/"))
    row = Agreement.objects.get()
    assert (row.approved_at, row.ended_at, Service.objects.get().disabled_notice) == (None, None, "")


def test_lists_cost_the_same_with_one_row_and_with_many(
    at_work: AtWork, bakari: Client, shabani: Client, service: str, asked: str
) -> None:
    lists = ((bakari, HERE), (shabani, f"{HERE}tafuta/"), (shabani, f"{HERE}makubaliano/?upande=ours"))

    def counts() -> list[int]:
        found = []
        for client, path in lists:
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    few = counts()
    for n in range(6):
        home = register(bakari, f"mfumo{n}")
        more = offer(bakari, home, f"huduma{n}")
        mine = register(shabani, f"kazi{n}").split("/")[-2]
        assert shabani.post(f"{found_at(more)}omba/", wish(mine, rules=[])).status_code == 302
    assert counts() == few
    assert max(few) <= 20, few
    page = said(shabani.get(f"{HERE}makubaliano/?upande=ours"))
    assert page.count("Kuhakiki anuani ya mkopaji") == 7
    assert UUID(asked.split("/")[-2])


def test_the_owner_says_whose_data_a_request_is_about(bakari: Client, service: str, at_work: AtWork) -> None:
    said_so = {"do": "subjects", "subjects": "GET  /wateja/{namba}  path:namba  nin\n\n"}
    assert bakari.post(service, said_so).status_code == 302
    assert bakari.post(service, said_so).status_code == 302
    assert Service.objects.get().subjects == ["GET /wateja/{namba} path:namba nin"]
    assert "GET /wateja/{namba} path:namba nin" in bakari.get(service).content.decode()
    wrong = bakari.post(service, {"do": "subjects", "subjects": "GET /wateja/{namba} path:jina nin"})
    assert wrong.status_code == 422
    assert "Kanuni hii haisomeki" in said(wrong)
    assert at_work("jirani", "Baraka").post(service, said_so).status_code in (403, 404)
    assert Service.objects.get().subjects == ["GET /wateja/{namba} path:namba nin"]
