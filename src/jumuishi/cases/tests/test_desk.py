"""What officers keep for their work: notes for each other, lists by name, ready messages."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.actions import lists, remarks, templates
from jumuishi.cases.models import Case, Mention, MessageTemplate, Remark, SavedList, Task
from jumuishi.cases.queries import Wanted
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.database
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]
SECRET = "Mwombaji ana deni la zamani"


@pytest.fixture
def case(submitted: str) -> Case:
    return Case.objects.get(id=submitted.split("/")[2])


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def test_a_note_is_for_colleagues_and_calls_one(
    case: Case, at_work: Enter, officer: Find, asha: Client, submitted: str
) -> None:
    juma, neema, page = at_work("mfano", "Juma"), at_work("mfano", "Neema"), f"/ofisi/ombi/{case.id}/"
    key = re.search(r'name="key" value="([^"]+)"', juma.get(page).content.decode())
    assert key
    given = {"text": SECRET, "who": str(officer("mfano", "Neema").who), "key": key[1]}
    assert juma.post(f"{page}dokezo/", given).status_code == 302
    assert juma.post(f"{page}dokezo/", given).status_code == 302
    assert Remark.objects.count() == 1, "sent twice is written once"
    assert SECRET in words(neema, page)
    assert case.title in words(neema, "/ofisi/").partition("wamekuita")[2][:200]
    assert "wamekuita" not in words(juma, "/ofisi/")
    mention = Mention.objects.get()
    assert juma.post(f"{page}dokezo/nimeona/{mention.id}/").status_code == 403, "only who was called has seen it"
    assert neema.post(f"{page}dokezo/nimeona/{mention.id}/").status_code == 302
    assert "wamekuita" not in words(neema, "/ofisi/")
    for address in (submitted, "/maombi/"):
        assert SECRET not in asha.get(address).content.decode()
    with tenancy.acting_as(tenancy.Principal.person(case.person_id)):
        assert not Remark.objects.exists()
        assert SECRET not in str([one.body for one in evidence.about(person_id=case.person_id)])


def test_a_note_is_struck_out_and_never_deleted(case: Case, at_work: Enter, officer: Find) -> None:
    juma, page = at_work("mfano", "Juma"), f"/ofisi/ombi/{case.id}/"
    remark = remarks.write_remark(actor=officer("mfano", "Juma"), case_id=case.id, text=SECRET)
    salma = at_work("mfano", "Salma")
    assert salma.post(f"{page}dokezo/{remark}/futa/", {"text": "Si kweli"}).status_code == 403
    unsaid = juma.post(f"{page}dokezo/{remark}/futa/", {"text": ""})
    assert unsaid.status_code == 422
    assert juma.post(f"{page}dokezo/{remark}/futa/", {"text": "Nilikosea"}).status_code == 302
    shown = words(salma, page)
    assert SECRET in shown
    assert "Juma alipiga mstari" in shown
    assert "Nilikosea" in shown
    told = [one.verb for one in evidence.history(thing_kind="remark", thing_id=remark)]
    assert told == ["cases.remark.write", "cases.remark.strike"]


def test_nobody_outside_reads_or_writes_notes(case: Case, at_work: Enter, officer: Find) -> None:
    baraka, page = at_work("jirani", "Baraka"), f"/ofisi/ombi/{case.id}/"
    remark = remarks.write_remark(actor=officer("mfano", "Juma"), case_id=case.id, text=SECRET)
    assert baraka.post(f"{page}dokezo/", {"text": "x"}).status_code == 403
    assert baraka.post(f"{page}dokezo/{remark}/futa/", {"text": "x"}).status_code == 403
    # A reviewer elsewhere sees the case while its own review is open, and still none of the notes.
    task = Task.objects.get(case=case, state="open")
    task.id, task.review, task.kind = UUID(int=7), "afya", "review"
    task.institution_id = officer("jirani", "Baraka").workplace
    task.save(force_insert=True)
    seen = baraka.get(page)
    assert seen.status_code == 200
    assert SECRET not in seen.content.decode()
    assert 'id="dokezo"' not in seen.content.decode()
    assert baraka.post(f"{page}dokezo/", {"text": "x"}).status_code == 403


def test_a_list_is_kept_by_name_and_opens_first(case: Case, at_work: Enter) -> None:
    juma = at_work("mfano", "Juma")
    late = "v=all&due=late&s=business-licence"
    assert "Zilizochelewa zangu" not in words(juma, "/ofisi/")
    unnamed = juma.post(f"/ofisi/orodha/?{late}", {"name": " ", "first": "1"})
    assert unnamed.status_code == 422
    assert 'name="first" value="1" checked' in unnamed.content.decode()
    assert juma.post(f"/ofisi/orodha/?{late}", {"name": "Zilizochelewa zangu", "first": "1"}).status_code == 302
    first = juma.get("/ofisi/").content.decode()
    assert re.search(r'<a [^>]*aria-current="true">Zilizochelewa zangu</a>', first)
    assert case.title not in first, "nothing is late"
    assert case.title in juma.get("/ofisi/?v=all").content.decode()
    juma.post("/ofisi/orodha/?v=mine", {"name": "Zilizochelewa zangu"})
    assert SavedList.objects.get().query["view"] == "mine", "the same name asks for something else now"
    assert juma.post(f"/ofisi/orodha/{SavedList.objects.get().id}/futa/").status_code == 302
    assert not SavedList.objects.exists()


def test_a_list_is_shared_with_the_unit_and_with_nobody_else(case: Case, at_work: Enter, officer: Find) -> None:
    juma, imani, neema = (officer("mfano", one) for one in ("Juma", "Imani", "Neema"))
    unit = institutions.add_unit(
        actor=neema, institution_id=case.institution_id, name={"sw": "Biashara", "en": "Trade"}
    )
    for one in (juma, imani):
        institutions.change_post(
            actor=neema, appointment_id=one.appointment_id, title={"sw": "Afisa", "en": "Officer"},
            roles=sorted(one.roles), unit_id=unit, until_on=None,
        )  # fmt: skip
    kept = lists.save_list(actor=juma, name="Ya pamoja", wanted=Wanted(view="all"), is_shared=True, is_first=True)
    assert "Ya pamoja" in words(at_work("mfano", "Imani"), "/ofisi/")
    assert "Ya pamoja" not in words(at_work("mfano", "Neema"), "/ofisi/")
    assert "Ya pamoja" not in words(at_work("jirani", "Baraka"), "/ofisi/")
    for other in (imani, officer("jirani", "Baraka")):
        with pytest.raises(NotAllowedError):
            lists.drop_list(actor=other, list_id=kept)


def test_ready_words_are_filled_for_the_case_and_lose_nothing_typed(case: Case, at_work: Enter) -> None:
    juma, page = at_work("mfano", "Juma"), f"/ofisi/ombi/{case.id}/"
    given = {
        "name": "Leta nakala", "service": "business-licence",
        "text_sw": "Ombi {namba}: leta nakala halisi {ofisi}.", "text_en": "Application {namba}: bring originals.",
    }  # fmt: skip
    wrong = juma.post("/ofisi/violezo/kipya/", {**given, "text_sw": "Ndugu {jina_la_siri}"})
    assert wrong.status_code == 422
    assert "jina_la_siri" in wrong.content.decode()
    assert juma.post("/ofisi/violezo/kipya/", {**given, "text_en": ""}).status_code == 422
    assert juma.post("/ofisi/violezo/kipya/", {**given, "text_sw": "Ndugu {0.__class__}"}).status_code == 422
    looked = juma.post("/ofisi/violezo/kipya/", {**given, "look": "1"}).content.decode()
    assert "leta nakala halisi Halmashauri" in looked
    assert not MessageTemplate.objects.exists(), "looking keeps nothing"
    assert juma.post("/ofisi/violezo/kipya/", given).status_code == 302
    again = juma.post("/ofisi/violezo/kipya/", given)
    assert again.status_code == 422, "one name for one message"
    template = MessageTemplate.objects.get()
    task = Task.objects.get(case=case, state="open")
    typed = {
        "task": str(task.id),
        "version": case.version,
        "act": "ask",
        "text": "Habari.",
        "template": str(template.id),
    }
    shown = juma.post(f"{page}tenda/", typed).content.decode()
    text = re.search(r'<textarea id="i-text"[^>]*>(.*?)</textarea>', shown, re.S)
    assert text
    assert text[1].startswith("Habari.")
    assert case.reference in text[1].replace(" ", "")
    assert re.search(r'name="act" value="ask" checked', shown)
    case.refresh_from_db()
    assert case.version == int(typed["version"]), "choosing words decides nothing"


def test_ready_words_keep_their_authors_and_stay_at_home(case: Case, at_work: Enter, officer: Find) -> None:
    text = {"sw": "Habari {ombi}", "en": "Hello {ombi}"}
    kept = templates.write_template(actor=officer("mfano", "Juma"), name="Salamu", text=text)
    changed = {"sw": "Shikamoo {ombi}", "en": "Good day {ombi}"}
    templates.write_template(actor=officer("mfano", "Neema"), name="Salamu", text=changed, template_id=kept)
    shown = words(at_work("mfano", "Juma"), f"/ofisi/violezo/{kept}/")
    assert re.search(r"Neema : Shikamoo.*Juma : Habari", shown)
    baraka = at_work("jirani", "Baraka")
    assert "Salamu" not in words(baraka, "/ofisi/violezo/")
    assert baraka.get(f"/ofisi/violezo/{kept}/").status_code == 404
    with pytest.raises(NotAllowedError):
        templates.retire_template(actor=officer("jirani", "Baraka"), template_id=kept)
    at_work("mfano", "Juma").post(f"/ofisi/violezo/{kept}/", {"retire": "1"})
    assert "Salamu" not in words(at_work("mfano", "Juma"), "/ofisi/violezo/")
    templates.write_template(actor=officer("mfano", "Juma"), name="Salamu", text=text)


def test_notes_and_lists_cost_a_page_the_same_however_many(case: Case, at_work: Enter, officer: Find) -> None:
    juma, mine, page = at_work("mfano", "Juma"), officer("mfano", "Juma"), f"/ofisi/ombi/{case.id}/"
    neema = officer("mfano", "Neema")

    def asked(address: str) -> int:
        juma.get(address)
        with CaptureQueriesContext(connection) as seen:
            juma.get(address)
        return len(seen)

    def more(n: int) -> None:
        remarks.write_remark(actor=neema, case_id=case.id, text=f"Dokezo {n}", mentions=[mine.who])
        lists.save_list(actor=mine, name=f"Orodha {n}", wanted=Wanted(text=str(n)), is_shared=False, is_first=False)

    more(0)
    before = asked(page), asked("/ofisi/?v=all")
    for n in range(1, 8):
        more(n)
    assert (asked(page), asked("/ofisi/?v=all")) == before


def test_who_leads_no_unit_begins_with_what_is_theirs(case: Case, at_work: Enter) -> None:
    for name, first in (("Neema", "mine"), ("Juma", "unit")):
        page = at_work("mfano", name).get("/ofisi/").content.decode()
        assert f'value="{first}" checked' in page, name
