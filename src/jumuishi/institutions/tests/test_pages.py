"""The cast at this room's pages: asking, two people deciding, staff, calendar; an outsider gets nothing."""

import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.institutions import actions, queries
from jumuishi.institutions.demo import demo_institutions
from jumuishi.institutions.models import Institution
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.tenancy import Principal

pytestmark = pytest.mark.database
ASK = {
    "kind": "council", "name_sw": "Halmashauri ya Wilaya ya Mfan0", "name_en": "Examp1e District Council",
    "domain": "mpya.example", "contact_name": "Mwajuma", "contact_email": "mkuu@mpya.example",
    "contact_phone": "+255700000009",
}  # fmt: skip


@pytest.fixture
def homes(db: None) -> dict[str, UUID]:
    return demo_institutions()[0]


def officer(homes: dict[str, UUID], slug: str, name: str) -> Actor:
    one = next(one for one in queries.people_in(homes[slug]) if one.name == name)
    kind = ActorKind.AUTHORITY if slug == "mamlaka" else ActorKind.OFFICER
    return Actor(kind, one.person_id, homes[slug], one.roles, one.appointment_id, name=name)


def at_work(homes: dict[str, UUID], slug: str, name: str) -> Client:
    client = Client()
    testing.sign_in(client, officer(homes, slug, name))
    return client


def ask(client: Client) -> Institution:
    letter = SimpleUploadedFile("barua.pdf", b"%PDF-1.4 barua")
    answer = client.post("/taasisi/jiunge/", {**ASK, "letter": letter})
    assert answer.status_code == 200, answer.content.decode()
    return Institution.objects.get(state="asked")


def test_two_people_let_an_institution_in_and_its_head_is_invited_once(homes: dict[str, UUID], client: Client) -> None:
    row = ask(client)
    assert row.looks_like == ["Halmashauri ya Wilaya ya Mfano"]
    assert client.get(f"/taasisi/{row.slug}/").status_code == 404
    assert not queries.may_collect_money(row.id)
    zuhura, tumaini = at_work(homes, "mamlaka", "Zuhura"), at_work(homes, "mamlaka", "Tumaini")
    yes = {"do": "approve", "institution": str(row.id)}
    page = "/ofisi/taasisi/maombi/"
    assert zuhura.post(page, yes).status_code == 302
    assert "Mtu wa pili" in zuhura.post(page, yes).content.decode()
    assert not queries.may_collect_money(row.id)
    assert b"".join(zuhura.get(f"{page}{row.id}/barua/").streaming_content) == b"%PDF-1.4 barua"  # type: ignore[attr-defined]
    assert tumaini.post(page, yes).status_code == 302
    assert queries.may_collect_money(row.id)
    assert client.get(f"/taasisi/{row.slug}/").status_code == 200
    head = {"do": "head", "institution": str(row.id)}
    assert re.search(r"/ofisi/karibu/[\w-]+/", zuhura.post(page, head).content.decode())
    assert len(queries.role_holders(row.id, "head")) == 1
    assert "ina mkuu tayari" in tumaini.post(page, head).content.decode()


def test_a_refusal_needs_two_people_and_a_reason(homes: dict[str, UUID], client: Client) -> None:
    row = ask(client)
    zuhura, tumaini = officer(homes, "mamlaka", "Zuhura"), officer(homes, "mamlaka", "Tumaini")
    with pytest.raises(InstitutionError, match="err_reason"):
        actions.refuse(actor=zuhura, institution_id=row.id, reason=" ")
    assert not actions.refuse(actor=zuhura, institution_id=row.id, reason="Barua haisomeki")
    with pytest.raises(InstitutionError, match="err_second"):
        actions.refuse(actor=zuhura, institution_id=row.id, reason="Barua haisomeki")
    assert actions.refuse(actor=tumaini, institution_id=row.id, reason="Barua haisomeki")
    row.refresh_from_db()
    assert row.state == "refused"


def test_who_asked_does_not_decide(homes: dict[str, UUID], client: Client) -> None:
    row = ask(client)
    zuhura = officer(homes, "mamlaka", "Zuhura")
    Institution.objects.filter(id=row.id).update(asked_by=zuhura.person_id)
    with pytest.raises(InstitutionError, match="err_conflict"):
        actions.approve(actor=zuhura, institution_id=row.id)


def test_a_letter_that_is_no_document_is_refused(homes: dict[str, UUID], client: Client) -> None:
    answer = client.post("/taasisi/jiunge/", {**ASK, "letter": SimpleUploadedFile("barua.pdf", b"MZ program")})
    assert answer.status_code == 422
    assert not Institution.objects.filter(state="asked").exists()


def test_only_the_authority_reads_the_queue(homes: dict[str, UUID]) -> None:
    baraka = at_work(homes, "jirani", "Baraka")
    assert baraka.get("/ofisi/taasisi/maombi/").status_code in (302, 403, 404)


