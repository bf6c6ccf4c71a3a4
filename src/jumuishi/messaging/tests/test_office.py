"""What an institution's own reads of its SMS: figures without a word or a number of anybody."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.conftest import at_work, country, officer, world
from jumuishi.kernel import clock
from jumuishi.messaging import cli, sending
from jumuishi.messaging.tests.test_messages import PHONE, say

__all__ = ["at_work", "country", "officer", "world"]
AtWork = Callable[[str, str], Client]
PATH = "/ofisi/sms/"


def test_the_month_of_ones_own_institution(country: dict[str, UUID], at_work: AtWork) -> None:
    neema = at_work("mfano", "Neema")
    assert "Hakuna ujumbe mwezi huu." in neema.get(PATH).content.decode()
    cli.terms(["mfano", "--sender", "HALMASHAURI", "--per-day", "2"])
    ours = [say(f"Siri {n}", institution_id=country["mfano"], to=f"+25570000001{n}") for n in range(3)]
    say("Siri ya jirani", institution_id=country["jirani"])
    with override_settings(JUMUISHI_SMS_GATEWAY="outbox"):
        sending.send(ours[0])
    page = neema.get(PATH).content.decode()
    for words in (
        "Umetumwa", "Unasubiri kutumwa", "Kikomo cha taasisi kwa siku", "Ujumbe hutoka kwa jina HALMASHAURI.",
        "Saa 24 zilizopita: 2 kati ya 2.", "Vipande 1 havina bei", "Hakuna bei iliyoandikwa",
    ):  # fmt: skip
        assert words in page, words
    assert "Siri" not in page
    assert PHONE not in page
    english = neema.get(f"/en{PATH}", {"m": f"{clock.now():%Y-%m}"}).content.decode()
    assert "Limit of the institution a day" in english
    for month in ("2019-01", "x", "9999-99"):
        assert neema.get(PATH, {"m": month}).status_code == 200


def test_who_reads_it(country: dict[str, UUID], at_work: AtWork) -> None:
    say("Siri", institution_id=country["mfano"])
    assert at_work("mfano", "Juma").get(PATH).status_code == 403
    assert Client().get(PATH).status_code == 302
    baraka = at_work("jirani", "Baraka").get(PATH)
    assert baraka.status_code == 403 or "Hakuna ujumbe mwezi huu." in baraka.content.decode()


def test_how_many_questions_it_asks(country: dict[str, UUID], at_work: AtWork) -> None:
    neema = at_work("mfano", "Neema")
    counts = []
    for number in (1, 30):
        for n in range(number):
            say(institution_id=country["mfano"], to=f"+2557000{number:02}{n:03}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert neema.get(PATH).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25, counts
