"""Heads bring people in, by known roles; posts change, pass on and end; an outsider gets nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import holidays, invitations, queries, staff
from jumuishi.institutions.models import Appointment, Delegation
from jumuishi.institutions.roles import known_roles
from jumuishi.institutions.tests.conftest import letters, link_in
from jumuishi.institutions.types import InstitutionError

pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
Enter = Callable[[str, str], Client]
ZAITUNI: dict[str, Any] = {
    "name": "Zaituni", "email": "zaituni@mfano.example", "title_sw": "Karani", "title_en": "Clerk",
    "roles": ["clerk", "records-officer"],
}  # fmt: skip


def post_of(homes: dict[str, UUID], slug: str, name: str) -> Appointment:
    return queries.staff_rows(homes[slug]).get(person_name=name)


def test_a_head_invites_and_the_link_goes_to_the_mailbox_alone(homes: dict[str, UUID], at_work: Enter) -> None:
    neema = at_work("mfano", "Neema")
    answer = neema.post("/ofisi/watu/alika/", ZAITUNI, follow=True).content.decode()
    assert "Mwaliko umetumwa" in answer
    assert "Amealikwa; kiungo kinaisha" in answer
    link = link_in("zaituni@mfano.example")
    assert link not in answer
    assert Client().get(link).status_code == 200
    assert post_of(homes, "mfano", "Zaituni").roles == ["clerk", "records-officer"]
    assert "tayari ana wadhifa hapa" in neema.post("/ofisi/watu/alika/", ZAITUNI).content.decode()


def test_an_invitation_is_sent_again_and_withdrawn(homes: dict[str, UUID], at_work: Enter) -> None:
    neema = at_work("mfano", "Neema")
    neema.post("/ofisi/watu/alika/", ZAITUNI)
    first, post = link_in("zaituni@mfano.example"), post_of(homes, "mfano", "Zaituni")
    neema.post(f"/ofisi/watu/{post.id}/", {"do": "again"})
    second = link_in("zaituni@mfano.example")
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    assert neema.post(f"/ofisi/watu/{post.id}/", {"do": "withdraw"}).status_code == 302
    assert Client().get(second).status_code == 404
    assert not queries.staff_rows(homes["mfano"]).filter(id=post.id).exists()


@pytest.mark.parametrize("roles", [[], ["mfalme"], ["head"]])
def test_only_known_roles_are_given_and_headship_never(homes: dict[str, UUID], officer: Find, roles: list[str]) -> None:
    with pytest.raises(InstitutionError, match=r"err_roles|err_headship"):
        invitations.invite_staff(
            actor=officer("mfano", "Imani"), name="Zaituni", email="z@mfano.example",
            title={"sw": "A", "en": "A"}, roles=roles,
        )  # fmt: skip
    assert not letters("z@mfano.example")


def test_an_officer_manages_nobody_and_the_outsider_sees_nobody(
    homes: dict[str, UUID], officer: Find, at_work: Enter
) -> None:
    juma, baraka = at_work("mfano", "Juma"), at_work("jirani", "Baraka")
    post = post_of(homes, "mfano", "Salma")
    for path in ("/ofisi/watu/alika/", f"/ofisi/watu/{post.id}/", "/ofisi/watu/kabidhi/"):
        assert juma.get(path).status_code == 403
    assert "Salma" in juma.get("/ofisi/watu/").content.decode()
    assert "Salma" not in baraka.get("/ofisi/watu/").content.decode()
    assert at_work("jirani", "Subira").get(f"/ofisi/watu/{post.id}/").status_code == 404
    with pytest.raises(NotAllowedError):
        staff.add_unit(actor=officer("mfano", "Juma"), institution_id=homes["mfano"], name={"sw": "A", "en": "A"})


def test_a_post_changes_and_ends_at_once(homes: dict[str, UUID], at_work: Enter) -> None:
    neema, post = at_work("mfano", "Neema"), post_of(homes, "mfano", "Zawadi")
    path = f"/ofisi/watu/{post.id}/"
    change = {"do": "change", "title_sw": "Mhasibu", "title_en": "Accountant", "roles": ["accountant"], "unit": ""}
    assert neema.post(path, change).status_code == 302
    post.refresh_from_db()
    assert post.roles == ["accountant"]
    zawadi = at_work("mfano", "Zawadi")
    assert zawadi.get("/ofisi/watu/").status_code == 200
    assert "Andika sababu" in neema.post(path, {"do": "end", "reason": ""}).content.decode()
    neema.post(path, {"do": "end", "reason": "Amehamishwa"})
    assert zawadi.get("/ofisi/watu/").status_code == 302


def test_nobody_ends_the_head_from_within(homes: dict[str, UUID], officer: Find) -> None:
    neema = officer("mfano", "Neema")
    assert neema.appointment_id
    with pytest.raises(InstitutionError, match="err_headship"):
        staff.end_appointment(actor=officer("mfano", "Imani"), appointment_id=neema.appointment_id, reason="x")


def test_a_head_hands_over_and_the_successor_takes_every_role(homes: dict[str, UUID], at_work: Enter) -> None:
    neema, imani = at_work("mfano", "Neema"), post_of(homes, "mfano", "Imani")
    given = {"successor": str(imani.person_id), "title_sw": "Mkurugenzi Mtendaji", "title_en": "Executive director"}
    assert neema.post("/ofisi/watu/kabidhi/", given).status_code == 302
    imani.refresh_from_db()
    assert set(imani.roles) == {"administrator", "data-protection-officer", "director", "head"}
    assert neema.get("/ofisi/watu/").status_code == 302, "the one before is out"
    assert queries.role_holders(homes["mfano"], "head") == [imani.person_id]


def test_two_of_the_institution_let_an_officer_enrol_again(homes: dict[str, UUID], at_work: Enter) -> None:
    neema, imani, post = at_work("mfano", "Neema"), at_work("mfano", "Imani"), post_of(homes, "mfano", "Juma")
    juma = at_work("mfano", "Juma")
    neema.post(f"/ofisi/watu/{post.id}/", {"do": "recover", "reason": "Simu imepotea"})
    waiting = neema.get("/ofisi/watu/").content.decode()
    assert "Umependekeza wewe" in waiting
    from jumuishi.identity.models import Recovery  # noqa: PLC0415

    path = f"/ofisi/watu/jiandikishe-upya/{Recovery.objects.get().id}/"
    assert neema.post(path).status_code == 403
    assert "Simu imepotea" in imani.get(path).content.decode()
    assert at_work("jirani", "Subira").get(path).status_code == 404
    assert imani.post(path).status_code == 302
    assert juma.get("/ofisi/watu/").status_code == 302, "sessions end"
    assert Client().get(link_in("juma@mfano.example")).status_code == 200


def lend(lender: Actor, to: Actor) -> UUID:
    day = queries.today()
    assert to.person_id
    return staff.delegate(actor=lender, to_person=to.person_id, roles=["trade-officer"], from_on=day, until_on=day)


def test_what_was_lent_ends_with_its_lender_and_is_not_lent_on(homes: dict[str, UUID], officer: Find) -> None:
    juma, salma, neema = (officer("mfano", one) for one in ("Juma", "Salma", "Neema"))
    petro, baraka = officer("mfano", "Petro"), officer("jirani", "Baraka")
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
    staff.end_appointment(actor=neema, appointment_id=juma.appointment_id, reason="Amehamishwa")
    assert "trade-officer" not in provider.appointments_of(salma.person_id)[0].roles
    assert queries.role_holders(homes["mfano"], "trade-officer") == []


def test_what_was_lent_is_taken_back_on_the_page(homes: dict[str, UUID], officer: Find, at_work: Enter) -> None:
    juma, salma = at_work("mfano", "Juma"), officer("mfano", "Salma")
    day = queries.today()
    known = {"do": "lend", "to_person": str(salma.person_id), "lent": ["trade-officer"], "from_on": day}
    assert juma.post("/ofisi/watu/kaimu/", {**known, "until_on": day + timedelta(days=3)}).status_code == 302
    assert salma.person_id in queries.role_holders(homes["mfano"], "trade-officer")
    row = Delegation.objects.get()
    assert (
        at_work("jirani", "Baraka").post("/ofisi/watu/kaimu/", {"do": "back", "delegation": str(row.id)}).status_code
        == 422
    )
    assert (
        at_work("mfano", "Petro").post("/ofisi/watu/kaimu/", {"do": "back", "delegation": str(row.id)}).status_code
        == 403
    )
    assert juma.post("/ofisi/watu/kaimu/", {"do": "back", "delegation": str(row.id)}).status_code == 302
    assert salma.person_id not in queries.role_holders(homes["mfano"], "trade-officer")


def test_units_stand_in_a_tree(homes: dict[str, UUID], at_work: Enter) -> None:
    neema = at_work("mfano", "Neema")
    neema.post("/ofisi/watu/vitengo/", {"name_sw": "Biashara", "name_en": "Trade", "parent": ""})
    top = next(unit for unit, _ in queries.unit_tree(homes["mfano"]) if unit.name["en"] == "Trade")
    neema.post("/ofisi/watu/vitengo/", {"name_sw": "Leseni", "name_en": "Licences", "parent": str(top.id)})
    tree = [(unit.name["en"], depth) for unit, depth in queries.unit_tree(homes["mfano"])]
    assert tree[tree.index(("Trade", 0)) + 1] == ("Licences", 1)
    foreign = at_work("jirani", "Subira").post(
        "/ofisi/watu/vitengo/", {"name_sw": "A", "name_en": "A", "parent": str(top.id)}
    )
    assert foreign.status_code == 422


def test_the_calendar_moves_working_time(homes: dict[str, UUID], at_work: Enter) -> None:
    neema = at_work("mfano", "Neema")
    day = {"do": "holiday", "day": "2026-12-09", "name_sw": "Uhuru", "name_en": "Independence", "source": "Mfano"}
    assert neema.post("/ofisi/kalenda/", day).status_code == 302
    assert neema.post("/ofisi/kalenda/", {"do": "hours", "opens0": "09:00", "closes0": "12:00"}).status_code == 302
    work = queries.working_time(homes["mfano"])
    assert list(work.hours) == [0]
    assert [one.isoformat() for one in work.holidays] == ["2026-12-09"]
    assert not queries.working_time(homes["jirani"]).holidays


def test_roles_have_names_in_both_languages(homes: dict[str, UUID]) -> None:
    known = known_roles(homes["mfano"])
    assert known["head"] == {"sw": "Mkuu wa taasisi", "en": "Head of the institution"}
    assert all(name["sw"] and name["en"] for name in known.values())


def test_the_list_of_staff_costs_the_same_for_many(homes: dict[str, UUID], at_work: Enter) -> None:
    def queries_of(client: Client) -> int:
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as seen:
            assert client.get("/ofisi/watu/").status_code == 200
        return len(seen.captured_queries)

    neema = at_work("mfano", "Neema")
    before = queries_of(neema)
    for number in range(30):
        invitations.invite_staff(
            actor=next_head(homes), name=f"Mtu {number}", email=f"m{number}@mfano.example",
            title={"sw": "Karani", "en": "Clerk"}, roles=["clerk"],
        )  # fmt: skip
    assert queries_of(neema) == before


def next_head(homes: dict[str, UUID]) -> Actor:
    from jumuishi.identity.types import ActorKind  # noqa: PLC0415

    head = next(one for one in queries.people_in(homes["mfano"]) if "head" in one.roles)
    return Actor(ActorKind.OFFICER, head.person_id, homes["mfano"], head.roles, head.appointment_id)


def test_a_holiday_needs_its_source(homes: dict[str, UUID], officer: Find) -> None:
    with pytest.raises(InstitutionError, match="err_source"):
        holidays.announce_holiday(
            actor=officer("mfano", "Neema"), institution_id=homes["mfano"], day=queries.today(),
            name={"sw": "A", "en": "A"}, source=" ",
        )  # fmt: skip