def test_a_head_invites_and_an_officer_does_not(homes: dict[str, UUID]) -> None:
    staff = {
        "do": "staff", "s-name": "Zaituni", "s-email": "zaituni@mfano.example", "s-title_sw": "Karani",
        "s-title_en": "Clerk", "s-roles": "clerk",
    }  # fmt: skip
    assert "/ofisi/karibu/" in at_work(homes, "mfano", "Neema").post("/ofisi/watu/", staff).content.decode()
    assert "Zaituni" in [one.name for one in queries.people_in(homes["mfano"])]
    with pytest.raises(NotAllowedError):
        actions.add_unit(
            actor=officer(homes, "mfano", "Juma"), institution_id=homes["mfano"], name={"sw": "A", "en": "A"}
        )
    assert "Juma" not in at_work(homes, "jirani", "Baraka").get("/ofisi/watu/").content.decode()


def test_what_was_lent_ends_with_its_lender_and_is_not_lent_on(homes: dict[str, UUID]) -> None:
    juma, salma, neema = (officer(homes, "mfano", one) for one in ("Juma", "Salma", "Neema"))
    petro, baraka = officer(homes, "mfano", "Petro"), officer(homes, "jirani", "Baraka")
    today = clock.now().date()

    def lend(lender: Actor, to: Actor) -> UUID:
        assert to.person_id
        return actions.delegate(
            actor=lender, to_person=to.person_id, roles=["trade-officer"], from_on=today, until_on=today
        )

    lend(juma, salma)
    provider = queries.Provider()
    assert salma.person_id
    assert juma.appointment_id
    [post] = provider.appointments_of(salma.person_id)
    assert "trade-officer" in post.roles
    with pytest.raises(InstitutionError, match="err_not_yours"):
        lend(Actor(salma.kind, salma.person_id, salma.institution_id, post.roles, post.id), petro)
    with pytest.raises(InstitutionError, match="err_delegation"):
        lend(juma, baraka)
    actions.end_appointment(actor=neema, appointment_id=juma.appointment_id, reason="Amehamishwa")
    assert "trade-officer" not in provider.appointments_of(salma.person_id)[0].roles
    assert queries.role_holders(homes["mfano"], "trade-officer") == []


def test_the_calendar_moves_working_time(homes: dict[str, UUID]) -> None:
    neema = at_work(homes, "mfano", "Neema")
    day = {"do": "holiday", "day": "2026-12-09", "name_sw": "Uhuru", "name_en": "Independence", "source": "Mfano"}
    assert neema.post("/ofisi/kalenda/", day).status_code == 302
    assert neema.post("/ofisi/kalenda/", {"do": "hours", "opens0": "09:00", "closes0": "12:00"}).status_code == 302
    work = queries.working_time(homes["mfano"])
    assert list(work.hours) == [0]
    assert [one.isoformat() for one in work.holidays] == ["2026-12-09"]
    assert not queries.working_time(homes["jirani"]).holidays


@pytest.mark.parametrize("path", ["/taasisi/", "/taasisi/mfano/", "/taasisi/jiunge/", "/en/taasisi/?q=mfano"])
def test_public_pages_open(homes: dict[str, UUID], client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


TABLES = ("institution", "unit", "appointment", "delegation", "holiday", "place", "ward_council")


@pytest.mark.parametrize("table", TABLES)
def test_no_principal_no_rows_and_the_wrong_one_sees_no_staff(homes: dict[str, UUID], table: str) -> None:
    neema, juma = officer(homes, "mfano", "Neema"), officer(homes, "mfano", "Juma")
    today = clock.now().date()
    actions.add_unit(actor=neema, institution_id=homes["mfano"], name={"sw": "Biashara", "en": "Trade"})
    assert neema.person_id
    actions.delegate(actor=juma, to_person=neema.person_id, roles=["trade-officer"], from_on=today, until_on=today)
    actions.announce_holiday(
        actor=neema, institution_id=homes["mfano"], day=today, name={"sw": "A", "en": "A"}, source="Mfano"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO institutions_place (code, name, level, region, district, ward, search, source, checked_on) "
            "VALUES ('00000', 'Mfano', 'ward', '', '', '', 'mfano', 'Mfano', now())"
        )
        cursor.execute(
            "INSERT INTO institutions_ward_council VALUES (%s, '00000', %s, 'Mfano', now())",
            [new_id(), homes["mfano"]],
        )

        def rows() -> int:
            cursor.execute(f"SELECT count(*) FROM institutions_{table}")
            return int(cursor.fetchone()[0])

        assert rows() > 0
        with tenancy.acting_as(None):
            assert rows() == 0
        if table in ("unit", "delegation"):
            with tenancy.acting_as(Principal.institution(homes["jirani"], new_id())):
                assert rows() == 0
