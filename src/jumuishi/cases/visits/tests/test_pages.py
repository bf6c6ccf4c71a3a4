"""Visits by their pages: the applicant chooses without script, the officer sees the day, strangers find nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Case, Desk, Task, Visit
from jumuishi.cases.tests.conftest import asha, country, officer, submitted
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock

__all__ = ["asha", "country", "officer", "submitted"]
pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
ZONE = ZoneInfo("Africa/Dar_es_Salaam")
DESK = {
    "name": "Dawati la biashara", "kind": "office", "place": "Chumba namba 4", "minutes": "60", "capacity": "2",
    "cutoff_hours": "24", "wait_days": "5", "ahead_days": "14", "opens": "", "closes": "", "is_open": "1",
}  # fmt: skip


def at_work(find: Find, slug: str, name: str) -> Client:
    client = Client()
    testing.sign_in(client, find(slug, name))
    return client


def opened(find: Find) -> Desk:
    neema = at_work(find, "mfano", "Neema")
    lost = neema.post("/ofisi/miadi/madawati/", {**DESK, "capacity": "0"})
    assert lost.status_code == 400
    assert "Chumba namba 4" in lost.content.decode()
    assert neema.post("/ofisi/miadi/madawati/", DESK).status_code == 302
    return Desk.objects.get()


def test_asked_chosen_and_on_the_days_list(submitted: str, asha: Client, officer: Find) -> None:
    desk, case = opened(officer), Case.objects.get()
    juma, page = at_work(officer, "mfano", "Juma"), f"/ofisi/ombi/{case.id}/miadi/"
    assert page in juma.get(f"/ofisi/ombi/{case.id}/").content.decode()
    lost = juma.post(page, {"do": "ask", "desk": str(desk.id), "what": ""})
    assert lost.status_code == 400
    assert f'value="{desk.id}" checked' in lost.content.decode()
    assert juma.post(page, {"do": "ask", "desk": str(desk.id), "what": "Leta mkataba halisi"}).status_code == 302
    visit = Visit.objects.get()
    mine = asha.get(submitted).content.decode()
    assert "Unatakiwa kufika ofisini" in mine
    assert "Leta mkataba halisi" in mine
    choose = f"/maombi/{case.id}/miadi/{visit.id}/"
    html = asha.get(choose).content.decode()
    hours = re.findall(r'name="at" value="([^"]+)"', html)
    assert len(hours) > 8
    assert "checked" not in html
    assert asha.post(choose, {"do": "book"}).status_code == 400
    assert asha.post(choose, {"do": "book", "at": hours[2]}).status_code == 302
    visit.refresh_from_db()
    assert visit.state == "booked"
    day = visit.starts_at.astimezone(ZONE).date().isoformat() if visit.starts_at else ""
    listed = juma.get(f"/ofisi/miadi/?siku={day}").content.decode()
    assert "Asha Juma" in listed
    assert 'href="/ofisi/"' in listed, "the way to the office's other rooms"
    assert "Asha Juma" not in juma.get("/ofisi/miadi/").content.decode()
    # Given back, then chosen by the officer for whoever calls.
    assert asha.post(choose, {"do": "cancel"}).status_code == 302
    assert juma.post(page, {"do": "book", "visit": str(visit.id), "at": hours[3]}).status_code == 302
    visit.refresh_from_db()
    assert visit.starts_at is not None
    with clock.frozen(visit.starts_at + timedelta(minutes=1)):
        later = at_work(officer, "mfano", "Juma")
        given = {"do": "missed", "visit": str(visit.id), "list": day}
        assert later.post(page, given)["Location"].endswith(f"?siku={day}")
        head = at_work(officer, "mfano", "Neema").get("/ofisi/miadi/").content.decode()
    assert "Dawati la biashara" in head
    assert "Hakufika" in asha.get(submitted).content.decode()


def test_strangers_find_nothing(submitted: str, officer: Find) -> None:
    desk, case = opened(officer), Case.objects.get()
    page = f"/ofisi/ombi/{case.id}/miadi/"
    at_work(officer, "mfano", "Juma").post(page, {"do": "ask", "desk": str(desk.id), "what": "Leta mkataba halisi"})
    visit = Visit.objects.get()
    baraka, stranger = at_work(officer, "jirani", "Baraka"), Client()
    testing.sign_in(stranger, testing.citizen("0700 000 044", "Mwingine"))
    assert baraka.get(page).status_code == 404
    assert baraka.post(page, {"do": "cancel", "visit": str(visit.id), "why": "x"}).status_code == 404
    assert baraka.get(f"/ofisi/miadi/madawati/{desk.id}/").status_code == 404
    assert "Asha Juma" not in baraka.get("/ofisi/miadi/").content.decode()
    assert stranger.get(f"/maombi/{case.id}/miadi/{visit.id}/").status_code == 404
    assert stranger.post(f"/maombi/{case.id}/miadi/{visit.id}/", {"do": "cancel"}).status_code == 404
    assert at_work(officer, "mfano", "Juma").get("/ofisi/miadi/madawati/").status_code == 404
    visit.refresh_from_db()
    assert visit.state == "asked"


def test_as_many_questions_for_one_visit_as_for_a_day_full(submitted: str, officer: Find) -> None:
    desk, case, task = opened(officer), Case.objects.get(), Task.objects.get()
    start = clock.now() + timedelta(hours=1)
    day = start.astimezone(ZONE).date().isoformat()

    def booked(n: int, state: str = "booked") -> None:
        Visit.objects.create(
            institution_id=desk.institution_id, person_id=case.person_id, case_id=case.id, task_id=UUID(int=n),
            desk_id=desk.id, what="x", state=state, starts_at=start if state == "booked" else None,
            seat=n if state == "booked" else None, choose_by=start, asked_by=task.id, asked_at=clock.now(),
        )  # fmt: skip

    def asked_of(client: Client) -> int:
        client.get(f"/ofisi/miadi/?siku={day}")
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/ofisi/miadi/?siku={day}").status_code == 200
        return len(found)

    neema = at_work(officer, "mfano", "Neema")
    booked(1)
    booked(100, "asked")
    before = asked_of(neema)
    for n in range(2, 30):
        booked(n)
        booked(100 + n, "asked")
    assert asked_of(neema) == before
