"""A counter serves a queue: consent by code, one page, read back, receipt, next; what ended is closed."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.tests.conftest import Enter, code, consented, filled, mandate, sms
from jumuishi.cases.models import Attachment, Case, Draft, Note
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import Principal

pytestmark = pytest.mark.database
ASHA = "700000041"
SYSTEM = Principal.system()


def seen_by(principal: Principal) -> dict[str, int]:
    """How many rows the database itself shows."""
    with tenancy.acting_as(principal), connection.cursor() as cursor:
        found = {}
        for table in ("cases_draft", "cases_case", "cases_attachment", "cases_note", "cases_mandate"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = int(cursor.fetchone()[0])
        return found


def test_a_whole_visit_at_a_counter(at_work: Enter, officer: Callable[[str, str], Actor], licence: str) -> None:
    juma = at_work("mfano", "Juma")
    start = juma.get("/ofisi/kaunta/").content.decode()
    assert "autofocus" in start
    assert licence in start
    at = consented(juma, licence)
    assert "Juma" in sms(ASHA)[0]
    assert "Leseni ya biashara" in sms(ASHA)[0]
    filled(juma, at)
    read_back = juma.get(f"{at}hakiki/").content.decode()
    assert "Mgahawa wa Asha" in read_back
    assert "autofocus" in read_back
    sent = juma.post(f"{at}hakiki/")
    assert sent["Location"] == f"{at}risiti/"
    assert juma.post(f"{at}hakiki/")["Location"] == f"{at}risiti/"
    asha = testing.citizen("0700 000 041")
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get(mandate_id__isnull=False)
    assert case.person_id == asha.who
    assert (case.door, case.phone, case.helper_id) == ("counter", "+255700000041", officer("mfano", "Juma").who)
    slip = juma.get(f"{at}risiti/").content.decode()
    assert case.reference[:4] in slip
    assert "Juma" in slip
    assert any(case.reference in text for text in sms(ASHA)), "the receipt comes to the owner's own phone"
    # The journal has both names on every act of the helper.
    with tenancy.acting_as(SYSTEM):
        rows = JournalRow.objects.filter(verb__in=["cases.draft.begin", "cases.draft.save", "cases.case.submit"])
        mine = [row for row in rows if row.on_behalf_of == asha.who]
        assert {row.verb for row in mine} == {"cases.draft.begin", "cases.draft.save", "cases.case.submit"}
        assert all(str(case.helper_id).encode() in bytes(row.body or b"") for row in mine)
    # Next: the consent ends with the visit.
    nxt = juma.post(f"{at}maliza/")
    assert nxt["Location"] == f"/ofisi/kaunta/?huduma={licence}"
    assert juma.get(f"{at}risiti/").status_code == 404
    assert mandate().ended_why == Mandate.Why.HELPER


def test_whoever_helped_never_decides(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")
    at = consented(juma, licence)
    filled(juma, at)
    juma.post(f"{at}hakiki/")
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get(mandate_id__isnull=False)
        task = case.tasks.get(state="open")
    page = juma.get(f"/ofisi/ombi/{case.id}/").content.decode()
    assert "Huwezi kuamua ombi lako mwenyewe au la mtu uliyemsaidia." in page
    assert "Limejazwa na Juma" in page
    act = {"task": str(task.id), "version": str(case.version), "act": "forward", "sure": "1"}
    juma.post(f"/ofisi/ombi/{case.id}/tenda/", act)
    with tenancy.acting_as(SYSTEM):
        task.refresh_from_db()
    assert task.state == "open"


def test_the_owner_ends_it_and_the_helper_reads_nothing(
    at_work: Enter, officer: Callable[[str, str], Actor], licence: str
) -> None:
    """Faraja, street executive of the council, is an officer of it: what is tried here is the draft and its files."""
    faraja, actor = at_work("mfano", "Faraja"), officer("mfano", "Faraja")
    at = consented(faraja, licence)
    filled(faraja, at)
    here = Principal.institution(actor.workplace, actor.who)
    assert seen_by(here) | {"cases_note": 0} == {
        "cases_draft": 1, "cases_case": 0, "cases_attachment": 3, "cases_note": 0, "cases_mandate": 1,
    }  # fmt: skip
    asha = Client()
    testing.sign_in(asha, testing.citizen("0700 000 041"))
    listed = asha.get("/maombi/wasaidizi/").content.decode()
    assert "Faraja (Halmashauri ya Wilaya ya Mfano)" in listed
    row = mandate()
    page = asha.get(f"/maombi/wasaidizi/{row.id}/").content.decode()
    assert "Alijaza majibu" in page
    assert "Aliweka faili" in page
    assert "Rasimu, haijatumwa" in page
    done = asha.post(f"/maombi/wasaidizi/{row.id}/")
    assert done["Location"] == f"/maombi/wasaidizi/{row.id}/?done=1"
    assert asha.post(f"/maombi/wasaidizi/{row.id}/").status_code == 302, "ended twice is ended once"
    assert "Umemsitisha Faraja" in sms(ASHA)[-1]
    assert set(seen_by(here).values()) == {0}
    for part in ("", "jaza/", "hakiki/", "risiti/"):
        assert faraja.get(f"{at}{part}").status_code == 404
    assert faraja.post(f"{at}jaza/", {"full_name": "X", "asked": "full_name"}).status_code == 404
    assert faraja.post(f"{at}hakiki/").status_code == 404
    # What was typed is the owner's, who goes on with it.
    with tenancy.acting_as(SYSTEM):
        draft = Draft.objects.get(mandate_id=row.id)
    assert draft.answers["business_name"] == "Mgahawa wa Asha"
    assert asha.get(f"/omba/rasimu/{draft.id}/").status_code == 302
    assert faraja.get(f"/omba/rasimu/{draft.id}/").status_code == 404


def test_the_outsider_finds_nothing(at_work: Enter, officer: Callable[[str, str], Actor], licence: str) -> None:
    at = consented(at_work("mfano", "Juma"), licence)
    baraka, actor = at_work("jirani", "Baraka"), officer("jirani", "Baraka")
    assert set(seen_by(Principal.institution(actor.workplace, actor.who)).values()) == {0}
    colleague = officer("mfano", "Salma")
    assert seen_by(Principal.institution(colleague.workplace, colleague.who))["cases_draft"] == 0
    for client in (baraka, at_work("mfano", "Salma")):
        for part in ("", "jaza/", "hakiki/", "risiti/"):
            assert client.get(f"{at}{part}").status_code == 404
        assert client.post(f"{at}maliza/").status_code == 404
    neighbour = Client()
    testing.sign_in(neighbour, testing.citizen("0700 000 042"))
    assert neighbour.get(f"/maombi/wasaidizi/{mandate().id}/").status_code == 404
    assert neighbour.post(f"/maombi/wasaidizi/{mandate().id}/").status_code == 409
    assert mandate().ended_at is None
    assert Client().get("/ofisi/kaunta/").status_code == 302


def test_a_helper_plants_nothing_in_anothers_name(
    at_work: Enter, officer: Callable[[str, str], Actor], licence: str
) -> None:
    """The database itself: under a consent of one owner no draft of another is written, nor one without a consent."""
    consented(at_work("mfano", "Faraja"), licence)
    actor, stranger = officer("mfano", "Faraja"), testing.citizen("0700 000 043")
    row = mandate()
    given = {"offering_id": licence, "edition_hash": "x", "saved_at": row.asked_at, "created_at": row.asked_at}
    for person, under in ((stranger.who, row.id), (row.owner_id, None)):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            tenancy.acting_as(Principal.institution(actor.workplace, actor.who)),
            transaction.atomic(),
        ):
            Draft.objects.create(person_id=person, mandate_id=under, **given)


def test_codes_are_not_guessed(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")
    asked = juma.post("/ofisi/kaunta/", {"phone": "0700000041", "offering": licence})
    at, right = str(asked["Location"]), code(ASHA)
    for n in range(5):
        wrong = juma.post(at, {"code": f"{(int(right) + n + 1) % 1_000_000:06d}"})
        assert wrong.status_code == 400
        assert "Namba si sahihi" in wrong.content.decode()
    assert juma.post(at, {"code": right}).status_code == 400, "after five tries the right one is none"
    assert mandate().given_at is None
    assert juma.get(f"{at}jaza/")["Location"] == at
    juma.post(at, {"again": "1"})
    assert juma.post(at, {"code": code(ASHA)})["Location"] == f"{at}jaza/"


def test_a_code_for_helping_is_no_sign_in(at_work: Enter, licence: str) -> None:
    at_work("mfano", "Juma").post("/ofisi/kaunta/", {"phone": "0700000041", "offering": licence})
    thief = Client()
    thief.post("/ingia/", {"phone": "0700000041"})
    helping = next(text for text in sms(ASHA) if "Juma" in text)
    digits = re.search(r"\b(\d{6})\b", helping)
    assert digits is not None
    assert thief.post("/ingia/msimbo/", {"code": digits[1]}).status_code != 302


def test_asked_twice_is_one_question(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")
    asked = {"phone": "0700000041", "offering": licence}
    first = juma.post("/ofisi/kaunta/", asked)["Location"]
    assert juma.post("/ofisi/kaunta/", asked)["Location"] == first
    assert len(sms(ASHA)) == 1


def test_the_owner_is_somebody_else(at_work: Enter, officer: Callable[[str, str], Actor], licence: str) -> None:
    """An officer who proved a phone is the citizen of that phone, and does not help oneself."""
    from jumuishi.identity import people  # noqa: PLC0415

    people.prove_phone(actor=officer("mfano", "Juma"), phone="0700000049")
    juma = at_work("mfano", "Juma")
    at = str(juma.post("/ofisi/kaunta/", {"phone": "0700000049", "offering": licence})["Location"])
    refused = juma.post(at, {"code": code("700000049")})
    assert refused.status_code == 400
    assert "Hii ni simu yako mwenyewe" in refused.content.decode()
    assert mandate().given_at is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"phone": "12"}, "Andika namba ya simu"),
        ({"phone": "0700000041", "offering": ""}, "Chagua huduma."),
        ({"phone": "0700000041", "fee": "500"}, "Hairuhusiwi kutoza ada hapa."),
        ({"phone": "0700000041", "fee": "mia"}, "Andika namba kamili"),
        ({"phone": "", "mark": "1"}, "Andika jina la mwenye ombi."),
    ],
)
def test_what_was_typed_stays_after_an_error(at_work: Enter, licence: str, asked: dict[str, Any], said: str) -> None:
    answer = at_work("mfano", "Juma").post("/ofisi/kaunta/", {"offering": licence, **asked})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert f'value="{asked["phone"]}"' in page
    with tenancy.acting_as(SYSTEM):
        assert not Mandate.objects.exists()


def test_wrong_answers_are_shown_with_what_was_typed(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")
    at = consented(juma, licence)
    asked = re.search(r'name="asked" value="([^"]*)"', juma.get(f"{at}jaza/").content.decode())
    assert asked is not None
    answer = juma.post(f"{at}jaza/", {"full_name": "Asha Juma", "nin": "123", "asked": asked[1]})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="Asha Juma"' in page
    assert 'value="123"' in page
    with tenancy.acting_as(SYSTEM):
        assert Draft.objects.get().answers["full_name"] == "Asha Juma", "what can be read is kept"
        assert not Attachment.objects.exists()
        assert not Note.objects.exists()
    assert juma.post(f"{at}hakiki/").status_code == 400
    with tenancy.acting_as(SYSTEM):
        assert not Case.objects.exists()


def test_nobodys_counter(country: dict[str, UUID], at_work: Enter, licence: str) -> None:
    """Another council's officer has no counter for our services, and the ids alone open none."""
    baraka = at_work("jirani", "Baraka")
    assert licence not in baraka.get("/ofisi/kaunta/").content.decode()
    refused = baraka.post("/ofisi/kaunta/", {"phone": "0700000041", "offering": licence})
    assert refused.status_code == 400
    assert "haina makubaliano" in refused.content.decode()
    assert sms(ASHA) == []


def test_a_long_list_asks_no_more_than_a_short_one(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")

    def asked() -> int:
        juma.get("/ofisi/kaunta/")
        with CaptureQueriesContext(connection) as seen:
            assert juma.get("/ofisi/kaunta/").status_code == 200
        return len([one for one in seen.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    juma.post("/ofisi/kaunta/", {"phone": "0700000050", "offering": licence})
    juma.post("/ofisi/kaunta/", {"phone": "", "name": "Bibi", "mark": "1", "offering": licence})
    short = asked()
    for n in range(51, 60):
        juma.post("/ofisi/kaunta/", {"phone": f"07000000{n}", "offering": licence})
        juma.post("/ofisi/kaunta/", {"phone": "", "name": f"Bibi {n}", "mark": "1", "offering": licence})
    assert asked() == short
    assert short <= 14
