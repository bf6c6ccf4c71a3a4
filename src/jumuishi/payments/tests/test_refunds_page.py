"""The accountant's page, asked for by everybody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client, override_settings

from jumuishi.identity import appointments, testing
from jumuishi.identity.types import Actor
from jumuishi.kernel.ids import new_id
from jumuishi.payments import public
from jumuishi.payments.tests.conftest import Cast, Teller
from jumuishi.payments.types import Bill, MoneyState

PAGE = "/ofisi/marejesho/"
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def posts() -> Iterator[testing.Posts]:
    kept = list(appointments._provider)
    found = testing.Posts()
    appointments.register(found)
    with override_settings(ROOT_URLCONF="jumuishi.payments.tests.urls"):
        yield found
    appointments._provider[:] = kept


def signed_in(posts: testing.Posts, institution: UUID, *roles: str) -> tuple[Client, Actor]:
    person, _ = testing.officer("Juma", f"{new_id().hex}@mfano.example")
    post = appointments.AppointmentRef(
        new_id(), institution, "Halmashauri ya Mfano", "council", frozenset(roles), "Mhasibu"
    )
    posts.held[person] = [post]
    actor = Actor.person(person)
    client = Client()
    testing.sign_in(client, replace(actor, appointment_id=post.id))
    return client, actor


def test_the_list_and_settling(
    posts: testing.Posts, bill_for: Callable[..., Bill], gateway: Teller, cast: Cast
) -> None:
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", "991000000001")
    public.open_refund(actor=Actor.system(), case_id=bill.case_id, reason="refused")
    (task,) = public.open_refunds(cast.council)
    juma, _ = signed_in(posts, cast.council, "accountant")
    page = juma.get(PAGE).content.decode()
    assert "Asha Juma" in page
    assert "TZS 100,000" in page
    assert "Ombi limekataliwa" in page
    baraka, _ = signed_in(posts, cast.other_council, "accountant")
    assert "Asha Juma" not in baraka.get(PAGE).content.decode()
    neema, _ = signed_in(posts, cast.council, "director")
    assert neema.get(PAGE).status_code == 403
    for nobody in (baraka, neema):
        assert nobody.post(f"{PAGE}{task.id}/", {"reference": "X"}).status_code == 403
    assert Client().get(PAGE).status_code == 302
    assert public.money_state(bill.case_id) is MoneyState.REFUND_DUE
    assert juma.post(f"{PAGE}{task.id}/", {"reference": " "}).status_code == 422
    assert juma.post(f"{PAGE}{task.id}/", {"reference": "MUSE-7"}).status_code == 302
    assert public.money_state(bill.case_id) is MoneyState.REFUNDED
    assert juma.post(f"{PAGE}{task.id}/", {"reference": "MUSE-7"}).status_code == 409
    assert "Asha Juma" not in juma.get(PAGE).content.decode()
