"""Whom a complaint names neither owns nor reads it; past the head it goes to the authority."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from jumuishi.feedback import rules
from jumuishi.feedback.models import Item
from jumuishi.feedback.tests.conftest import WORDS, act, kept, send
from jumuishi.identity import public as identity
from jumuishi.identity import testing
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]


@pytest.mark.parametrize("given", [{"named": "Bi. ZAWADI wa kaunta"}, {"role": "clerk"}])
def test_a_named_officer_is_kept_out_by_page_list_and_database(
    homes: dict[str, UUID], at_work: AtWork, officer: Any, given: dict[str, str]
) -> None:
    item, _ = kept(send(Client(), **given))
    zawadi, page = at_work("mfano", "Zawadi"), f"/ofisi/mrejesho/{item.id}/"
    assert zawadi.get(page).status_code == 404
    assert act(zawadi, item, "take").status_code in (403, 404)
    assert str(item.id) not in zawadi.get("/ofisi/mrejesho/?s=all").content.decode()
    exported = b"".join(zawadi.get("/ofisi/mrejesho/orodha.csv?s=all&maneno=1").streaming_content).decode()
    assert WORDS not in exported
    with tenancy.acting_as(tenancy.Principal.institution(homes["mfano"], officer("mfano", "Zawadi").who)):
        assert not Item.objects.exists()
    neema = at_work("mfano", "Neema")
    assert neema.get(page).status_code == 200
    given_to = act(neema, item, "assign", to=f"person:{officer('mfano', 'Zawadi').who}")
    assert given_to.status_code == 400


def test_what_names_the_head_is_the_authoritys_and_sealed(homes: dict[str, UUID], at_work: AtWork) -> None:
    item, _ = kept(send(Client(), named="Neema Mkurugenzi"))
    assert (item.institution_id, item.about_id, item.level) == (homes["mamlaka"], homes["mfano"], 3)
    page = f"/ofisi/mrejesho/{item.id}/"
    for name in ("Neema", "Zawadi"):
        assert at_work("mfano", name).get(page).status_code == 404
    assert WORDS in at_work("mamlaka", "Tumaini").get(page).content.decode()


def test_praise_of_an_officer_keeps_nobody_out(homes: dict[str, UUID], at_work: AtWork) -> None:
    item, _ = kept(send(Client(), kind="praise", named="Zawadi"))
    assert at_work("mfano", "Zawadi").get(f"/ofisi/mrejesho/{item.id}/").status_code == 200


def test_whoever_reads_that_it_concerns_a_colleague_keeps_them_out(
    homes: dict[str, UUID], at_work: AtWork, officer: Any
) -> None:
    item, _ = kept(send(Client()))
    zawadi, neema = at_work("mfano", "Zawadi"), officer("mfano", "Neema")
    assert act(zawadi, item, "bar", person=str(neema.who)).status_code == 302
    item.refresh_from_db()
    assert (item.institution_id, item.level) == (homes["mamlaka"], 3)
    assert at_work("mfano", "Neema").get(f"/ofisi/mrejesho/{item.id}/").status_code == 404


def test_an_officer_does_not_handle_what_he_said_himself(homes: dict[str, UUID], at_work: AtWork, officer: Any) -> None:
    client = Client()
    citizen = testing.citizen("0700 000 061", "Zawadi")
    identity.prove_phone(actor=officer("mfano", "Zawadi"), phone="0700 000 061")
    testing.sign_in(client, citizen)
    assert send(client, answer="me").status_code == 302
    item = Item.objects.get()
    assert at_work("mfano", "Zawadi").get(f"/ofisi/mrejesho/{item.id}/").status_code == 404


def test_nor_at_the_authority(homes: dict[str, UUID], at_work: AtWork, officer: Any) -> None:
    client = Client()
    identity.prove_phone(actor=officer("mamlaka", "Zuhura"), phone="0700 000 061")
    testing.sign_in(client, testing.citizen("0700 000 061", "Zuhura"))
    assert send(client, answer="me", named="Neema").status_code == 302
    page = f"/ofisi/mrejesho/{Item.objects.get().id}/"
    assert at_work("mamlaka", "Zuhura").get(page).status_code == 404
    assert at_work("mamlaka", "Tumaini").get(page).status_code == 200


def test_a_name_means_whoever_shares_a_word_of_it() -> None:
    juma, asha, people = uuid4(), uuid4(), []
    people = [(juma, "Juma Hassan"), (asha, "Asha Mwanaidi")]
    assert rules.meant_by("bwana JUMA", people) == {juma}
    assert rules.meant_by("Hassan au Mwanáidi", people) == {juma, asha}
    assert rules.meant_by("wa bi", people) == set()


def test_where_the_whole_desk_is_named_a_deputy_has_it() -> None:
    desk, deputy = [uuid4(), uuid4()], uuid4()
    assert rules.deputy_for(desk, [deputy], set(desk)) == deputy
    assert rules.deputy_for(desk, [deputy], {desk[0]}) is None
    assert rules.deputy_for(desk, [deputy], {*desk, deputy}) is None
