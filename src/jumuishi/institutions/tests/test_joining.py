"""An institution asks with proof, two people of the authority decide, nothing is public before, its head enrols."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from jumuishi.identity import people
from jumuishi.identity.models import Account
from jumuishi.identity.testing import citizen
from jumuishi.identity.types import Actor
from jumuishi.institutions import heads, joining, queries
from jumuishi.institutions.models import Appointment, HeadChange, Institution
from jumuishi.institutions.tests.conftest import ASK, letter, letters, link_in
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import clock

pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
Enter = Callable[[str, str], Client]


def page(row: Institution) -> str:
    return f"/ofisi/taasisi/{row.id}/"


def test_two_people_let_an_institution_in_and_its_head_alone_gets_the_link(
    proved: Institution, at_work: Enter, client: Client
) -> None:
    assert proved.domain == "mpya.example"
    assert client.get(f"/taasisi/{proved.slug}/").status_code == 404
    assert proved.name["sw"] not in client.get("/taasisi/").content.decode()
    assert not queries.may_collect_money(proved.id)
    zuhura, tumaini = at_work("mamlaka", "Zuhura"), at_work("mamlaka", "Tumaini")
    yes = {"do": "approve"}
    assert zuhura.post(page(proved), yes).status_code == 302
    assert "Mtu wa pili" in zuhura.post(page(proved), yes).content.decode()
    assert not queries.may_collect_money(proved.id)
    assert b"".join(zuhura.get(f"{page(proved)}barua/").streaming_content) == b"%PDF-1.4 barua"  # type: ignore[attr-defined]
    assert tumaini.post(page(proved), yes).status_code == 302
    assert queries.may_collect_money(proved.id)
    assert client.get(f"/taasisi/{proved.slug}/").status_code == 200
    assert "imekubaliwa" in client.get("/taasisi/jiunge/hali/").content.decode()
    [head] = queries.role_holders(proved.id, "head")
    link = link_in(proved.contact_email)
    assert link.startswith("/ofisi/karibu/")
    assert link not in tumaini.get(page(proved)).content.decode(), "who approves can't enrol as the head"
    assert "Karibu, Mwajuma" in client.get(link).content.decode()
    assert Account.objects.get(person_id=head).email == "mkuu@mpya.example"


def test_look_alike_names_and_domains_are_flagged(proved: Institution, at_work: Enter) -> None:
    assert proved.looks_like == ["Halmashauri ya Wilaya ya Mfano", "Example District Council"]
    Institution.objects.filter(slug="mfano").update(domain="mpya.examp1e")
    again = joining._alike({"sw": "Chuo", "en": "College"}, "mpya.example")
    assert set(again) == {"mpya.examp1e", "mpya.example"}
    assert "Jina linafanana" in at_work("mamlaka", "Zuhura").get(page(proved)).content.decode()


def test_nobody_is_approved_before_the_official_mail_is_proved(
    asked: Institution, officer: Find, client: Client
) -> None:
    with pytest.raises(InstitutionError, match="err_unproved"):
        joining.approve(actor=officer("mamlaka", "Zuhura"), institution_id=asked.id)
    assert "si sahihi" in client.post("/taasisi/jiunge/hali/", {"do": "prove", "mail_code": "000000"}).content.decode()
    asked.refresh_from_db()
    assert asked.mail_proved_at is None
    assert client.post("/taasisi/jiunge/hali/", {"do": "again"}).status_code == 302
    old, new = (re.findall(r"\b\d{6}\b", text)[0] for text in letters(asked.contact_email) if "uthibitisho ni" in text)
    if old != new:
        assert not joining.prove_mail(actor=Actor.person(None), institution_id=asked.id, code=old, address="192.0.2.1")
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert not joining.prove_mail(actor=Actor.person(None), institution_id=asked.id, code=new, address="192.0.2.1")
    assert joining.prove_mail(actor=Actor.person(None), institution_id=asked.id, code=new, address="192.0.2.1")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"contact_email": "mkuu@notmpya.example"}, "contact_email"),
        ({"domain": "si anwani"}, "domain"),
        ({"name_en": ""}, "name_en"),
        ({"kind": "ufalme"}, "kind"),
    ],
)
def test_a_request_that_proves_nothing_is_refused_at_its_field(
    homes: dict[str, UUID], client: Client, changed: dict[str, str], field: str
) -> None:
    answer = client.post("/taasisi/jiunge/", {**ASK, **changed, "letter": letter()})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.content.decode()
    assert "Mwajuma" in answer.content.decode(), "nothing that was typed is lost"
    assert not Institution.objects.filter(state="asked").exists()


def test_a_letter_that_is_no_document_is_refused(homes: dict[str, UUID], client: Client) -> None:
    assert client.post("/taasisi/jiunge/", {**ASK, "letter": letter(b"MZ program")}).status_code == 422
    assert not Institution.objects.filter(state="asked").exists()


def test_the_asker_follows_by_code_and_reads_why_it_was_refused(
    asked: Institution, officer: Find, client: Client
) -> None:
    code = re.findall(r"(\d{4} \d{4} \d{4})", client.get("/taasisi/jiunge/hali/").content.decode())[0]
    elsewhere = Client()
    assert (
        "Hatuna ombi" in elsewhere.post("/taasisi/jiunge/hali/", {"do": "follow", "follow": "1" * 12}).content.decode()
    )
    assert asked.name["sw"] not in elsewhere.get("/taasisi/jiunge/hali/").content.decode()
    elsewhere.post("/taasisi/jiunge/hali/", {"do": "follow", "follow": code})
    assert asked.name["sw"] in elsewhere.get("/taasisi/jiunge/hali/").content.decode()
    zuhura, tumaini = officer("mamlaka", "Zuhura"), officer("mamlaka", "Tumaini")
    with pytest.raises(InstitutionError, match="err_reason"):
        joining.refuse(actor=zuhura, institution_id=asked.id, reason=" ")
    assert not joining.refuse(actor=zuhura, institution_id=asked.id, reason="Barua haisomeki")
    with pytest.raises(InstitutionError, match="err_second"):
        joining.refuse(actor=zuhura, institution_id=asked.id, reason="Barua haisomeki")
    assert "Barua haisomeki" not in elsewhere.get("/taasisi/jiunge/hali/").content.decode(), (
        "one of two decides nothing"
    )
    assert joining.refuse(actor=tumaini, institution_id=asked.id, reason="Barua haisomeki")
    assert "Barua haisomeki" in elsewhere.get("/taasisi/jiunge/hali/").content.decode()
    assert "Barua haisomeki" in letters(asked.contact_email)[-1]


@pytest.mark.usefixtures("still")
def test_guessing_follow_up_codes_ends(homes: dict[str, UUID]) -> None:
    from jumuishi.identity.rules import new_resume_code  # noqa: PLC0415

    for _ in range(30):
        assert joining.asked_by_code(new_resume_code(), "192.0.2.9") is None
    row, code = joining.ask_to_join(
        actor=Actor.person(None), kind="council", name={"sw": "Mji", "en": "Town"}, domain="", contact_name="Asha",
        contact_email="asha@mji.example", contact_phone="", letter_file=UUID(int=1), address="192.0.2.9",
    )  # fmt: skip
    assert joining.asked_by_code(code, "192.0.2.9") is None, "the right one is refused too, until the quarter is over"
    assert joining.asked_by_code(code, "192.0.2.10") == row


def test_who_asked_does_not_decide_even_as_a_citizen(proved: Institution, officer: Find) -> None:
    zuhura, asha = officer("mamlaka", "Zuhura"), citizen("0700000077", "Zuhura")
    Institution.objects.filter(id=proved.id).update(asked_by=asha.person_id)
    people.prove_phone(actor=zuhura, phone="0700000077")
    with pytest.raises(InstitutionError, match="err_conflict"):
        joining.approve(actor=zuhura, institution_id=proved.id)


def test_the_database_knows_two_people_too(proved: Institution, officer: Find) -> None:
    one = officer("mamlaka", "Zuhura").person_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Institution.objects.filter(id=proved.id).update(state="approved", first_by=one, second_by=one)


def test_only_the_authority_reads_the_register(proved: Institution, at_work: Enter) -> None:
    baraka = at_work("jirani", "Baraka")
    for path in ("/ofisi/taasisi/", page(proved), f"{page(proved)}barua/"):
        assert baraka.get(path).status_code == 403
    assert baraka.post(page(proved), {"do": "approve"}).status_code == 403


@pytest.fixture
def approved(proved: Institution, officer: Find) -> Institution:
    for name in ("Zuhura", "Tumaini"):
        joining.approve(actor=officer("mamlaka", name), institution_id=proved.id)
    return proved


def test_a_head_who_let_the_invitation_end_gets_another_by_the_same_mailbox(
    approved: Institution, at_work: Enter, client: Client
) -> None:
    first = link_in(approved.contact_email)
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert client.get(first).status_code == 404
        zuhura = at_work("mamlaka", "Zuhura")
        assert "umekwisha muda" in zuhura.get(page(approved)).content.decode()
        assert zuhura.post(page(approved), {"do": "again"}).status_code == 302
        assert client.get(link_in(approved.contact_email)).status_code == 200


def test_two_of_the_authority_name_another_head(homes: dict[str, UUID], officer: Find, at_work: Enter) -> None:
    """A head left without handing over: the role passes, the old head leads no more."""
    change = {"do": "propose", "head_name": "Mwajuma", "head_email": "mwajuma@mfano.example", "reason": "Amestaafu"}
    zuhura, tumaini = at_work("mamlaka", "Zuhura"), at_work("mamlaka", "Tumaini")
    path = f"/ofisi/taasisi/{homes['mfano']}/"
    assert zuhura.post(path, change).status_code == 302
    row = HeadChange.objects.get()
    assert "Mtu wa pili" in zuhura.post(path, {"do": "agree", "change": str(row.id)}).content.decode()
    assert tumaini.post(path, {"do": "agree", "change": str(row.id)}).status_code == 302
    [head] = queries.role_holders(homes["mfano"], "head")
    assert Account.objects.get(person_id=head).email == "mwajuma@mfano.example"
    assert "head" not in officer("mfano", "Neema").roles
    assert link_in("mwajuma@mfano.example").startswith("/ofisi/karibu/")
    with pytest.raises(IntegrityError), transaction.atomic():
        HeadChange.objects.filter(id=row.id).update(agreed_by=row.asked_by)


def test_a_head_who_lost_every_way_in_is_let_in_by_two_of_the_authority(
    homes: dict[str, UUID], officer: Find, at_work: Enter
) -> None:
    neema = at_work("mfano", "Neema")
    assert neema.get("/ofisi/watu/").status_code == 200
    change = heads.propose_head(
        actor=officer("mamlaka", "Zuhura"), institution_id=homes["mfano"], name="Neema", email="neema@mfano.example",
        reason="Simu imeibwa",
    )  # fmt: skip
    heads.agree_head(actor=officer("mamlaka", "Tumaini"), change_id=change)
    assert neema.get("/ofisi/watu/").status_code == 302, "open sessions end"
    assert Client().get(link_in("neema@mfano.example")).status_code == 200
    assert Appointment.objects.filter(institution_id=homes["mfano"], person_name="Neema", until_on=None).exists()


@pytest.mark.parametrize("path", ["/taasisi/", "/taasisi/mfano/", "/taasisi/jiunge/", "/taasisi/jiunge/hali/"])
def test_public_pages_open_in_both_languages(homes: dict[str, UUID], client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.get(f"/en{path}").status_code == 200
