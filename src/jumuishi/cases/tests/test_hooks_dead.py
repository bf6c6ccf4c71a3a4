"""Notices that were given up: counted, told to their owner once a day, shown where one works, sent again together."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.test_hooks import ALL, Receiver, receiver
from jumuishi.hooks import jobs
from jumuishi.hooks import public as hooks
from jumuishi.hooks.models import Delivery, Hook
from jumuishi.identity import testing
from jumuishi.identity.models import Person
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.messaging.models import Mail, Message

__all__ = ["receiver"]
pytestmark = pytest.mark.slow
AtWork = Callable[[str, str], Client]
Officer = Callable[[str, str], Actor]
SYSTEM = tenancy.Principal.system()
PAGE, PHONE = "/ofisi/taarifa-api/", "0700 000 077"


@pytest.fixture
def hook(country: dict[str, UUID], at_work: AtWork, officer: Officer, receiver: Receiver) -> Iterator[Hook]:
    """The institution's program, which is away; Zawadi, who minds it, has a phone."""
    assert at_work("mfano", "Neema").post(PAGE, {"url": receiver.url, "topics": ALL}).status_code == 200
    with tenancy.acting_as(SYSTEM):
        Person.objects.filter(id=officer("mfano", "Zawadi").who).update(phone="+255700000078")
        receiver.status = 503
        yield Hook.objects.get()


def tell(hook: Hook, *keys: str, person: UUID | None = None) -> None:
    with tenancy.acting_as(SYSTEM):
        for key in keys:
            hooks.tell(
                topic="case.moved", key=key, institution_id=hook.institution_id or UUID(int=1), person_id=person,
                at=clock.now(), data={"n": key},
            )  # fmt: skip


def die(hours: int = 73) -> None:
    """So many hours later; what waits by then is given up."""
    with tenancy.acting_as(SYSTEM), clock.frozen(clock.now() + timedelta(hours=hours)):
        jobs.send()


def told() -> list[str]:
    with tenancy.acting_as(SYSTEM):
        return list(Message.objects.filter(purpose="work").order_by("created_at").values_list("text", flat=True))


def figures(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {name: float(n) for name, n in (one.rsplit(" ", 1) for one in lines if one.startswith("jumuishi_notices{"))}


def test_the_operator_counts_them(hook: Hook, client: Client) -> None:
    dead, waiting = 'jumuishi_notices{state="dead"}', 'jumuishi_notices{state="waiting"}'
    assert figures(client) == {dead: 0, waiting: 0}
    tell(hook, "a", "b")
    assert figures(client) == {dead: 0, waiting: 2}
    die()
    assert figures(client) == {dead: 2, waiting: 0}


@override_settings(JUMUISHI_MAIL="")
def test_whoever_minds_it_is_told_once_a_day(hook: Hook) -> None:
    tell(hook, "a", "b")
    die()
    where = "Ingia Jumuishi, Taarifa kwa programu."
    assert told() == [f"Taarifa 2 kwa programu ya taasisi hazikufika kwa siku tatu. {where}"]
    with tenancy.acting_as(SYSTEM):
        assert Message.objects.get(purpose="work").to == "+255700000078"
        Hook.objects.update(told_at=clock.now())
    tell(hook, "c")
    with tenancy.acting_as(SYSTEM):
        Delivery.objects.filter(key="c").update(give_up_at=clock.now())
    die(hours=0)
    assert len(told()) == 1, "not again the same day"
    tell(hook, "d")
    die(hours=74)
    assert len(told()) == 2


@override_settings(JUMUISHI_MAIL="outbox")
def test_by_letter_where_letters_go(hook: Hook) -> None:
    tell(hook, "a")
    die()
    with tenancy.acting_as(SYSTEM):
        letter = Mail.objects.get(purpose="hooks.dead")
    assert "zawadi" in letter.to
    assert f"/ofisi/taarifa-api/{hook.id}/?hali=dead" in letter.text
    assert told() == []


def test_where_one_works_it_is_seen_and_sent_again_in_order(hook: Hook, at_work: AtWork, receiver: Receiver) -> None:
    one, neema = f"{PAGE}{hook.id}/", at_work("mfano", "Neema")
    assert "hazikufika" not in neema.get("/ofisi/").content.decode()
    tell(hook, *(f"{n:02}" for n in range(33)))
    die()
    assert "Taarifa 33 kwa programu hazikufika" in neema.get("/ofisi/").content.decode()
    assert "hazikufika" not in at_work("mfano", "Juma").get("/ofisi/").content.decode(), "it is not his to mend"
    assert "33 hazikufika" in neema.get(PAGE).content.decode()
    page = neema.get(f"{one}?hali=dead").content.decode()
    assert page.count('value="resend"') == 30
    assert "hali=dead&amp;page=2" in page
    assert neema.get(f"{one}?hali=dead&page=2").content.decode().count('value="resend"') == 3
    for outsider in (at_work("mfano", "Juma"), at_work("jirani", "Baraka")):
        assert outsider.post(one, {"do": "resend_all"}).status_code == 403
    assert at_work("jirani", "Subira").post(one, {"do": "resend_all"}).status_code == 404
    receiver.status = 200
    before = len(receiver.came)
    assert neema.post(one, {"do": "resend_all"}).status_code == 302
    with tenancy.acting_as(SYSTEM):
        jobs.send()
    bodies = [body.decode() for _, body in receiver.came[before:]]
    assert [f'"n":"{n:02}"' in body for n, body in enumerate(bodies)] == [True] * 33
    assert "hazikufika" not in neema.get("/ofisi/").content.decode()
    assert 'value="resend_all"' not in neema.get(one).content.decode()


def test_a_person_is_told_of_the_own_app(hook: Hook, asha: Client, receiver: Receiver) -> None:
    who = testing.citizen(PHONE, "Asha Juma")
    testing.sign_in(asha, who)
    assert asha.post("/mimi/programu/", {"url": receiver.url, "topics": ALL}).status_code == 200
    with tenancy.acting_as(SYSTEM):
        mine = Hook.objects.get(person_id=who.who)
        hook.delete()
    tell(mine, "a", person=who.who)
    die()
    assert told() == ["Taarifa 1 kwa programu unayoitumia hazikufika kwa siku tatu. Ingia Jumuishi, Taarifa zangu."]
    assert "Taarifa 1 kwa programu hazikufika" in asha.get("/maombi/").content.decode()
    assert 'value="resend_all"' in asha.get(f"/mimi/programu/{mine.id}/").content.decode()


def test_the_page_asks_the_same_for_one_and_for_many(hook: Hook, at_work: AtWork) -> None:
    neema, one, counts = at_work("mfano", "Neema"), f"{PAGE}{hook.id}/", []
    for keys in (["x"], [f"{n:02}" for n in range(40)]):
        tell(hook, *keys)
        die()
        neema.get(one)
        with CaptureQueriesContext(connection) as asked:
            neema.get(one)
        counts.append(len([q for q in asked.captured_queries if q["sql"].startswith("SELECT")]))
    assert counts[0] == counts[1] <= 16, counts
