"""Editions: author and approver, the check at the door, never changed, withdrawn at once, taken up by two."""

# ruff: noqa: F811  # fixtures of the cases' own tests are used by name

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from jumuishi.cases.moving.tests.conftest import NEW_FIGURE, OWNER, RENAMED, WORDS, edited, mark_on, texts
from jumuishi.cases.tests.conftest import at_work, begin, country, fill, officer  # noqa: F401  # fixtures
from jumuishi.definitions import public as definitions
from jumuishi.identity import people, testing
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.services import adopting, authoring, queries
from jumuishi.services.models import Adoption, Edition, Offering, Proposal
from jumuishi.services.types import CannotPublishError, EditionRefusedError, SamePersonError, SettingRefusedError

pytestmark = [pytest.mark.database, pytest.mark.slow]
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]
SOURCE = {"source": "Sheria ndogo ya mfano", "checked_on": "2026-11-24"}


@pytest.fixture
def licence(country: dict[str, UUID]) -> Offering:
    return Offering.objects.get(institution_id=country["mfano"], service="business-licence")


@pytest.fixture
def authority(country: dict[str, UUID]) -> Callable[[str], Actor]:
    def find(name: str) -> Actor:
        home = institutions.institution_by_slug("mamlaka")
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == name)
        return Actor(ActorKind.AUTHORITY, one.person_id, home.id, one.roles, one.appointment_id, name=name)

    return find


def upload(folder: Path) -> list[BytesIO]:
    found = []
    for one in sorted(one for one in folder.rglob("*") if one.is_file()):
        file = BytesIO(one.read_bytes())
        file.name = one.name
        found.append(file)
    return found


