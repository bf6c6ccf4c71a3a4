"""What a citizen meets: nothing typed is lost, wrong and absent look alike, a draft is nobody else's business."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.cases.tests.conftest import ANSWERS, PDF, begin, fill, upload
from jumuishi.cases.tests.test_licence import act, case_of
from jumuishi.identity import public as identity
from jumuishi.identity.models import OneTimeCode
from jumuishi.kernel.numbers import new_number
from jumuishi.messaging import queries as messages

pytestmark = pytest.mark.slow

LETTER = "/huduma/mfano/introduction-letter/"
PHONE = "0700 000 001"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found, f"{name} is not on the page"
    return found[1]


def sms_code(phone: str = "+255700000001") -> str:
    return re.search(r"\b(\d{6})\b", list(messages.messages_to(phone))[-1].text)[1]  # type: ignore[index]


def sign_in(client: Client, phone: str = PHONE, way_back: str = "") -> Any:
    client.post("/ingia/", {"phone": phone, "next": way_back})
    return client.post("/ingia/msimbo/", {"code": sms_code(identity.normalise_phone(phone))})


def saved_draft(url: str) -> Draft:
    return Draft.objects.get(id=UUID(url.rstrip("/").rsplit("/", 1)[-1]))


def test_an_answer_that_cannot_be_read_stays_as_typed_and_the_rest_is_kept(
    country: dict[str, UUID], asha: Client
) -> None:
    draft = begin(asha)
    answer = asha.post(f"{draft}applicant/", {"nin": "1900", "full_name": "Asha Juma", "tin": "100100100"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "<title>Makosa 2: Mwombaji" in page
    assert 'href="#f-nin"' in page
    assert 'value="1900"' in page
    assert 'aria-describedby="h-nin e-nin" aria-invalid="true"' in page
    assert saved_draft(draft).answers["full_name"] == "Asha Juma"
    assert "nin" not in saved_draft(draft).answers
    assert "Errors 2: Applicant" in asha.post(f"/en{draft}applicant/", {"nin": "1900"}).content.decode()


def test_saved_is_said_only_once_something_is_saved_and_says_when(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    first = text_of(asha.get(f"{draft}applicant/"))
    assert "yamehifadhiwa" not in first
    fill(asha, draft, {"applicant": ANSWERS["applicant"]})
    second = text_of(asha.get(f"{draft}business/"))
    assert re.search(r"yamehifadhiwa saa \d+:\d\d (asubuhi|mchana|jioni|usiku|alfajiri)", second)
    assert re.search(r"namba ya kuendelea \d{4} \d{4} \d{4}", second), "the way back, in groups"


def test_a_question_that_an_answer_brings_along_is_asked_not_scolded(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha, LETTER)
    page = asha.get(f"{draft}person/")
    assert hidden(page, "asked") == "full_name has_nin"
    given = {"full_name": "Asha Juma", "has_nin": "true", "asked": "full_name has_nin"}
    answer = asha.post(f"{draft}person/", given)
    assert answer.status_code == 200
    assert "Jibu lako limeleta swali jingine" in text_of(answer)
    assert '<a href="#f-nin">' in answer.content.decode()
    assert "errs" not in answer.content.decode()
    again = asha.post(f"{draft}person/", {**given, "asked": hidden(answer, "asked")})
    assert again.status_code == 400, "seen and left empty is an error"


def test_a_page_saved_elsewhere_is_not_overwritten_unawares(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha, LETTER)
    old = hidden(asha.get(f"{draft}home/"), "seen")
    home = {"place__text": "Sekei", "street": "Mtaa wa kwanza", "lived_years": "3"}
    assert asha.post(f"{draft}home/", {**home, "seen": old}).status_code == 302
    again = asha.post(f"{draft}home/", {**home, "seen": old})
    assert again.status_code == 302, "the same form twice is no quarrel"
    other = asha.post(f"{draft}home/", {**home, "street": "Mtaa wa pili", "seen": old})
    assert other.status_code == 409
    assert 'value="Mtaa wa pili"' in other.content.decode(), "what was typed here is there"
    assert "ulihifadhiwa kwingine" in text_of(other)
    assert saved_draft(draft).answers["street"] == "Mtaa wa kwanza"
    asha.post(f"{draft}home/", {**home, "street": "Mtaa wa pili", "seen": hidden(other, "seen")})
    assert saved_draft(draft).answers["street"] == "Mtaa wa pili", "knowingly it may be"


def test_a_session_that_ended_loses_nothing_that_was_typed(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha, LETTER)
    code = hidden_code(asha)
    asha.cookies.clear()
    sent = asha.post(f"{draft}home/", {"place__text": "Sekei", "street": "Mtaa wa kwanza", "lived_years": "mitatu"})
    assert sent.status_code == 302
    assert sent["Location"].startswith("/ingia/?next=/omba/rasimu/")
    assert "Ulichoandika hakijapotea" in text_of(asha.get(sent["Location"]))
    back = asha.post("/endelea/", {"resume": code, "next": f"{draft}home/"})
    page = asha.get(back["Location"])
    assert 'value="Mtaa wa kwanza"' in page.content.decode()
    assert 'value="mitatu"' in page.content.decode()
    assert "Bado hakijahifadhiwa" in text_of(page)
    assert saved_draft(draft).answers == {}, "and nothing is called saved that is not"
    assert 'value="mitatu"' not in asha.get(back["Location"]).content.decode(), "given once"


def hidden_code(client: Client) -> str:
    return re.search(r"\d{4} \d{4} \d{4}", text_of(client.get("/maombi/")))[0]  # type: ignore[index]


def test_go_on_from_another_phone_with_the_code(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    fill(asha, draft, {"applicant": ANSWERS["applicant"]})
    other = Client()
    assert other.post("/endelea/", {"resume": "0000 0000 0000"}).status_code == 200
    assert other.get(draft).status_code == 302, "without the code there is no way in"
    other.post("/endelea/", {"resume": hidden_code(asha)})
    assert "Leseni ya biashara" in text_of(other.get("/maombi/"))
    assert other.get(draft)["Location"] == f"{draft}business/", "where one stopped"


def test_a_draft_is_read_changed_and_thrown_away_by_nobody_else(
    country: dict[str, UUID], asha: Client, at_work: Callable[[str, str], Client]
) -> None:
    draft = begin(asha)
    fill(asha, draft, {"applicant": ANSWERS["applicant"]})
    stranger = Client()
    begin(stranger)
    for baraka in (stranger, at_work("jirani", "Baraka"), at_work("mfano", "Juma")):
        for path in ("", "applicant/", "hakiki/", "futa/"):
            assert baraka.get(draft + path).status_code == 404
        assert baraka.post(f"{draft}applicant/", {"full_name": "Baraka"}).status_code == 404
        baraka.post(f"{draft}futa/")
        assert baraka.post(f"{draft}hakiki/").status_code == 404
    assert saved_draft(draft).answers["full_name"] == "Asha Juma"


def test_the_type_of_a_file_is_found_in_the_file_and_its_size_is_bounded(
    country: dict[str, UUID], asha: Client
) -> None:
    draft = begin(asha)

    def hand_in(content: bytes, name: str) -> str:
        given = {**ANSWERS["applicant"], "tax_clearance": upload(content, name)}
        return text_of(asha.post(f"{draft}applicant/", given))

    assert "si ya aina inayokubalika: PDF, JPG, PNG" in hand_in(b"MZ\x90 a program", "hati.pdf")
    assert "hadi MB 2" in hand_in(PDF + b"x" * (2048 * 1024), "hati.pdf")
    assert "tupu" in hand_in(b"", "hati.pdf")
    assert not Attachment.objects.exists()
    hand_in(b"\x89PNG\r\n\x1a\n" + b"0" * 100, "C:\\picha\\<b>hati.pdf")
    kept = Attachment.objects.get()
    assert (kept.media_type, kept.name) == ("image/png", "<b>hati.pdf")
    assert "<b>hati" not in asha.get(f"{draft}applicant/").content.decode()


def test_a_file_is_replaced_and_taken_back(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    given = ANSWERS["applicant"]
    asha.post(f"{draft}applicant/", {**given, "tax_clearance": upload(PDF, "ya-kwanza.pdf")})
    asha.post(f"{draft}applicant/", {**given, "tax_clearance": upload(PDF, "ya-pili.pdf")})
    assert Attachment.objects.get().name == "ya-pili.pdf"
    page = asha.post(f"{draft}applicant/", {**given, "full_name": "Asha J.", "drop": "tax_clearance"})
    assert page.status_code == 200
    assert "ya-pili" not in page.content.decode()
    assert not Attachment.objects.exists()
    kept = saved_draft(draft)
    assert "tax_clearance" not in kept.answers
    assert kept.answers["full_name"] == "Asha J.", "what was typed beside it is kept"
    assert "applicant" not in kept.done_pages


def test_places_are_searched_on_the_server_also_in_a_group(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    found = asha.post(f"{draft}premises/", {"place__text": "mosh", "find": "place"})
    assert found.status_code == 200
    assert 'value="Moshono, Arusha' in found.content.decode(), "the only one is taken"
    several = asha.post(f"{draft}premises/", {"place__text": "o", "find": "place"}).content.decode()
    assert several.count("place__pick") == 8
    code = re.search(r'name="place__pick" value="(\d+)"', several)[1]  # type: ignore[index]
    assert "Hatukupata mahali" in text_of(asha.post(f"{draft}premises/", {"place__text": "Xyzzy", "find": "place"}))
    given = {"place__text": "o", "place__pick": code, "lease": upload()}
    branch = {"branches__0__branch_name": "Tawi la kwanza", "branches__0__branch_place__text": "o"}
    answer = asha.post(f"{draft}premises/", {**given, **branch})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#f-branches__0__branch_place"' in page
    assert "Kata ya tawi (1)" in page
    assert 'value="Tawi la kwanza"' in page
    assert page.count("branches__0__branch_place__pick") == 8
    assert saved_draft(draft).answers["place"] == code
    branch["branches__0__branch_place__pick"] = code
    assert asha.post(f"{draft}premises/", {"place__text": "o", "place__pick": code, **branch}).status_code == 302
    assert saved_draft(draft).answers["branches"] == [{"branch_name": "Tawi la kwanza", "branch_place": code}]


def test_items_of_a_group_are_added_and_removed_and_keep_what_was_typed(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    one = {"branches__0__branch_name": "Kwanza", "branches__0__branch_place__text": "Sekei"}
    page = asha.post(f"{draft}premises/", {**one, "add": "branches"}).content.decode()
    assert 'value="Kwanza"' in page
    assert 'name="branches__1__branch_name"' in page
    two = {**one, "branches__1__branch_name": "Pili", "branches__1__branch_place__text": "Sekei"}
    page = asha.post(f"{draft}premises/", {**two, "remove": "branches__0"}).content.decode()
    assert "Kwanza" not in page
    assert 'name="branches__0__branch_name" type="text" value="Pili"' in page


def test_the_summary_leads_back_to_each_question_and_to_what_is_missing(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    asha.post(f"{draft}applicant/", ANSWERS["applicant"])
    page = asha.get(f"{draft}hakiki/").content.decode()
    assert f'href="{draft}applicant/#f-full_name"' in page
    assert f'href="{draft}applicant/#f-tax_clearance"' in page
    assert "<title>Makosa" in page
    assert asha.post(f"{draft}hakiki/", {"phone": PHONE}).status_code == 400
    assert not Case.objects.exists()
    fill(asha, draft)
    wrong = asha.post(f"{draft}hakiki/", {"phone": "12"})
    assert wrong.status_code == 400
    assert 'value="12"' in wrong.content.decode()
    assert "60,000" in text_of(wrong), "the fees with these answers"


def test_begin_twice_is_one_draft(country: dict[str, UUID], asha: Client) -> None:
    assert begin(asha) == begin(asha)
    assert Draft.objects.count() == 1


def test_the_receipt(submitted: str, asha: Client) -> None:
    case = case_of(submitted)
    page = asha.get(f"{submitted}imepokelewa/")
    said = text_of(page)
    groups = [case.reference[i : i + 4] for i in range(0, 16, 4)]
    assert re.search(r"<i>" + r"</i>\s*<i>".join(groups) + "</i>", page.content.decode())
    assert "Utapata jibu kabla ya" in said
    assert "Afisa Biashara" in said
    assert "Mwambie Mkurugenzi Mtendaji, Halmashauri ya Wilaya ya Mfano" in said
    signed = asha.get(f"{submitted}stakabadhi/")
    assert signed["Content-Disposition"] == f'attachment; filename="jumuishi-{case.reference}.json"'
    assert any(case.reference in one.text for one in messages.messages_to("+255700000001"))


def test_wrong_and_absent_look_alike(submitted: str) -> None:
    case = case_of(submitted)
    absent = new_number("10")

    def ask(reference: str, phone: str) -> tuple[int, str]:
        answer = Client().post("/fuatilia/", {"reference": reference, "phone": phone})
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        return answer.status_code, page.replace(reference, "N").replace("bando", "").split("Ukurasa huu umetumia")[0]

    assert ask(case.reference, "0700 000 009") == ask(absent, "0700 000 009")
    assert ask(absent, "0700 000 009")[0] == 404
    assert ask(absent, "")[0] == 404


def test_a_number_alone_shows_the_stage_and_nothing_else(submitted: str) -> None:
    case = case_of(submitted)
    for phone in ("", PHONE):
        page = text_of(Client().post("/fuatilia/", {"reference": case.reference, "phone": phone}))
        assert "Uhakiki" in page
        assert "Asha" not in page
        assert "Mgahawa" not in page


@pytest.mark.usefixtures("still")
def test_tries_are_bounded_by_number_by_phone_and_by_address(
    country: dict[str, UUID], settings_of_limits: dict[str, tuple[int, int]]
) -> None:
    def ask(reference: str, phone: str = "") -> int:
        return int(Client().post("/fuatilia/", {"reference": reference, "phone": phone}).status_code)

    settings_of_limits["track.reference"] = (2, 600)
    number = new_number("10")
    assert [ask(number) for _ in range(3)] == [404, 404, 429]
    settings_of_limits["track.phone"] = (2, 600)
    assert [ask(new_number("10"), "0700 000 005") for _ in range(3)] == [404, 404, 429]
    assert ask(new_number("10"), "+255700000005") == 429, "the same phone, written otherwise"
    settings_of_limits["track.address"] = (1, 600)
    assert ask(new_number("10")) == 429


@pytest.fixture
def settings_of_limits() -> Any:
    from django.conf import settings  # noqa: PLC0415

    before = dict(settings.IDENTITY_LIMITS)
    yield settings.IDENTITY_LIMITS
    settings.IDENTITY_LIMITS.clear()
    settings.IDENTITY_LIMITS.update(before)


def test_more_after_a_code(country: dict[str, UUID], asha: Client) -> None:
    sign_in(asha)
    draft = begin(asha)
    fill(asha, draft)
    assert 'name="phone"' not in asha.get(f"{draft}hakiki/").content.decode(), "the phone is proved already"
    asha.post(f"{draft}hakiki/")
    case = Case.objects.get()
    assert case.phone == "+255700000001"
    other = Client()
    tracked = other.post("/fuatilia/", {"reference": case.reference, "phone": PHONE})
    assert hidden(tracked, "next") == f"/maombi/?n={case.reference}"
    OneTimeCode.objects.all().delete()
    at = sign_in(other, way_back=hidden(tracked, "next"))
    assert at["Location"] == f"/maombi/?n={case.reference}"
    assert other.get(at["Location"])["Location"] == f"/maombi/{case.id}/"
    assert "Mgahawa wa Asha" in text_of(other.get(f"/maombi/{case.id}/"))
    assert "haiko kwenye maombi" in text_of(other.get(f"/maombi/?n={new_number('10')}"))


def test_withdrawing_asks_first_and_twice_is_once(submitted: str, asha: Client) -> None:
    asked = asha.get(f"{submitted}ondoa/")
    assert "haliwezi kurudishwa" in text_of(asked)
    assert not case_of(submitted).outcome
    assert Client().post(f"{submitted}ondoa/").status_code == 302
    stranger = Client()
    begin(stranger)
    assert stranger.post(f"{submitted}ondoa/").status_code == 404
    assert not case_of(submitted).outcome
    for _ in range(2):
        assert asha.post(f"{submitted}ondoa/").status_code == 302
    assert case_of(submitted).outcome == "withdrawn"
    page = text_of(asha.get("/maombi/"))
    assert page.index("Yaliyomalizika") < page.index("Uliondoa ombi hili")
    assert "Yanayoendelea" not in page


def test_answering_what_the_office_asks(submitted: str, asha: Client, at_work: Callable[[str, str], Client]) -> None:
    case = case_of(submitted)
    assert act(at_work("mfano", "Juma"), case, "ask", "Tuma mkataba unaosomeka.").status_code == 302
    page = asha.get(submitted)
    assert "Tuma mkataba unaosomeka." in text_of(page)
    assert "Jibu kabla ya" in text_of(page)
    version = hidden(page, "version")
    wrong = {"version": version, "message": "Nimeuleta.", "business_name": "M" * 41}
    refused = asha.post(f"{submitted}jibu/", {**wrong, "lease": upload(PDF, "mkataba-mpya.pdf")})
    assert refused.status_code == 400
    again = refused.content.decode()
    assert "Nimeuleta." in again
    assert "M" * 41 in again
    assert "mkataba-mpya.pdf" in again, "the file need not be sent again"
    kept = hidden(refused, "lease__kept")
    good = {**wrong, "business_name": "Mgahawa wa Asha", "lease__kept": kept}
    taken = asha.post(f"{submitted}jibu/", good)
    assert taken.status_code == 302, text_of(taken)[:1500]
    case.refresh_from_db()
    assert case.stage == "check"
    assert case.state["answers"]["lease"]["name"] == "mkataba-mpya.pdf"
    assert asha.post(f"{submitted}jibu/", good).status_code == 409, "the office waits for nothing now"
    assert asha.get(f"{submitted}jibu/").status_code == 302
    assert "Nimeuleta." in text_of(asha.get(submitted))


def test_appealing_where_the_service_says_so(
    submitted: str, asha: Client, at_work: Callable[[str, str], Client]
) -> None:
    case = case_of(submitted)
    act(at_work("mfano", "Juma"), case, "refuse", "Mkataba si wa eneo hili.")
    page = asha.get(submitted)
    assert f'href="{submitted}rufaa/"' in page.content.decode()
    empty = asha.post(f"{submitted}rufaa/", {"reason": "  "})
    assert empty.status_code == 400
    assert "<title>Makosa 1" in empty.content.decode()
    assert asha.post(f"{submitted}rufaa/", {"reason": "Ni wa eneo hili."}).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("appeal", "")


def test_a_draft_is_thrown_away_after_asking(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    fill(asha, draft, {"applicant": ANSWERS["applicant"]})
    assert "haziwezi kurudishwa" in text_of(asha.get(f"{draft}futa/"))
    assert Draft.objects.exists()
    for _ in range(2):
        assert asha.post(f"{draft}futa/").status_code == 302
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()


def test_my_applications_are_paged(submitted: str, asha: Client) -> None:
    case = case_of(submitted)
    rows = []
    for n in range(44):
        row = Case.objects.get(id=case.id)
        row.id, row.reference, row._state.adding = UUID(int=n + 1), new_number("10"), True
        row.outcome, row.ended_at = ("granted", row.submitted_at) if n % 2 else ("", None)
        rows.append(row)
    Case.objects.bulk_create(rows)
    first, second, third = (asha.get(f"/maombi/?page={n}").content.decode() for n in (1, 2, 3))
    assert "Ukurasa 1 kati ya 3" in first
    assert "Yanayoendelea" in first
    assert "Yaliyomalizika" not in first
    assert "Yanayoendelea" in second
    assert "Yaliyomalizika" in second
    assert "Yaliyomalizika" in third
    assert 'href="?page=2"' in third
    assert sum(page.count('<i class="num">') for page in (first, second, third)) == 45


def test_a_service_is_found_by_words_and_by_institution(country: dict[str, UUID], asha: Client) -> None:
    assert "Leseni ya biashara" in text_of(asha.get("/huduma/?q=LESENI"))
    assert "Hakuna huduma kwa maneno hayo" in text_of(asha.get("/huduma/?q=xyzzy"))
    of = text_of(asha.get("/huduma/?taasisi=jirani"))
    assert "Huduma za Halmashauri ya Mji wa Jirani" in of
    assert "Leseni" not in of
    assert asha.get("/huduma/?taasisi=hapana").status_code == 404
    before = text_of(asha.get("/huduma/mfano/business-licence/"))
    for said in ("Siku 2 za kazi", "TZS 20,000", "Hati ya kutodaiwa kodi", "Afisa Biashara", "Andaa vitu hivi"):
        assert said in before
    free = text_of(asha.get(LETTER))
    assert "Huduma hii ni bure" in free


@pytest.mark.parametrize("path", ["/hapana/", "/en/hapana/", "/huduma/mfano/hapana/"])
def test_an_address_that_is_not_there_says_so_in_words(country: dict[str, UUID], path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert ("This page does not exist" if "/en/" in path else "Ukurasa huu haupo") in text_of(answer)


def test_a_form_without_its_mark_says_what_to_do(country: dict[str, UUID]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/fuatilia/", {"reference": "1"})
    assert answer.status_code == 403
    assert "Ruhusu vidakuzi" in text_of(answer)
