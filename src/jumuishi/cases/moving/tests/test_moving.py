"""Open cases brought to a newer edition: seen beforehand, moved knowingly, asked where an answer would change."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from jumuishi.cases.models import Case, Note
from jumuishi.cases.moving import actions, looking, working
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.cases.moving.tests.conftest import OWNER, RENAMED, WORDS
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock
from jumuishi.messaging.models import Message
from jumuishi.services.models import Offering

pytestmark = [pytest.mark.database, pytest.mark.slow]
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]


def case_of(submitted: str) -> Case:
    return Case.objects.get(id=submitted.rstrip("/").rpartition("/")[2])


def page_of(licence: Offering) -> str:
    return f"/ofisi/huduma/{licence.id}/hamisha/"


def moved(at_work: Enter, licence: Offering, run_jobs: Callable[[], int], days: str = "14") -> Move:
    """Neema looks, then moves, by the page."""
    neema = at_work("mfano", "Neema")
    assert neema.post(page_of(licence), {"do": "survey"}).status_code == 302
    answer = neema.post(page_of(licence), {"do": "start", "days": days})
    assert answer.status_code == 302, re.findall(r"<h2>([^<]+)", answer.content.decode())
    run_jobs()
    return Move.objects.filter(kind="move").latest("created_at")


def test_a_running_case_keeps_its_edition_until_somebody_moves_it(
    submitted: str, licence: Offering, take_up: Callable[..., str], asha: Client
) -> None:
    before = case_of(submitted)
    newer = take_up(WORDS)
    assert case_of(submitted).edition_hash == before.edition_hash != newer
    assert asha.get(submitted).status_code == 200
    begun = begin(asha)
    draft = re.search(r"rasimu/([^/]+)/", begun)
    assert draft
    from jumuishi.cases.models import Draft  # noqa: PLC0415

    assert Draft.objects.get(id=draft[1]).edition_hash == newer


def test_what_may_move_as_it_is_moves_and_its_applicant_is_told(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int],
    asha: Client,
) -> None:  # fmt: skip
    before, newer = case_of(submitted), take_up(WORDS)
    neema = at_work("mfano", "Neema")
    neema.post(page_of(licence), {"do": "survey"})
    seen = neema.get(page_of(licence)).content.decode()
    assert "Yanaweza kuhamia kama yalivyo" in seen
    assert neema.post(page_of(licence), {"do": "start", "days": "0"}).status_code == 422
    move = moved(at_work, licence, run_jobs)
    after = case_of(submitted)
    assert (after.edition_hash, after.stage, after.state) == (newer, before.stage, before.state)
    assert after.version == before.version + 1, "whoever has it open looks again"
    assert MoveItem.objects.get(move=move).state == "moved"
    assert Note.objects.filter(case=after, kind="edition").exists()
    assert "limehamia toleo jipya" in Message.objects.filter(case_id=after.id).latest("created_at").text
    told = [one for one in evidence.history(thing_kind="case", thing_id=after.id) if one.verb == "cases.case.move"]
    assert (told[0].body or {})["before"]["edition"] == before.edition_hash
    assert "Limehamia" in neema.get(f"{page_of(licence)}{move.id}/").content.decode()
    assert "Ombi limehamia toleo jipya" in asha.get(submitted).content.decode()
    juma = at_work("mfano", "Juma")
    assert juma.get(f"/ofisi/ombi/{after.id}/").status_code == 200


def test_a_new_question_is_the_applicants_to_answer_and_silence_changes_nothing(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int],
    asha: Client,
) -> None:  # fmt: skip
    before, newer = case_of(submitted), take_up(OWNER)
    moved(at_work, licence, run_jobs)
    assert case_of(submitted).edition_hash == before.edition_hash
    item = MoveItem.objects.get(case_id=before.id)
    assert (item.state, item.why[0]["code"], item.why[0]["field"]) == ("asked", "new", "owner")
    assert "lina swali kuhusu ombi" in Message.objects.filter(case_id=before.id).latest("created_at").text
    card = asha.get(submitted).content.decode()
    assert "Toleo jipya linahitaji jibu lako" in card
    page = f"{submitted}toleo/"
    assert "Eneo ni lako?" in asha.get(page).content.decode()
    empty = asha.post(page, {"fields": "owner"})
    assert empty.status_code == 400
    assert case_of(submitted).edition_hash == before.edition_hash
    done = asha.post(page, {"fields": "owner", "owner": "true"})
    assert done.status_code == 302, done.content.decode()[:2000]
    after = case_of(submitted)
    assert after.edition_hash == newer
    assert after.state["answers"] == {**before.state["answers"], "owner": True}
    item.refresh_from_db()
    assert (item.state, item.consent) == ("agreed", {"answered": ["owner"], "agreed": []})
    assert asha.get(page).status_code == 409


def test_other_words_are_agreed_to_point_by_point_and_the_consent_is_kept(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int],
    asha: Client,
) -> None:  # fmt: skip
    before = case_of(submitted)
    newer = take_up(RENAMED)
    moved(at_work, licence, run_jobs)
    page = f"{submitted}toleo/"
    shown = asha.get(page).content.decode()
    assert "Jina la biashara" in shown
    assert "Jina la duka" in shown
    assert " checked>" not in shown, "nothing is chosen for the person"
    mark = re.search(r'name="agree" value="([^"]+)"', shown)
    assert mark
    assert asha.post(page, {"fields": ""}).status_code == 400
    assert asha.post(page, {"fields": "", "agree": "0" * 32}).status_code == 400
    assert case_of(submitted).edition_hash == before.edition_hash
    assert asha.post(page, {"fields": "", "agree": mark[1]}).status_code == 302
    after = case_of(submitted)
    assert (after.edition_hash, after.state["answers"]) == (newer, before.state["answers"])
    consent = MoveItem.objects.get(case_id=before.id).consent
    assert consent is not None
    assert consent["agreed"][0]["field"] == "business_name"
    told = [one for one in evidence.history(thing_kind="case", thing_id=after.id) if one.verb == "cases.move.agree"]
    assert (told[-1].body or {})["after"]["act"]["agreed"][0]["mark"] == mark[1]


ENGLISH = ("en: Business name}", "en: Trading name}")
TITLE = ("title: {sw: Biashara, en: Business}", "title: {sw: Duka lako, en: Your shop}")
CHOICE = ("food:     {sw: Mgahawa au chakula,", "food:     {sw: Hoteli au chakula,")


@pytest.mark.parametrize(
    ("edit", "lang", "before", "after"),
    [
        (RENAMED, "sw", "Jina la biashara", "Jina la duka"),
        (ENGLISH, "sw", "Business name", "Trading name"),
        (ENGLISH, "en", "Business name", "Trading name"),
        (TITLE, "sw", "Biashara", "Duka lako"),
        (TITLE, "en", "Business", "Your shop"),
        (CHOICE, "sw", "Mgahawa au chakula", "Hoteli au chakula"),
        (CHOICE, "en", "Mgahawa au chakula", "Hoteli au chakula"),
    ],
)
def test_what_differs_stands_there_before_anybody_agrees(
    submitted: str, licence: Offering, take_up: Callable[..., str], officer: Find, asha: Client,
    edit: tuple[str, str], lang: str, before: str, after: str,
) -> None:  # fmt: skip
    take_up(edit)
    move = actions.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
    working.work(move, 60.0)
    shown = asha.get(f"{'/en' if lang == 'en' else ''}{submitted}toleo/").content.decode()
    was, now = {"sw": ("Kabla", "Sasa"), "en": ("Before", "Now")}[lang]
    assert f"{was}: {before}</span>" in shown
    assert f"{now}: {after}</span>" in shown


def test_the_applicant_may_stay_and_a_day_that_passes_means_the_same(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int],
    asha: Client,
) -> None:  # fmt: skip
    before = case_of(submitted)
    take_up(OWNER)
    moved(at_work, licence, run_jobs)
    assert asha.post(f"{submitted}toleo/", {"stay": "1"}).status_code == 302
    assert MoveItem.objects.get(case_id=before.id).state == "declined"
    moved(at_work, licence, run_jobs, days="3")
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert actions.lapsed(clock.now()) == [before.id]
        assert actions.asked_of(before, clock.now()) is None
        actions.decline(actor=Actor.system(), case_id=before.id)
    assert MoveItem.objects.filter(case_id=before.id).latest("created_at").state == "lapsed"
    assert case_of(submitted).edition_hash == before.edition_hash


def test_a_stage_that_is_gone_keeps_the_case_and_the_office_reads_why(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int]
) -> None:
    before = case_of(submitted)
    gone = (("  check:\n    kind: task", "  verify:\n    kind: task"), ("answered: check", "answered: verify"),
            ("not_by: [check]", "not_by: [verify]"), ("not_by: [check, reviews]", "not_by: [verify, reviews]"),
            ("not_by: [check, reviews, approve]", "not_by: [verify, reviews, approve]"))  # fmt: skip
    take_up(*gone)
    move = moved(at_work, licence, run_jobs)
    assert MoveItem.objects.get(move=move).state == "cannot"
    assert case_of(submitted).edition_hash == before.edition_hash
    page = at_work("mfano", "Neema").get(f"{page_of(licence)}{move.id}/").content.decode()
    assert "Hatua liliyopo haipo kwenye toleo jipya" in page


def test_cases_that_ended_are_never_looked_at(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int],
    asha: Client,
) -> None:  # fmt: skip
    asha.post(f"{submitted}ondoa/")
    before = case_of(submitted)
    assert before.outcome == "withdrawn"
    take_up(WORDS)
    neema = at_work("mfano", "Neema")
    neema.post(page_of(licence), {"do": "survey"})
    assert "yako kwenye toleo linalotumika" in neema.get(page_of(licence)).content.decode()
    assert Move.objects.get(kind="survey").seen == 0
    assert case_of(submitted).edition_hash == before.edition_hash


def test_only_those_who_shape_services_move_and_nobody_from_elsewhere(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, officer: Find, asha: Client
) -> None:
    take_up(OWNER)
    juma, subira = at_work("mfano", "Juma"), at_work("jirani", "Subira")
    for do in ("survey", "start"):
        assert juma.post(page_of(licence), {"do": do, "days": "14"}).status_code == 403
        assert subira.post(page_of(licence), {"do": do, "days": "14"}).status_code == 404
    assert subira.get(page_of(licence)).status_code == 404
    baraka = Client()
    begin(baraka)
    case = case_of(submitted)
    assert baraka.get(f"{submitted}toleo/").status_code == 404
    assert baraka.post(f"{submitted}toleo/", {"stay": "1"}).status_code == 404
    move = actions.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
    with pytest.raises(NotAllowedError):
        actions.move_case(actor=officer("mfano", "Juma"), move_id=move, case_id=case.id)
    assert subira.get(f"{page_of(licence)}{move}/").status_code == 404
    assert not MoveItem.objects.exists()


def test_a_look_goes_on_where_it_stands_and_names_a_few_of_ones_own(
    submitted: str, licence: Offering, take_up: Callable[..., str], officer: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(submitted)
    for n in range(7):
        case.pk, case.reference = UUID(int=(n + 1) << 90), f"{n:016d}"
        case._state.adding = True
        case.save(force_insert=True)
    newer = take_up(OWNER)
    monkeypatch.setattr(looking, "CHUNK", 3)
    monkeypatch.setattr(looking, "AT_ONCE", -1.0)
    move = looking.begin(
        officer("mfano", "Neema"), service="business-licence", edition_hash=newer, offering_id=licence.id
    )
    assert (move.state, move.seen, move.all) == ("running", 3, 8)
    assert not looking.look(move.id, -1.0)
    assert looking.look(move.id, 60.0)
    move.refresh_from_db()
    assert (move.state, move.seen, move.ask) == ("done", 8, 8)
    [group] = move.groups.values()
    assert (group["n"], len(group["refs"])) == (8, looking.EXAMPLES)
    zuhura = officer("mamlaka", "Zuhura")
    country = looking.begin(zuhura, service="business-licence", edition_hash=newer, offering_id=None)
    assert looking.look(country.id, 60.0)
    country.refresh_from_db()
    assert (country.seen, country.ask) == (8, 8)
    assert [one["refs"] for one in country.groups.values()] == [[]], "the country's look names nobody's case"


def test_a_look_at_open_cases_reads_by_its_own_index(licence: Offering) -> None:
    move = Move(
        institution_id=licence.institution_id, offering_id=licence.id, service=licence.service, edition_hash="x"
    )
    sql, _ = looking.open_cases(move, move.institution_id)[:200].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'case_open'")
        (index,) = cursor.fetchone()
    # Which index a handful of cases is read by says nothing of a million (bench/moving.py); that it fits does.
    assert "(institution_id, service, id) WHERE" in index
    assert "(outcome)::text = ''::text" in index
    for part in ('"institution_id" = ', '"service" = ', '"outcome" = ', 'ORDER BY "cases_case"."id" ASC'):
        assert part in sql


def test_a_second_applicant_fills_and_moves_alone(
    submitted: str, licence: Offering, take_up: Callable[..., str], at_work: Enter, run_jobs: Callable[[], int]
) -> None:
    other = Client()
    draft = begin(other)
    fill(other, draft)
    second = str(other.post(f"{draft}hakiki/", {"phone": "0700 000 002"})["Location"]).replace("imepokelewa/", "")
    newer = take_up(OWNER)
    moved(at_work, licence, run_jobs)
    assert other.post(f"{second}toleo/", {"fields": "owner", "owner": "false"}).status_code == 302
    assert case_of(second).edition_hash == newer
    assert case_of(submitted).edition_hash != newer
