"""A breach: nobody is told before a second person releases it; then each person it touches is, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.messaging.models import Message
from jumuishi.privacy import jobs
from jumuishi.privacy.models import Breach, Notice
from jumuishi.privacy.tests.scene import asha_with_case, neighbour, read, words

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]
SAID = {
    "title": "Faili za leseni zilionekana mtandaoni", "what": "Kompyuta iliachwa wazi.", "data": "Majina na simu",
    "harm": "Simu za ulaghai", "done": "Imefungwa", "advice": "Usimpe mtu namba ya siri",
}  # fmt: skip


def record(client: Client, **given: str) -> Breach:
    day = institutions.today() - timedelta(days=1)
    answer = client.post("/ofisi/faragha/uvunjaji/mpya/", {**SAID, "known_on": day.isoformat(), **given})
    assert answer.status_code == 302, words(answer)
    return Breach.objects.get(id=answer["Location"].rstrip("/").rpartition("/")[2])


def test_nothing_is_sent_before_another_person_releases_it(
    country: dict[str, UUID], at_work: AtWork, run_jobs: Callable[[], int]
) -> None:
    asha, actor, case = asha_with_case()
    run_jobs()
    imani, neema = at_work("mfano", "Imani"), at_work("mfano", "Neema")
    found = record(imani, service="business-licence")
    path = f"/ofisi/faragha/uvunjaji/{found.id}/"
    run_jobs()
    found.refresh_from_db()
    assert (found.touched, found.state) == (1, "recorded")
    sure = {"do": "release", "sure": "1"}
    assert imani.post(path, sure).status_code == 409, "not the one who wrote it down"
    run_jobs()
    assert not Message.objects.filter(purpose="privacy.breach").exists()
    assert "Faili za leseni" not in read(asha, "/mimi/")
    assert "Watu 1 watajulishwa" in words(neema.post(path, {"do": "release"}))
    assert neema.post(path, sure).status_code == 302
    assert neema.post(path, sure).status_code == 302, "sent twice happens once"
    run_jobs()
    assert Message.objects.filter(purpose="privacy.breach", to="+255700000061").count() == 1
    assert "Faili za leseni" in read(asha, "/mimi/")
    one = Notice.objects.get()
    page = read(asha, f"/mimi/taarifa/{one.id}/")
    assert all(said in page for said in (*SAID.values(), "PDPC"))
    one.refresh_from_db()
    assert one.seen_at is not None
    assert neighbour().get(f"/mimi/taarifa/{one.id}/").status_code == 404
    assert "Kwa SMS 1" in read(neema, path)
    assert (case.person_id, one.person_id) == (actor.person_id, actor.person_id)


def test_a_list_of_numbers_and_letters_for_those_without_a_phone(
    country: dict[str, UUID], at_work: AtWork, run_jobs: Callable[[], int], asha: Client
) -> None:
    _, _, case = asha_with_case()
    draft = begin(asha)
    fill(asha, draft)
    asha.post(f"{draft}hakiki/", {"phone": ""})
    imani, neema = at_work("mfano", "Imani"), at_work("mfano", "Neema")
    only = record(imani, references=f"{group(case.reference)}\n")
    everybody = record(imani)
    run_jobs()
    only.refresh_from_db()
    everybody.refresh_from_db()
    assert (only.touched, everybody.touched) == (1, 2)
    neema.post(f"/ofisi/faragha/uvunjaji/{everybody.id}/", {"do": "release", "sure": "1"})
    run_jobs()
    ways = sorted(Notice.objects.filter(breach=everybody).values_list("way", flat=True))
    assert ways == ["letter", "sms"]
    sheet = imani.get(f"/ofisi/faragha/uvunjaji/{everybody.id}/barua/?f=csv")
    assert b"".join(sheet.streaming_content).count(b"\n") == 2
    assert at_work("mfano", "Juma").get(f"/ofisi/faragha/uvunjaji/{everybody.id}/barua/").status_code == 403


def test_notices_go_in_batches_within_the_days_cap(
    country: dict[str, UUID], at_work: AtWork, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asha_with_case()
    found = record(at_work("mfano", "Imani"))
    run_jobs()
    Notice.objects.bulk_create(
        Notice(
            institution_id=found.institution_id, person_id=UUID(int=n + 1), breach=found, phone=f"+2557000{n:05}",
            reference=str(n),
        )
        for n in range(9)
    )  # fmt: skip
    monkeypatch.setenv("JUMUISHI_BREACH_BATCH", "4")
    monkeypatch.setenv("JUMUISHI_BREACH_SMS_PER_DAY", "6")
    at_work("mfano", "Neema").post(f"/ofisi/faragha/uvunjaji/{found.id}/", {"do": "release", "sure": "1"})
    for _ in range(3):
        jobs.send(breach_id=str(found.id))
    assert Notice.objects.filter(told_at__isnull=False).count() == 6, "the cap of the day"
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.send(breach_id=str(found.id))
    jobs.send(breach_id=str(found.id))
    assert Notice.objects.filter(told_at=None).count() == 0
    assert Message.objects.filter(purpose="privacy.breach").count() == 10


def test_the_clock_runs_from_when_it_was_known_and_stops_at_the_commission(
    country: dict[str, UUID], at_work: AtWork
) -> None:
    imani = at_work("mfano", "Imani")
    bad = imani.post("/ofisi/faragha/uvunjaji/mpya/", {**SAID, "known_on": "2999-01-01"})
    assert bad.status_code == 400
    assert "Kompyuta iliachwa wazi." in bad.content.decode()
    for typed in ("jana", "2026-13-45"):
        assert imani.post("/ofisi/faragha/uvunjaji/mpya/", {**SAID, "known_on": typed}).status_code == 400
    figure = {"name": "breach", "value": "72", "source": "Mfano tu", "checked_on": "2026-11-26"}
    assert imani.post("/ofisi/faragha/takwimu/", figure).status_code == 302
    found = record(imani)
    assert found.due_at is not None
    assert found.due_at - found.known_at == timedelta(hours=72)
    path = f"/ofisi/faragha/uvunjaji/{found.id}/"
    assert "kifungu cha 27(5)" in read(imani, f"{path}tume/")
    assert at_work("mfano", "Neema").post(path, {"do": "commission"}).status_code == 403
    assert imani.post(path, {"do": "commission"}).status_code == 302
    found.refresh_from_db()
    assert found.commission_at is not None
    for home, name, status in (("mfano", "Juma", 403), ("jirani", "Baraka", 403), ("jirani", "Subira", 404)):
        assert at_work(home, name).get(path).status_code == status
