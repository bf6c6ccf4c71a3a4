"""An institution chooses a service, fills its figures with sources, sees who acts, and two people publish."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from jumuishi.identity import people, testing
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.institutions.tests.conftest import at_work, homes, officer, world
from jumuishi.kernel import clock
from jumuishi.services import actions, queries, roles
from jumuishi.services.models import Offering
from jumuishi.services.types import CannotPublishError, SamePersonError, SettingRefusedError

__all__ = ["at_work", "homes", "officer", "world"]
pytestmark = [pytest.mark.database, pytest.mark.slow]
SERVICES = Path(__file__).resolve().parents[4] / "services"
Find = Callable[[str, str], Actor]
Enter = Callable[[str, str], Client]
SOURCE = {"source": "Sheria ndogo ya mfano", "checked_on": "2026-11-24"}


@pytest.fixture
def licence(homes: dict[str, UUID], officer: Find) -> Offering:
    edition = actions.add_edition(actor=Actor.system(), folder=SERVICES / "business-licence")
    actions.add_edition(actor=Actor.system(), folder=SERVICES / "study-confirmation")
    chosen = actions.choose_service(actor=officer("mfano", "Neema"), institution_id=homes["mfano"], edition_id=edition)
    return Offering.objects.get(id=chosen)


def fill(neema: Client, licence: Offering, regulator: UUID) -> str:
    """Follow the pages from one missing figure to the next; returns where that ends."""
    package = actions.definition(licence.edition.hash).package
    at = f"/ofisi/huduma/{licence.id}/takwimu/{next(iter(package.settings))}/"
    for _ in package.settings:
        name = at.rstrip("/").rpartition("/")[2]
        value = str(regulator) if package.settings[name].type == "institution" else "14"
        answer = neema.post(at, {"value": value, **SOURCE})
        assert answer.status_code == 302, answer.content.decode()
        at = answer["Location"]
    return at


def test_from_the_catalogue_of_its_kind_to_the_public_by_two_people(
    homes: dict[str, UUID], licence: Offering, at_work: Enter
) -> None:
    neema, imani, visitor = at_work("mfano", "Neema"), at_work("mfano", "Imani"), Client()
    page, public = f"/ofisi/huduma/{licence.id}/", "/huduma/mfano/business-licence/"
    seen = neema.get(page).content.decode()
    assert "Kipengele hakijajazwa: Ada ya mwaka ya duka" in seen
    assert neema.post(page, {"do": "propose"}).status_code == 422
    assert visitor.get(public).status_code == 404
    assert fill(neema, licence, homes["polisi-mfano"]) == page
    ready = neema.get(page).content.decode()
    assert "Kipengele hakijajazwa" not in ready
    assert "Sheria ndogo ya mfano" in ready
    assert "Juma" in ready, "who holds the role of trade officer"
    assert neema.post(page, {"do": "propose"}).status_code == 302
    assert visitor.get(public).status_code == 404
    assert "watu wawili" in neema.post(page, {"do": "publish"}).content.decode()
    assert imani.post(page, {"do": "publish"}).status_code == 302
    assert visitor.get(public).status_code == 200
    assert "Imetangazwa" in neema.get("/ofisi/huduma/").content.decode()


def test_what_the_catalogue_holds_is_for_its_kind(homes: dict[str, UUID], licence: Offering, at_work: Enter) -> None:
    council = at_work("jirani", "Subira").get("/ofisi/huduma/").content.decode()
    college = at_work("chuo-mfano", "Grace").get("/ofisi/huduma/").content.decode()
    assert "Leseni ya biashara" in council
    assert "Leseni ya biashara" not in college
    assert "masomo" in college.casefold()


@pytest.mark.parametrize(
    ("lacking", "slug", "name"), [("Afisa Afya", "mfano", "Salma"), ("Mkaguzi wa mdhibiti", "polisi-mfano", "Rehema")]
)
def test_a_role_without_a_holder_stops_publication_here_and_abroad(
    homes: dict[str, UUID], licence: Offering, at_work: Enter, officer: Find, lacking: str, slug: str, name: str
) -> None:
    neema = at_work("mfano", "Neema")
    fill(neema, licence, homes["polisi-mfano"])
    post = officer(slug, name).appointment_id
    assert post
    institutions.end_appointment(actor=Actor.system(), appointment_id=post, reason="Amehamishwa")
    seen = neema.get(f"/ofisi/huduma/{licence.id}/").content.decode()
    assert f"jukumu: {lacking}" in seen
    with pytest.raises(CannotPublishError):
        actions.propose_publication(actor=officer("mfano", "Neema"), offering_id=licence.id)


def test_a_figure_that_went_missing_stops_the_second_person_too(
    homes: dict[str, UUID], licence: Offering, at_work: Enter, officer: Find
) -> None:
    fill(at_work("mfano", "Neema"), licence, homes["polisi-mfano"])
    actions.propose_publication(actor=officer("mfano", "Neema"), offering_id=licence.id)
    row = Offering.objects.get(id=licence.id)
    row.settings.pop("answer_days")
    row.save(update_fields=["settings"])
    with pytest.raises(CannotPublishError):
        actions.publish(actor=officer("mfano", "Imani"), offering_id=licence.id)


def test_an_institution_with_one_publisher_is_told_so(
    homes: dict[str, UUID], licence: Offering, at_work: Enter, officer: Find
) -> None:
    for name in ("Imani", "Zawadi"):
        post = officer("mfano", name).appointment_id
        assert post
        institutions.end_appointment(actor=Actor.system(), appointment_id=post, reason="Amehamishwa")
    assert "mtu wa pili wa kutangaza" in at_work("mfano", "Neema").get(f"/ofisi/huduma/{licence.id}/").content.decode()


def test_one_natural_person_does_not_publish_alone(
    homes: dict[str, UUID], licence: Offering, at_work: Enter, officer: Find
) -> None:
    neema, imani = officer("mfano", "Neema"), officer("mfano", "Imani")
    fill(at_work("mfano", "Neema"), licence, homes["polisi-mfano"])
    asha = testing.citizen("0700000078", "Imani")
    people.prove_phone(actor=imani, phone="0700000078")
    actions.propose_publication(actor=neema, offering_id=licence.id)
    Offering.objects.filter(id=licence.id).update(proposed_by=asha.person_id)
    with pytest.raises(SamePersonError):
        actions.publish(actor=imani, offering_id=licence.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offering.objects.filter(id=licence.id).update(
            state="published", proposed_by=neema.person_id, published_by=neema.person_id
        )


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("licence_shop", {"value": "elfu ishirini"}, "value"),
        ("licence_shop", {"value": "-5"}, "value"),
        ("licence_shop", {"value": "20000", "source": ""}, "source"),
        ("licence_shop", {"value": "20000", "checked_on": "2099-01-01"}, "checked_on"),
        ("answer_days", {"value": "400"}, "value"),
        ("regulator", {"value": str(UUID(int=9))}, "value"),
    ],
)
def test_a_figure_is_read_by_its_type_and_never_without_source(
    licence: Offering, at_work: Enter, name: str, given: dict[str, str], field: str
) -> None:
    answer = at_work("mfano", "Neema").post(f"/ofisi/huduma/{licence.id}/takwimu/{name}/", {**SOURCE, **given})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.content.decode()
    assert name not in Offering.objects.get(id=licence.id).settings


def test_a_setting_names_an_institution_of_its_kind(homes: dict[str, UUID], licence: Offering, officer: Find) -> None:
    with pytest.raises(SettingRefusedError, match="choose_institution"):
        actions.fill_setting(
            actor=officer("mfano", "Neema"), offering_id=licence.id, name="regulator", raw=str(homes["jirani"]),
            source="Mfano", checked_on=institutions.today(),
        )  # fmt: skip


def test_after_midnight_the_countrys_day_has_begun(licence: Offering, officer: Find) -> None:
    """Half past midnight in Dar es Salaam is still the day before in UTC."""
    neema, day = officer("mfano", "Neema"), institutions.today() + timedelta(days=1)
    said = {"actor": neema, "offering_id": licence.id, "name": "licence_shop", "raw": "20000", "source": "Mfano"}
    with clock.frozen(datetime.combine(day, time(0, 30), ZoneInfo(settings.TIME_ZONE))):
        actions.fill_setting(**said, checked_on=day)
        with pytest.raises(SettingRefusedError):
            actions.fill_setting(**said, checked_on=day + timedelta(days=1))


def test_a_published_service_is_withdrawn_with_a_reason(
    homes: dict[str, UUID], licence: Offering, at_work: Enter, officer: Find
) -> None:
    neema, public = at_work("mfano", "Neema"), "/huduma/mfano/business-licence/"
    fill(neema, licence, homes["polisi-mfano"])
    actions.propose_publication(actor=officer("mfano", "Neema"), offering_id=licence.id)
    actions.publish(actor=officer("mfano", "Imani"), offering_id=licence.id)
    away = f"/ofisi/huduma/{licence.id}/ondoa/"
    assert "Hakuna atakayeweza" in neema.get(away).content.decode()
    assert neema.post(away, {"reason": " "}).status_code == 422
    assert Client().get(public).status_code == 200
    assert neema.post(away, {"reason": "Ada inabadilika"}).status_code == 302
    assert Client().get(public).status_code == 404
    assert "Imeondolewa" in neema.get("/ofisi/huduma/").content.decode()


def test_the_outsider_and_an_officer_without_the_role_shape_nothing(
    licence: Offering, at_work: Enter, officer: Find
) -> None:
    page = f"/ofisi/huduma/{licence.id}/"
    subira = at_work("jirani", "Subira")
    for path in (page, f"{page}takwimu/licence_shop/", f"{page}ondoa/"):
        assert subira.get(path).status_code == 404
        assert subira.post(path, {"do": "propose", "reason": "x", "value": "1", **SOURCE}).status_code == 404
    juma = at_work("mfano", "Juma")
    assert juma.get(page).status_code == 200
    assert juma.get(f"{page}takwimu/licence_shop/").status_code == 403
    assert juma.post(page, {"do": "propose"}).status_code == 403
    with pytest.raises(NotAllowedError):
        actions.choose_service(
            actor=officer("mfano", "Juma"), institution_id=licence.institution_id, edition_id=licence.edition_id
        )


def test_roles_of_services_can_be_given_where_they_act(homes: dict[str, UUID], licence: Offering) -> None:
    assert roles.roles_of(homes["mfano"])["trade-officer"] == {"sw": "Afisa Biashara", "en": "Trade officer"}
    assert "regulator-officer" not in roles.roles_of(homes["mfano"])
    assert set(roles.roles_of(homes["polisi-mfano"])) == {"regulator-officer"}
    assert queries.newest_editions("company")[0].service == "study-confirmation"