def test_author_and_approver_are_two_natural_persons_and_the_check_runs_at_the_door(
    licence: Offering,
    at_work: Enter,
    authority: Callable[[str], Actor],
    tmp_path: Path,
) -> None:
    tumaini, zuhura = at_work("mamlaka", "Tumaini"), at_work("mamlaka", "Zuhura")
    assert "Pendekeza toleo" in tumaini.get("/ofisi/matoleo/").content.decode()
    broken = edited(tmp_path, ("role: trade-officer", "role: hayupo"))
    refused = tumaini.post("/ofisi/matoleo/pendekeza/", {"upload": upload(broken), "note": "Swali jipya"})
    assert refused.status_code == 422
    assert "J401" in refused.content.decode()
    sound = edited(tmp_path, OWNER, RENAMED)
    assert tumaini.post("/ofisi/matoleo/pendekeza/", {"upload": upload(sound), "note": " "}).status_code == 422
    made = tumaini.post("/ofisi/matoleo/pendekeza/", {"upload": upload(sound), "note": "Swali jipya la eneo"})
    assert made.status_code == 302, made.content.decode()[:3000]
    page = made["Location"]
    again = tumaini.post("/ofisi/matoleo/pendekeza/", {"upload": upload(edited(tmp_path, WORDS)), "note": "Lingine"})
    assert "linalosubiri uamuzi" in again.content.decode()
    seen = zuhura.get(page).content.decode()
    assert "Eneo ni lako?" in seen
    assert "Jina la duka" in seen
    assert tumaini.post(page, {"do": "publish", **mark_on(tumaini, page)}).status_code == 422
    row = Proposal.objects.get()
    with pytest.raises(SamePersonError):
        authoring.publish_edition(actor=authority("Tumaini"), proposal_id=row.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(id=row.id).update(state="published", decided_by=row.author_id)
    Proposal.objects.filter(id=row.id).update(files={**row.files, "service.yaml": "format: 1\n"})
    with pytest.raises(EditionRefusedError):
        authoring.publish_edition(actor=authority("Zuhura"), proposal_id=row.id)
    Proposal.objects.filter(id=row.id).update(files=row.files)
    assert tumaini.post(page, {"do": "same", "same": ["business_name", "hayupo"]}).status_code == 302
    assert zuhura.post(page, {"do": "same", "same": []}).status_code == 422, "the author says so, nobody else"
    assert "maana ileile" in zuhura.get(page).content.decode()
    done = zuhura.post(page, {"do": "publish", **mark_on(zuhura, page)})
    assert done.status_code == 302, done.content.decode()[:2000]
    edition = Edition.objects.get(service="business-licence", number=2)
    assert edition.same_meaning == ["business_name"]
    assert queries.same_meaning(licence.edition.hash, edition.hash) == {"business_name"}
    assert "Eneo ni lako?" in zuhura.get(f"/ofisi/matoleo/{edition.id}/").content.decode()


def test_one_natural_person_with_two_accounts_is_still_one(
    licence: Offering, authority: Callable[[str], Actor], tmp_path: Path
) -> None:
    made = authoring.propose_edition(actor=authority("Tumaini"), files=texts(edited(tmp_path, WORDS)), note="Maneno")
    same = testing.citizen("0700000079", "Zuhura")
    people.prove_phone(actor=authority("Zuhura"), phone="0700000079")
    Proposal.objects.filter(id=made).update(author_id=same.person_id)
    with pytest.raises(SamePersonError):
        authoring.publish_edition(actor=authority("Zuhura"), proposal_id=made)


def test_a_proposal_is_refused_with_a_reason_or_taken_back(
    licence: Offering, authority: Callable[[str], Actor], tmp_path: Path
) -> None:
    files = texts(edited(tmp_path, WORDS))
    made = authoring.propose_edition(actor=authority("Tumaini"), files=files, note="Maneno")
    with pytest.raises(EditionRefusedError, match="reason_missing"):
        authoring.refuse_edition(actor=authority("Zuhura"), proposal_id=made, reason=" ")
    authoring.refuse_edition(actor=authority("Zuhura"), proposal_id=made, reason="Tafsiri si sahihi")
    with pytest.raises(EditionRefusedError, match="edition_decided"):
        authoring.publish_edition(actor=authority("Zuhura"), proposal_id=made)
    second = authoring.propose_edition(actor=authority("Tumaini"), files=files, note="Tena")
    authoring.refuse_edition(actor=authority("Tumaini"), proposal_id=second, reason="")
    assert Proposal.objects.get(id=second).state == "taken_back"


@pytest.mark.parametrize(
    "change",
    [
        "files = jsonb_set(files, '{service.yaml}', '\"format: 1\"')", "hash = 'x'", "number = 9", "name = '{}'",
        "service = 'other'", "created_at = now()", "offered_by = '[]'", "doors = '[]'", "same_meaning = '[\"nin\"]'",
    ],
)  # fmt: skip
def test_a_published_edition_never_changes(licence: Offering, change: str) -> None:
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        cursor.execute(f"UPDATE services_edition SET {change} WHERE id = %s", [licence.edition_id])
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        cursor.execute("DELETE FROM services_edition WHERE id = %s", [licence.edition_id])


def test_nobody_but_the_authority_shapes_the_catalogue(
    licence: Offering,
    at_work: Enter,
    officer: Find,
    tmp_path: Path,
    country: dict[str, UUID],
) -> None:
    neema, baraka = at_work("mfano", "Neema"), Client()
    paths = ("/ofisi/matoleo/", "/ofisi/matoleo/pendekeza/", f"/ofisi/matoleo/{licence.edition_id}/",
             f"/ofisi/matoleo/{licence.edition_id}/ondoa/")  # fmt: skip
    for path in paths:
        for one in (neema, baraka):
            assert one.get(path).status_code in (302, 403, 404)
            assert one.post(path, {"reason": "x", "note": "x"}).status_code in (302, 403, 404)
    with pytest.raises(NotAllowedError):
        authoring.propose_edition(actor=officer("mfano", "Neema"), files=texts(edited(tmp_path, WORDS)), note="x")
    with pytest.raises(NotAllowedError):
        authoring.withdraw_edition(actor=officer("mfano", "Neema"), edition_id=licence.edition_id, reason="x")
    assert Edition.objects.get(id=licence.edition_id).withdrawn_at is None


def test_an_institution_is_offered_the_newer_edition_and_keeps_its_figures(
    licence: Offering,
    at_work: Enter,
    officer: Find,
    tmp_path: Path,
) -> None:
    from jumuishi.services import public as services  # noqa: PLC0415

    old = dict(licence.settings)
    services.add_edition(actor=Actor.system(), folder=edited(tmp_path, OWNER, NEW_FIGURE))
    neema, imani = at_work("mfano", "Neema"), at_work("mfano", "Imani")
    assert "Toleo la 2 lipo" in neema.get("/ofisi/huduma/").content.decode()
    page, public = f"/ofisi/huduma/{licence.id}/toleo/", "/huduma/mfano/business-licence/"
    seen = neema.get(page).content.decode()
    assert "Eneo ni lako?" in seen
    assert "Takwimu “Ada ya muhuri”" in seen
    assert neema.post(page, {"do": "begin"}).status_code == 302
    assert "Ada ya muhuri" in neema.get(page).content.decode()
    assert neema.post(page, {"do": "propose"}).status_code == 422
    figure = f"{page}takwimu/stamp/"
    assert neema.post(figure, {"value": "-1", **SOURCE}).status_code == 422
    assert neema.post(figure, {"value": "500", **SOURCE}).status_code == 302
    assert Client().get(public).status_code == 200, "what is published goes on meanwhile"
    assert neema.post(page, {"do": "propose"}).status_code == 302
    assert "mtu wa pili" in neema.post(page, {"do": "adopt", **mark_on(neema, page)}).content.decode()
    assert imani.post(page, {"do": "adopt", **mark_on(imani, page)}).status_code == 302
    licence.refresh_from_db()
    assert licence.edition.number == 2
    assert {**old, "stamp": licence.settings["stamp"]} == licence.settings
    assert licence.state == "published"
    row = Adoption.objects.get()
    assert (row.state, row.left_settings) == ("adopted", old)
    after = neema.get(page).content.decode()
    assert "Toleo la 2 ndilo jipya kabisa" in after
    assert "Matoleo yaliyotumika hapo awali" in after
    with pytest.raises(EditionRefusedError, match="no_newer"):
        adopting.begin_adoption(actor=officer("mfano", "Neema"), offering_id=licence.id)


def test_the_outsider_and_an_officer_without_the_role_take_nothing_up(
    licence: Offering,
    at_work: Enter,
    officer: Find,
    tmp_path: Path,
) -> None:
    from jumuishi.services import public as services  # noqa: PLC0415

    services.add_edition(actor=Actor.system(), folder=edited(tmp_path, OWNER))
    page = f"/ofisi/huduma/{licence.id}/toleo/"
    subira, juma = at_work("jirani", "Subira"), at_work("mfano", "Juma")
    for do in ("begin", "propose", "adopt", "drop", "survey"):
        assert subira.post(page, {"do": do}).status_code == 404
        assert juma.post(page, {"do": do}).status_code in (403, 422)
    assert subira.get(page).status_code == 404
    assert juma.get(page).status_code == 200
    assert not Adoption.objects.exists()
    with pytest.raises(NotAllowedError):
        adopting.begin_adoption(actor=officer("mfano", "Juma"), offering_id=licence.id)


def test_a_figure_that_reads_otherwise_is_asked_anew_and_missing_roles_stand_in_the_way(
    licence: Offering,
    officer: Find,
    tmp_path: Path,
) -> None:
    from jumuishi.services import public as services  # noqa: PLC0415

    monthly = ("label: {sw: Ada ya mwaka ya duka, en: Fee per year for a shop}",
               "label: {sw: Ada ya mwezi ya duka, en: Fee per month for a shop}")  # fmt: skip
    services.add_edition(actor=Actor.system(), folder=edited(tmp_path, monthly))
    neema = officer("mfano", "Neema")
    adopting.begin_adoption(actor=neema, offering_id=licence.id)
    with pytest.raises(CannotPublishError) as refused:
        adopting.propose_adoption(actor=neema, offering_id=licence.id)
    assert [one.name for one in refused.value.lacks] == ["licence_shop"]


def test_a_withdrawn_edition_begins_nothing_at_once_and_everything_says_so(
    licence: Offering,
    at_work: Enter,
    authority: Callable[[str], Actor],
    run_jobs: Callable[[], int],
) -> None:
    asha = Client()
    draft = begin(asha)
    fill(asha, draft)
    zuhura = at_work("mamlaka", "Zuhura")
    away = f"/ofisi/matoleo/{licence.edition_id}/ondoa/"
    assert "Hakuna" in zuhura.get(away).content.decode() or "hakuna" in zuhura.get(away).content.decode()
    assert zuhura.post(away, {"reason": " "}).status_code == 422
    assert zuhura.post(away, {"reason": "Ada imepigwa marufuku"}).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(id=licence.edition_id).update(withdrawn_at=None)
    public = Client().get("/huduma/mfano/business-licence/").content.decode()
    assert "Ada imepigwa marufuku" in public
    assert "/omba/" not in public
    assert "business-licence" not in Client().get("/huduma/").content.decode()
    told = Client().get("/api/v1/services/mfano/business-licence").json()
    assert told["withdrawn"] == "Ada imepigwa marufuku"
    refused = Client().post("/api/v1/drafts", data={"offering": str(licence.id)}, content_type="application/json")
    assert refused.status_code == 409
    assert asha.post(f"{draft}hakiki/", {"phone": ""}).status_code == 409
    opened = asha.get(draft)
    assert opened["Location"].endswith("/toleo/")
    page = asha.get(f"{draft}toleo/").content.decode()
    assert "limeondolewa" in page
    assert "bado haijatangaza toleo jipya" in page
    assert "Mgahawa wa Asha" in asha.get(f"{draft}hakiki/").content.decode(), "nothing typed is lost"
    other = Edition.objects.exclude(id=licence.edition_id)[0]
    with pytest.raises(SettingRefusedError):
        authoring.withdraw_edition(actor=authority("Zuhura"), edition_id=other.id, reason="")


def test_a_draft_goes_on_under_its_edition_and_is_carried_over_once_that_is_withdrawn(
    licence: Offering, officer: Find, authority: Callable[[str], Actor], tmp_path: Path,
    run_jobs: Callable[[], int],
) -> None:  # fmt: skip
    from jumuishi.cases.models import Attachment, Case, Draft  # noqa: PLC0415
    from jumuishi.services import public as services  # noqa: PLC0415

    older, first, second = licence.edition, Client(), Client()
    drafts = [begin(first), begin(second)]
    for client, draft in zip((first, second), drafts, strict=True):
        fill(client, draft)
    typed = ("        type: tax_id\n", "        type: integer\n")
    services.add_edition(actor=Actor.system(), folder=edited(tmp_path, OWNER, typed))
    neema = officer("mfano", "Neema")
    adopting.begin_adoption(actor=neema, offering_id=licence.id)
    adopting.propose_adoption(actor=neema, offering_id=licence.id)
    adopting.adopt(actor=officer("mfano", "Imani"), offering_id=licence.id)
    submitted: Any = first.post(f"{drafts[0]}hakiki/", {"phone": ""})
    assert submitted.status_code == 302, submitted.content.decode()[:2000]
    assert Case.objects.latest("submitted_at").edition_hash == older.hash
    authoring.withdraw_edition(actor=authority("Zuhura"), edition_id=older.id, reason="Sheria mpya")
    run_jobs()
    second_id = UUID(re.findall(r"rasimu/([^/]+)/", drafts[1])[0])
    before = Draft.objects.get(id=second_id)
    assert second.post(f"{drafts[1]}hakiki/", {"phone": ""}).status_code == 409
    page = second.get(f"{drafts[1]}toleo/").content.decode()
    assert "Kimeongezwa: Swali “Eneo ni lako?”" in page
    assert "100-100-100" in page
    assert second.post(f"{drafts[1]}toleo/").status_code == 302
    after = Draft.objects.get(id=second_id)
    assert after.edition_hash != older.hash
    assert {**after.answers, **(after.set_aside or {})} == before.answers, "nothing typed is lost"
    assert after.set_aside == {"tin": "100-100-100"}
    assert "applicant" not in after.done_pages, "what changed is looked at again"
    assert "100-100-100" in second.get(f"{drafts[1]}applicant/").content.decode()
    fill(second, drafts[1], {"applicant": {"tin": "100100100"}, "premises": {"owner": "true"}})
    done = second.post(f"{drafts[1]}hakiki/", {"phone": ""})
    assert done.status_code == 302, done.content.decode()[:3000]
    case = Case.objects.latest("submitted_at")
    assert case.edition_hash == after.edition_hash
    assert Attachment.objects.filter(case_id=case.id).count() == 3


def test_a_draft_row_of_the_release_before_opens_as_it_was(licence: Offering) -> None:
    asha = Client()
    draft = begin(asha)
    with connection.cursor() as cursor:  # as the code before this one writes it: without the newer column
        cursor.execute("SELECT column_default, is_nullable FROM information_schema.columns WHERE table_name = "
                       "'cases_draft' AND column_name = 'set_aside'")  # fmt: skip
        assert cursor.fetchone() == (None, "YES")
        cursor.execute("UPDATE cases_draft SET answers = %s", ['{"full_name": "Asha Juma"}'])
    assert "Asha Juma" in asha.get(f"{draft}applicant/").content.decode()


def test_an_edition_that_later_checks_would_refuse_goes_on_and_is_published_no_more(
    licence: Offering, officer: Find, tmp_path: Path
) -> None:
    files = texts(edited(tmp_path, ("  director:  ", "  spare: {sw: Ziada, en: Spare}\n  director:  ")))
    raw = {name: text.encode() for name, text in files.items()}
    assert {one.code for one in definitions.check_files(raw) if not one.is_warning} == {"J402"}
    package = definitions.package_of(raw)
    assert package is not None
    older = definitions.edition_of(package).hash
    authoring.keep_edition(package, files, older)
    asha = Client()
    draft = begin(asha)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_draft SET edition_hash = %s", [older])
    fill(asha, draft)
    assert asha.post(f"{draft}hakiki/", {"phone": ""}).status_code == 302
    neema = officer("mfano", "Neema")
    adopting.begin_adoption(actor=neema, offering_id=licence.id)
    with pytest.raises(EditionRefusedError, match="unsound") as refused:
        adopting.propose_adoption(actor=neema, offering_id=licence.id)
    assert refused.value.findings[0].code == "J402"
