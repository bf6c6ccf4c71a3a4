"""The pages: a secretary makes a body with its people and orders by forms alone; outsiders find nothing."""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity import testing
from jumuishi.institutions import public as institutions
from jumuishi.meetings.bodies import making, queries, seating
from jumuishi.meetings.bodies.types import BodySaid, MemberSaid
from jumuishi.meetings.models import Body, Edition, Member
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.reading import faults_in, from_toml
from jumuishi.meetings.orders.shape import NAMES
from jumuishi.meetings.tests.conftest import AtWork, Council

pytestmark = pytest.mark.database
HERE = "/ofisi/mabaraza/"


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def send(client: Client, path: str, **given: Any) -> str:
    """Post a form that is taken; the page that it leads to, as text."""
    answer = client.post(path, given)
    assert answer.status_code == 302, text_of(answer)[:1500]
    return text_of(client.get(answer["Location"]))


def test_a_body_its_people_and_its_orders_by_forms_alone(council: Council) -> None:
    desk, head = council.desk(), council.desk("Neema")
    assert "Baraza la Madiwani" in text_of(desk.get(HERE))
    said = send(
        desk, f"{HERE}mpya/", what="committee", name_sw="Kamati ya Fedha", seats="3", parent=str(council.body.id)
    )
    assert "Chombo kimeandikishwa" in said
    body = Body.objects.get(name__sw="Kamati ya Fedha")
    here = f"{HERE}{body.id}/"
    said = send(
        desk, f"{here}wajumbe/mpya/", name="Mheshimiwa Fedha", role="chair", from_on="2026-01-01",
        phone="0700 000 381", language="sw", place="Sekei",
    )  # fmt: skip
    assert "Mheshimiwa Fedha ameongezwa." in said
    assert "Viti vilivyo wazi: 2" in said
    assert "+255700000381" in said
    sheet = SimpleUploadedFile(
        "w.csv", b"jina,nafasi,kuanzia\nMjumbe A,member,2026-01-01\nMjumbe B,member,2026-01-01\n"
    )
    assert "Wajumbe wapya 2" in send(desk, f"{here}wajumbe/ingiza/", sheet=sheet)
    row = Member.objects.get(name="Mjumbe B")
    assert "yamehifadhiwa" in send(
        desk, f"{here}wajumbe/{row.id}/", name="Mjumbe Bi", role="member", from_on="2026-01-01", language="en"
    )
    said = send(desk, f"{here}wajumbe/{row.id}/maliza/", on="2026-11-01", why="Amehama")
    assert "Muda wa Mjumbe Bi umemalizwa." in said
    assert "Amehama" in text_of(desk.get(f"{here}wajumbe/?wote=1"))

    edition = desk.post(f"{here}kanuni/")["Location"]
    assert "haijawekwa" in text_of(desk.get(edition))
    send(desk, edition, do="gazette", gazette="Mfano 3/1900")
    said = send(desk, f"{edition}quorum/", count="2", clause="Kanuni 5", words="Akidi ni wawili.")
    assert "Imehifadhiwa: akidi." in said
    assert "“Akidi ni wawili.”" in said
    send(desk, f"{edition}notice.ordinary/", days="7", working="yes", clause="Kanuni 4")
    send(desk, f"{edition}voters/", roles=["chair", "member"], clause="Kanuni 3")
    send(
        desk,
        f"{edition}order/",
        sections="opening | Kufungua | Opening\nminutes | Muhtasari | Minutes | minutes",
        clause="6",
    )
    today = institutions.today()
    said = send(desk, edition, do="propose", from_on_orders=today.isoformat())
    assert "linasubiri kukubaliwa" in said
    assert "Mfano 3/1900" in text_of(head.get(f"{edition}kubali/"))
    assert "Kanuni zimekubaliwa." in send(head, f"{edition}kubali/", do="agree")
    found, orders = queries.orders_on(body)
    assert found is not None
    assert needs.quorum_needed(orders, seats=3, members=2, present=2) == 2
    assert orders.notice["ordinary"].working is True  # type: ignore[index]
    assert [one.comes for one in orders.order] == ["", "minutes"]
    assert "linatumika" in text_of(desk.get(f"{here}kanuni/"))
    assert "Kanuni 7" not in text_of(desk.get(here))
    assert "kura ya uamuzi ya mwenyekiti" in text_of(desk.get(here)), "what is not entered is seen on the body's page"
    assert "Chombo kimefungwa." in send(desk, f"{here}funga/", why="Imevunjwa")
    assert desk.get(f"{here}badili/").status_code == 302


def test_a_rule_that_is_wrong_is_told_at_its_field(council: Council) -> None:
    desk = council.desk()
    edition = desk.post(f"{HERE}{council.body.id}/kanuni/")["Location"]
    for name, given, said in (
        ("quorum", {"share": "nusu", "clause": "9"}, "kama &quot;2/3&quot;"),
        ("quorum", {"clause": "9"}, "weka angalau moja kati ya"),
        ("notice.special", {"days": "-1", "clause": "9"}, "1 hadi 366"),
        ("majorities.budget", {"share": "1/2", "clause": "9"}, "haipo"),
        ("order", {"sections": "Kufungua", "clause": "9"}, "ufunguo ni herufi ndogo"),
    ):
        answer = desk.post(f"{edition}{name}/", given)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert desk.get(f"{edition}kitu/").status_code == 404
    for name in NAMES:
        assert desk.get(f"{edition}{name}/").status_code == 200, name


