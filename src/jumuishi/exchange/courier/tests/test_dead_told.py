"""A dead letter has an owner who is told: whoever minds the institution's systems, once a day at most."""

from datetime import timedelta

from django.test import override_settings

from jumuishi.exchange.courier import jobs
from jumuishi.exchange.courier.tables import DeadLetter, Inbox
from jumuishi.exchange.courier.tests.in_tables import Tables
from jumuishi.exchange.tests.test_gateway import officer
from jumuishi.identity.models import Person
from jumuishi.kernel import clock
from jumuishi.messaging.models import Message


def poison(pair: tuple[Tables, Tables], subject: str) -> None:
    bank, water = pair
    bank.send(subject, "poison", priority=4, lives=True)
    answer = water.take(bank.pack(500), killed=False)
    assert answer is not None
    bank.take(answer, killed=False)
    water.hand(killed=False)


@override_settings(JUMUISHI_MAIL="")
def test_whoever_minds_the_systems_is_told_once_a_day(pair: tuple[Tables, Tables]) -> None:
    Person.objects.filter(id=officer("maji-mfano", "Bakari").who).update(phone="+255700000079")
    before = Message.objects.filter(purpose="work").count()
    poison(pair, "a")
    poison(pair, "b")
    jobs.tell()
    jobs.tell()
    told = Message.objects.filter(purpose="work").order_by("-created_at")
    assert told.count() == before + 1
    assert "2" in told[0].text
    poison(pair, "c")
    jobs.tell()
    assert told.count() == before + 1, "within a day nobody is told again"
    with clock.frozen(clock.now() + timedelta(hours=25)):
        jobs.tell()
    assert told.count() == before + 2


def test_what_a_person_has_yet_to_deal_with_is_never_forgotten(pair: tuple[Tables, Tables]) -> None:
    poison(pair, "a")
    bank, water = pair
    bank.send("b", "m", priority=4, lives=True)
    answer = water.take(bank.pack(500), killed=False)
    assert answer is not None
    bank.take(answer, killed=False)
    water.hand(killed=False)
    with clock.frozen(clock.now() + timedelta(days=40)):
        jobs.forget()
    (left,) = Inbox.objects.all()
    assert DeadLetter.objects.get().letter_id == left.id
