"""What the pages weigh, how often they ask the database, what the figures and the file say."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.evidence.models import JournalRow
from jumuishi.feedback import figures
from jumuishi.feedback.actions import export
from jumuishi.feedback.models import Item, Terms
from jumuishi.feedback.tests.conftest import WORDS, act, kept, read, send
from jumuishi.identity import testing
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]
LIMIT = 14_336


def weight(answer: Any) -> int:
    css = finders.find("channels/jumuishi.css")
    assert isinstance(css, str)
    assert b"<script" not in answer.content
    assert b" style=" not in answer.content
    return len(gzip.compress(answer.content, 6)) + len(gzip.compress(Path(css).read_bytes(), 6))


def many(item: Item, count: int) -> None:
    """So many more, each like this one."""
    for n in range(count):
        item.id, item.reference, item.once_hash = new_id(), f"{2_000_000_000_000_000 + n}", f"{n}"
        item.save(force_insert=True)


def test_no_page_of_a_sender_is_heavier_than_14336_bytes(homes: dict[str, UUID], at_work: AtWork) -> None:
    for prefix in ("", "/en"):
        client = Client()
        testing.sign_in(client, testing.citizen("0700 000 061", "Asha"))
        item, code = kept(send(Client(), text=f"{prefix} {WORDS * 10}"))
        act(at_work("mfano", "Zawadi"), item, "answered", text="Samahani. " * 60)
        pages = {
            "choose": client.get(f"{prefix}/mrejesho/"),
            "none": client.get(f"{prefix}/mrejesho/?q=xyzzy"),
            "say": client.get(f"{prefix}/mrejesho/?taasisi=mfano"),
            "mistaken": client.post(f"{prefix}/mrejesho/", {"taasisi": "mfano"}),
            "receipt": send(Client(), text=f"{prefix} nyingine"),
            "follow": client.get(f"{prefix}/mrejesho/fuatilia/"),
            "follow, mistaken": client.post(f"{prefix}/mrejesho/fuatilia/", {"number": "1", "code": "2"}),
            "thread": read(item, code),
            "mine": client.get(f"{prefix}/mrejesho/yangu/"),
            "figures": client.get(f"{prefix}/mrejesho/taasisi/mfano/"),
        }
        weights = {path: weight(answer) for path, answer in pages.items()}
        assert max(weights.values()) <= LIMIT, sorted(weights.items(), key=lambda one: -one[1])[:4]


def test_the_inbox_asks_as_often_for_a_full_page_as_for_one_row(homes: dict[str, UUID], at_work: AtWork) -> None:
    item, _ = kept(send(Client()))
    zawadi = at_work("mfano", "Zawadi")
    zawadi.get("/ofisi/mrejesho/")
    with CaptureQueriesContext(connection) as one:
        zawadi.get("/ofisi/mrejesho/")
    many(item, 40)
    with CaptureQueriesContext(connection) as full:
        page = zawadi.get("/ofisi/mrejesho/").content.decode()
    assert page.count("/ofisi/mrejesho/0") == 25
    assert len(full) == len(one) <= 20, "\n".join(found["sql"][:160] for found in full)


def test_my_list_asks_as_often_for_many(homes: dict[str, UUID]) -> None:
    client = Client()
    testing.sign_in(client, testing.citizen("0700 000 061", "Asha"))
    send(client, answer="me")
    with CaptureQueriesContext(connection) as one:
        client.get("/mrejesho/yangu/")
    many(Item.objects.get(), 30)
    with CaptureQueriesContext(connection) as full:
        assert client.get("/mrejesho/yangu/").content.decode().count("/mrejesho/yangu/0") == 20
    assert len(full) == len(one)


def test_search_and_filters_find_what_they_name(homes: dict[str, UUID], at_work: AtWork) -> None:
    first, _ = kept(send(Client(), text="Choo kichafu", case_number="1084414108227604"))
    second, _ = kept(send(Client(), kind="praise", text="Asante kwa huduma"))
    zawadi = at_work("mfano", "Zawadi")
    for query, found in (
        (f"q={first.reference}", first), ("q=1084+4141", first), ("q=kichafu", first), ("k=praise", second),
    ):  # fmt: skip
        page = zawadi.get(f"/ofisi/mrejesho/?{query}").content.decode()
        other = second if found is first else first
        assert str(found.id) in page, query
        assert str(other.id) not in page, query
    assert "Hakuna kinacholingana" in zawadi.get("/ofisi/mrejesho/?q=xyzzy").content.decode()


def test_the_public_page_counts_and_shows_no_words(homes: dict[str, UUID], at_work: AtWork) -> None:
    start = clock.now()
    for n in range(4):
        with clock.frozen(start + timedelta(days=n)):
            item, code = kept(send(Client(), text=f"{WORDS} {n}"))
        with clock.frozen(start + timedelta(days=7 + n)):
            act(at_work("mfano", "Zawadi"), item, "answered", text="Jibu")
            read(item, code, do="solved" if n else "unsolved")
    kept(send(Client(), kind="praise", named="Neema"))
    with clock.frozen(start + timedelta(days=60)):
        late, _ = kept(send(Client(), kind="question", text="Lini?"))
        found = figures.of_institution(homes["mfano"], late.due_at + timedelta(days=1))
        page = Client().get("/mrejesho/taasisi/mfano/").content.decode()
    one = found["complaint"]
    assert (one.count, one.answered, one.solved, one.unsolved, one.open) == (4, 4, 3, 1, 0)
    # Five working days of eight hours, whichever day of the week it was.
    assert one.median_minutes
    assert one.p90_minutes
    assert one.median_minutes <= one.p90_minutes <= 6 * 480
    assert (found["question"].late, found[""].count) == (1, 6)
    assert "3 kati ya 4" in page
    assert WORDS not in page
    assert "Neema" not in page


def test_the_file_runs_no_formula_is_journalled_and_tells_words_only_when_asked(
    homes: dict[str, UUID], at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(send(Client(), text="=HYPERLINK(1)"))
    zawadi = at_work("mfano", "Zawadi")

    def rows(query: str) -> list[list[str]]:
        answer = zawadi.get(f"/ofisi/mrejesho/orodha.csv?{query}")
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    many(Item.objects.get(), 3)
    monkeypatch.setattr(export, "PAGE", 2)
    assert len(rows("s=all")) == 5, "a head and each of them once, however small a page"
    Item.objects.exclude(once_hash__regex="^.{20}").delete()
    assert "HYPERLINK" not in str(rows("s=all"))
    assert rows("s=all&maneno=1")[1][-1] == "'=HYPERLINK(1)"
    assert JournalRow.objects.filter(verb="feedback.list.export").count() == 3
    assert JournalRow.objects.filter(verb="identity.look", thing_kind="feedback").count() == 1
    for name in ("Juma", "Imani"):
        assert at_work("mfano", name).get("/ofisi/mrejesho/orodha.csv").status_code == 403


def test_an_institution_sets_its_own_time_with_a_source(homes: dict[str, UUID], at_work: AtWork) -> None:
    neema, given = at_work("mfano", "Neema"), {"days": "3", "further_days": "2", "checked_on": "2026-11-20"}
    wrong = neema.post("/ofisi/mrejesho/muda/", {**given, "source": ""})
    assert wrong.status_code == 400
    assert 'value="3"' in wrong.content.decode()
    assert neema.post("/ofisi/mrejesho/muda/", {**given, "source": "Mkataba wa huduma 2026"}).status_code == 302
    assert Terms.objects.get(institution_id=homes["mfano"]).source == "Mkataba wa huduma 2026"
    assert "siku 3 za kazi" in Client().get("/mrejesho/?taasisi=mfano").content.decode()
    assert "siku 10 za kazi" in Client().get("/mrejesho/?taasisi=jirani").content.decode()
    assert "Mkataba wa huduma 2026" in Client().get("/mrejesho/taasisi/mfano/").content.decode()
    assert at_work("mfano", "Juma").get("/ofisi/mrejesho/muda/").status_code == 403
    assert at_work("jirani", "Baraka").get("/ofisi/mrejesho/muda/").status_code == 403


def test_links_lead_here_from_the_institution_and_every_foot(homes: dict[str, UUID]) -> None:
    page = Client().get("/taasisi/mfano/").content.decode()
    assert '/mrejesho/?taasisi=mfano"' in page
    assert '/mrejesho/"' in Client().get("/fuatilia/").content.decode()