def test_what_changes_is_said_in_words_and_the_file_goes_out_and_in(council: Council) -> None:
    desk = council.desk()
    edition = desk.post(f"{HERE}{council.body.id}/kanuni/")["Location"]
    send(desk, f"{edition}casting/", does="none", clause="Kanuni 29(6)")
    said = text_of(desk.get(edition))
    assert "Kinachobadilika" in said
    assert "Sasa: Kura ya uamuzi ya mwenyekiti: Hupiga kura kama mjumbe na ya pili zikilingana" in said
    file = desk.get(f"{edition}pakua/")
    definition = from_toml(file.content.decode())
    assert faults_in(definition) == []
    assert definition["casting"] == {"does": "none", "clause": "Kanuni 29(6)", "words": ""}
    changed = file.content.decode().replace('"Mfano 1/1900"', '"Mfano 4/1900"')
    given = SimpleUploadedFile("kanuni.toml", changed.encode())
    assert "Mfano 4/1900" in send(desk, f"{edition}ingiza/", file=given)
    wrong = desk.post(f"{edition}ingiza/", {"lines": "[quorum]\ncount = 0\n"})
    assert wrong.status_code == 422
    assert "quorum.count" in text_of(wrong)
    send(desk, edition, do="propose", from_on_orders=(institutions.today() + timedelta(days=1)).isoformat())
    back = council.desk("Neema").post(f"{edition}kubali/", {"do": "back", "why": "Rudia kifungu"})
    assert back.status_code == 302
    assert "Imerudishwa: Rudia kifungu" in text_of(desk.get(edition))
    assert "limeachwa" in send(desk, edition, do="drop")


def test_outsiders_and_the_neighbour_find_nothing(council: Council, at_work: AtWork) -> None:
    edition, member = council.edition.id, council.chair.id
    paths = [
        f"{HERE}{council.body.id}/{one}"
        for one in (
            *("", "badili/", "funga/", "wajumbe/", "wajumbe/mpya/", "wajumbe/ingiza/", f"wajumbe/{member}/"),
            *(f"wajumbe/{member}/maliza/", "kanuni/", f"kanuni/{edition}/", f"kanuni/{edition}/kubali/"),
            *(f"kanuni/{edition}/ingiza/", f"kanuni/{edition}/pakua/", f"kanuni/{edition}/quorum/"),
        )
    ]
    for client in (at_work("jirani", "Baraka"), at_work("jirani", "Subira")):
        for path in paths:
            assert client.get(path).status_code in (403, 404), path
            assert client.post(path, {"do": "agree"}).status_code in (403, 404, 405), path
        assert "Baraza la Madiwani" not in text_of(client.get(HERE))
    juma = at_work("mfano", "Juma")
    seen = text_of(juma.get(f"{HERE}{council.body.id}/wajumbe/"))
    assert "Zaituni" in seen
    assert "+2557" not in seen, "how members are reached is the keepers' to see"
    for path in paths:
        assert juma.post(path, {"do": "agree", "name": "x", "why": "x"}).status_code in (403, 405), path
    visitor = Client()
    assert all(visitor.get(path).status_code == 302 for path in [HERE, *paths, "/mimi/vikao/kiti/"])
    assert Edition.objects.get(id=edition).state == "agreed"


def test_a_member_takes_the_seat_on_a_light_page_and_an_outsider_cannot(council: Council) -> None:
    made = seating.add_member(
        actor=council.secretary, body_id=council.body.id,
        said=MemberSaid("Mshauri Mfano", "adviser", institutions.today(), phone="0700 000 391"),
    )  # fmt: skip
    phone, stranger = Client(), Client()
    testing.sign_in(phone, testing.citizen("0700 000 391"))
    testing.sign_in(stranger, testing.citizen("0700 000 392"))
    assert "Mshauri Mfano" not in text_of(stranger.get("/mimi/vikao/kiti/"))
    assert stranger.post("/mimi/vikao/kiti/", {"kiti": str(made)}).status_code == 422
    assert stranger.post("/mimi/vikao/kiti/", {"kiti": "x"}).status_code == 422
    page = phone.get("/mimi/vikao/kiti/")
    assert "Je, ni wewe?" in text_of(page)
    css = finders.find("channels/jumuishi.css")
    assert isinstance(css, str)
    assert len(gzip.compress(page.content)) + len(gzip.compress(Path(css).read_bytes())) < 14_336
    assert phone.post("/mimi/vikao/kiti/", {"kiti": str(made)}).status_code == 302
    said = text_of(phone.get("/en/mimi/vikao/kiti/"))
    assert "Full council" in said
    assert "Is it you?" not in said


def test_the_lists_ask_the_database_as_often_for_many_as_for_few(council: Council) -> None:
    desk, counts = council.desk(), []
    paths = (HERE, f"{HERE}{council.body.id}/wajumbe/?wote=1")
    for _ in range(2):
        for path in paths:
            desk.get(path)  # what is kept in memory is there from the first look
        counts.append([])
        for path in paths:
            with CaptureQueriesContext(connection) as caught:
                assert desk.get(path).status_code == 200
            counts[-1].append(len(caught))
        for n in range(8):
            made = making.make_body(actor=council.secretary, said=BodySaid("committee", {"sw": f"Kamati {n}"}))
            said = MemberSaid(f"Mshauri {n}", "adviser", institutions.today(), phone=f"070000035{n}")
            seating.add_member(actor=council.secretary, body_id=council.body.id, said=said)
            seating.add_member(actor=council.secretary, body_id=made, said=said)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20, counts
