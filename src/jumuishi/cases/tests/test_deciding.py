"""Officers decide: who may and who never, late with a reason, two at once, a reviewer elsewhere, clocks alone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases import engine, jobs, queries
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Attachment, Case, Note, Task
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.principal import principal_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.institutions.queries import today
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.messaging import public as messaging

pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
Enter = Callable[[str, str], Client]
MEDICINE: dict[str, dict[str, Any]] = {
    "applicant": {"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"},
    "business": {"business_name": "Dawa za Asha", "sector": "medicine", "years": "1"},
    "premises": {"place__text": "Sekei", "place": ""},
}


@pytest.fixture
def case(submitted: str) -> Case:
    return Case.objects.get()


def task_of(case: Case, review: str = "") -> Task:
    return Task.objects.get(case=case, review=review, state="open")


def decide(actor: Actor, case: Case, act: str, **more: str) -> None:
    case.refresh_from_db()
    deciding.decide(actor=actor, task_id=task_of(case).id, version=case.version, act=act, **more)


def review(actor: Actor, case: Case, name: str, *, is_passed: bool = True, **more: str) -> None:
    task = task_of(case, name)
    deciding.give_review(actor=actor, task_id=task.id, version=0, is_passed=is_passed, **more)


def to_approval(case: Case, officer: Find) -> None:
    decide(officer("mfano", "Juma"), case, "forward")
    review(officer("mfano", "Salma"), case, "health")
    review(officer("mfano", "Petro"), case, "planning")
    case.refresh_from_db()
    assert case.stage == "approve"


def second(officer: Find) -> Actor:
    """Another trade officer of the council."""
    person = identity.open_account(
        actor=Actor.system(), name="Kassimu", email="kassimu@mfano.example", password="mlango-wazi-2026",
        totp_secret=identity.new_totp_secret(),
    )  # fmt: skip
    institutions.appoint(
        actor=Actor.system(), institution_id=officer("mfano", "Juma").workplace, person_id=person,
        person_name="Kassimu", title={"sw": "Afisa Biashara", "en": "Trade officer"}, roles=["trade-officer"],
    )  # fmt: skip
    return officer("mfano", "Kassimu")


def in_post(actor: Actor) -> Client:
    from jumuishi.identity.testing import sign_in  # noqa: PLC0415

    client = Client()
    sign_in(client, actor)
    return client


def refused(code: str) -> Any:
    return pytest.raises(CaseError, match=code)


def test_two_people_are_two_natural_persons(case: Case, officer: Find) -> None:
    to_approval(case, officer)
    juma, neema, imani = officer("mfano", "Juma"), officer("mfano", "Neema"), officer("mfano", "Imani")
    lend = {"roles": ["director"], "from_on": today(), "until_on": today() + timedelta(days=3)}
    institutions.delegate(actor=neema, to_person=juma.who, **lend)
    # Juma acted at the check: not with the director's role that Neema lent him, ...
    with refused("two_persons"):
        decide(replace(juma, roles=juma.roles | {"director"}), case, "approve")
    # ... not in a post of his own as director, ...
    post = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO institutions_appointment SELECT (jsonb_populate_record(a, jsonb_build_object("
            "'id', %s::text, 'roles', '[\"director\"]'::jsonb))).* FROM institutions_appointment a WHERE id = %s",
            [str(post), juma.appointment_id],
        )
    acting = replace(juma, roles=frozenset({"director"}), appointment_id=post)
    with refused("two_persons"):
        decide(acting, case, "approve")
    # ... and not through Zawadi, to whom he lends it.
    zawadi = officer("mfano", "Zawadi")
    institutions.delegate(actor=acting, to_person=zawadi.who, **lend)
    with refused("two_persons"):
        decide(replace(zawadi, roles=zawadi.roles | {"director"}), case, "approve")
    assert juma.who not in deciding.candidates(task_of(case), case)
    with refused("may_not_decide"):
        deciding.assign(actor=neema, task_id=task_of(case).id, to_person=juma.who)
    # Imani did nothing before: for Neema she may, and both persons are in the case and in the journal.
    institutions.delegate(actor=neema, to_person=imani.who, **lend)
    decide(replace(imani, roles=imani.roles | {"director"}), case, "approve")
    case.refresh_from_db()
    deed = engine.state_of(case).deeds[-1]
    assert deed.people == (str(imani.who), str(neema.who))
    entry = next(one for one in evidence.history(thing_kind="case", thing_id=case.id) if one.verb.endswith("decide"))
    assert entry.body is not None
    last = evidence.history(thing_kind="case", thing_id=case.id)[-1].body
    assert last is not None
    assert last["on_behalf_of"] == str(neema.who)
    assert case.stage == "payment"


def test_the_applicants_side_never_decides(case: Case, officer: Find) -> None:
    juma, petro, salma = officer("mfano", "Juma"), officer("mfano", "Petro"), officer("mfano", "Salma")
    # The guest who applied proves a phone, and then Juma turns out to be the citizen of that phone.
    identity.person_of_phone("0700 000 001", guest_id=case.person_id)
    identity.prove_phone(actor=juma, phone="0700 000 001")
    with refused("own_case"):
        decide(juma, case, "forward")
    case.state["parties"]["helpers"] = [str(petro.who)]
    case.save()
    other = second(officer)
    decide(other, case, "forward")
    with refused("own_case"):
        review(petro, case, "planning")
    # Salma says herself that she is a relative: the task is nobody's again, and she decides no more.
    task = task_of(case, "health")
    deciding.assign(actor=salma, task_id=task.id, to_person=salma.who)
    deciding.stand_aside(actor=salma, task_id=task.id)
    with refused("own_case"):
        review(salma, case, "health")
    task.refresh_from_db()
    assert task.assignee_id is None
    assert deciding.candidates(task, Case.objects.get()) == []


def test_late_asks_for_a_reason(case: Case, officer: Find, at_work: Enter, asha: Client, submitted: str) -> None:
    from jumuishi.identity.testing import sign_in_again  # noqa: PLC0415

    task = task_of(case)
    assert task.due_at is not None
    with clock.frozen(task.due_at + timedelta(hours=20)):
        client = at_work("mfano", "Juma")
        page = client.get("/ofisi/").content.decode()
        assert f"/ofisi/ombi/{case.id}/#sababu" in page
        with refused("late_reason_needed"):
            decide(officer("mfano", "Juma"), case, "forward")
        sent = {"task": task.id, "version": case.version, "act": "forward", "text": "", "late": ""}
        told = client.post(f"/ofisi/ombi/{case.id}/tenda/", sent)
        assert (told.status_code, Case.objects.get().stage) == (400, "check")
        with refused("cases.not_of_role"):
            deciding.explain_delay(actor=officer("mfano", "Salma"), task_id=task.id, reason="si yangu")
        kept = client.post(f"/ofisi/ombi/{case.id}/sababu/", {"task": task.id, "reason": "Umeme ulikatika"})
        assert kept.status_code == 302
        assert "Umeme ulikatika" in client.get("/ofisi/").content.decode()
        sign_in_again(asha)
        assert "Umeme ulikatika" in asha.get(submitted).content.decode()
        decide(officer("mfano", "Juma"), case, "forward")
    assert Case.objects.get().stage == "reviews"


def test_the_second_officer_is_told(case: Case, officer: Find, at_work: Enter) -> None:
    first, other = at_work("mfano", "Juma"), in_post(second(officer))
    address = f"/ofisi/ombi/{case.id}/"
    assert other.get(address).status_code == first.get(address).status_code == 200
    sent = {"task": task_of(case).id, "version": case.version, "act": "ask", "text": "Leta mkataba mpya"}
    assert first.post(f"{address}tenda/", sent).status_code == 302
    told = other.post(f"{address}tenda/", {**sent, "act": "refuse", "text": "Eneo haliruhusiwi kabisa"})
    page = told.content.decode()
    assert told.status_code == 409
    assert "Juma: Omba maelezo" in page
    assert "Eneo haliruhusiwi kabisa" in page
    assert Case.objects.get().stage == "more-information"
    # The first one's button pressed again is the same act, once.
    assert first.post(f"{address}tenda/", sent).status_code == 302
    assert Note.objects.filter(case=case, kind="request").count() == 1


def test_a_clock_makes_no_page_stale(case: Case, officer: Find) -> None:
    version, task = case.version, task_of(case)
    assert task.due_at is not None
    with clock.frozen(task.due_at + timedelta(minutes=1)):
        jobs.sweep_clocks()
        deciding.decide(
            actor=officer("mfano", "Juma"), task_id=task.id, version=version, act="forward", late_reason="Foleni"
        )
    assert Case.objects.get().stage == "reviews"


def test_escalation_tells_and_lets_reassign(
    case: Case, officer: Find, at_work: Enter, run_jobs: Callable[[], int]
) -> None:
    neema, juma, other = officer("mfano", "Neema"), officer("mfano", "Juma"), second(officer)
    identity.prove_phone(actor=neema, phone="0700 000 009")
    task = task_of(case)
    deciding.assign(actor=juma, task_id=task.id, to_person=juma.who)
    with refused("not_yours"):
        deciding.assign(actor=other, task_id=task.id, to_person=other.who)
    with refused("with_other"):
        decide(other, case, "forward")
    assert task.due_at is not None
    # No worker ran for days: the first sweep catches up.
    with clock.frozen(task.due_at + timedelta(days=3)):
        jobs.sweep_clocks()
        run_jobs()
        task.refresh_from_db()
        assert task.escalated_at is not None
        assert (Case.objects.get().stage, task.state, task.assignee_id) == ("check", "open", juma.who)
        assert "Umearifiwa" in at_work("mfano", "Neema").get("/ofisi/").content.decode()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM messaging_message WHERE person_id = %s", [neema.who])
            assert cursor.fetchone() == (1,)
        deciding.assign(actor=neema, task_id=task.id, to_person=other.who)
        jobs.sweep_clocks()
        run_jobs()
        decide(other, case, "forward", late_reason="Juma alikuwa likizo")
    assert Case.objects.get().stage == "reviews"


def test_a_holiday_moves_what_is_due_and_both_sides_are_told(
    case: Case, officer: Find, at_work: Enter, asha: Client, submitted: str, run_jobs: Callable[[], int]
) -> None:
    run_jobs()
    task, promise, version = task_of(case), case.promise_due_at, case.version
    assert task.due_at is not None
    assert promise is not None
    before, said = task.due_at, len(messaging.messages_of_case(case.id))
    day: date = task.due_at.date()
    institutions.announce_holiday(
        actor=officer("mfano", "Neema"), institution_id=case.institution_id, day=day,
        name={"sw": "Mapumziko", "en": "Day off"}, source="Tangazo",
    )  # fmt: skip
    run_jobs()
    case.refresh_from_db()
    task.refresh_from_db()
    assert case.promise_due_at is not None
    assert (task.moved_from, case.version) == (before, version)
    assert task.due_at > before
    assert task.due_at.date() > day
    assert case.promise_due_at > promise
    assert len(messaging.messages_of_case(case.id)) == said + 1
    assert "tarehe za ombi hili zimesogezwa" in asha.get(submitted).content.decode()
    assert "Siku ya mapumziko imesogeza mwisho" in at_work("mfano", "Juma").get("/ofisi/").content.decode()
    assert "Siku ya mapumziko imesogeza" in at_work("mfano", "Juma").get(f"/ofisi/ombi/{case.id}/").content.decode()


def test_a_grave_act_is_shown_before_it_is_done(case: Case, at_work: Enter) -> None:
    juma, address = at_work("mfano", "Juma"), f"/ofisi/ombi/{case.id}/"
    page = juma.get(address).content.decode()
    assert not re.search(r'name="act"[^>]*checked', page), "nothing is chosen for the officer"
    sent = {"task": task_of(case).id, "version": case.version, "act": "refuse", "text": ""}
    assert juma.post(f"{address}tenda/", sent).status_code == 400
    assert juma.post(f"{address}tenda/", {**sent, "act": ""}).status_code == 400
    sent["text"] = "Eneo haliruhusiwi"
    asked = juma.post(f"{address}tenda/", sent)
    assert asked.status_code == 200
    assert "Ombi litafungwa: limekataliwa" in asked.content.decode()
    assert "anaweza kukata rufaa hadi" in asked.content.decode()
    assert Case.objects.get().stage == "check"
    back = juma.post(f"{address}tenda/", {**sent, "sure": "1", "back": "1"})
    assert "Eneo haliruhusiwi" in back.content.decode()
    assert Case.objects.get().stage == "check"
    assert juma.post(f"{address}tenda/", {**sent, "sure": "1"}).status_code == 302
    assert (Case.objects.get().stage, Case.objects.get().outcome) == ("refused", "refused")
    assert Note.objects.get(case=case, kind="reason").text == "Eneo haliruhusiwi"


def test_each_look_is_journalled(case: Case, at_work: Enter) -> None:
    juma, address = at_work("mfano", "Juma"), f"/ofisi/ombi/{case.id}/"
    kept = Attachment.objects.get(case_id=case.id, field="lease")

    def looks() -> list[str]:
        entries = evidence.history(thing_kind="case", thing_id=case.id)
        return [one.body["after"]["what"] for one in entries if one.verb == "identity.look" and one.body]

    juma.get(address)
    assert looks() == ["case"]
    shown = juma.get(f"{address}?faili={kept.id}")
    assert f'<iframe src="{address}faili/{kept.id}/"' in shown.content.decode()
    assert "frame-src 'self'" in shown["Content-Security-Policy"]
    file = juma.get(f"{address}faili/{kept.id}/")
    assert looks() == ["case", "case", "file lease"]
    assert file["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in file["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in file["Content-Security-Policy"]
    assert file["X-Content-Type-Options"] == "nosniff"
    assert juma.get(f"{address}faili/{kept.id}/?pakua=1")["Content-Disposition"].startswith("attachment")
    Attachment.objects.filter(id=kept.id).update(scan="infected")
    assert juma.get(f"{address}faili/{kept.id}/").status_code == 404


def test_a_reviewer_elsewhere_sees_its_part_and_no_more(
    country: dict[str, UUID], officer: Find, at_work: Enter, asha: Client
) -> None:
    draft = begin(asha)
    fill(asha, draft, MEDICINE)
    assert asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"}).status_code == 302
    case = Case.objects.get()
    address, lease = f"/ofisi/ombi/{case.id}/", Attachment.objects.get(case_id=case.id, field="lease")
    police = at_work("polisi-mfano", "Rehema")
    assert police.get(address).status_code == 404
    decide(officer("mfano", "Juma"), case, "forward", message="Karibu")
    assert "Asha Juma" in police.get("/ofisi/").content.decode()
    assert "Asha Juma" in police.get("/ofisi/?q=asha").content.decode()
    page = police.get(address).content.decode()
    assert "Dawa za Asha" in page
    assert all(word not in page for word in ("Karibu", "Historia", "Mipango miji"))
    assert police.get(f"{address}faili/{lease.id}/").status_code == 200
    home = at_work("mfano", "Neema").get(address).content.decode()
    assert "Polisi ya Mfano" in home
    assert "Mdhibiti wa dawa" in home
    assert "Asha Juma" in at_work("mfano", "Neema").get("/ofisi/?v=away").content.decode()
    with pytest.raises(NotAllowedError):
        review(officer("mfano", "Neema"), case, "regulator")
    sent = {"task": task_of(case, "regulator").id, "version": case.version, "act": "pass", "text": ""}
    assert police.post(f"{address}tenda/", sent)["Location"] == "/ofisi/?done=1"
    assert police.get(address).status_code == 404
    assert police.get(f"{address}faili/{lease.id}/").status_code == 404
    assert "Asha Juma" not in police.get("/ofisi/?v=all").content.decode()
    assert Case.objects.get().stage == "reviews"


def test_the_outsider_gets_nothing_on_any_route(case: Case, at_work: Enter) -> None:
    baraka, address = at_work("jirani", "Baraka"), f"/ofisi/ombi/{case.id}/"
    task, lease = task_of(case), Attachment.objects.get(case_id=case.id, field="lease")
    for view in queries.VIEWS:
        for due in ("", *queries.DUES):
            assert "Asha" not in baraka.get(f"/ofisi/?v={view}&due={due}&q=").content.decode()
    for text in ("asha", case.reference, "0700000001"):
        assert f"{case.id}" not in baraka.get(f"/ofisi/?v=cases&q={text}").content.decode()
    assert baraka.get(address).status_code == 404
    assert baraka.get(f"{address}faili/{lease.id}/").status_code == 404
    given = {"task": task.id, "version": case.version, "act": "refuse", "text": "x", "sure": "1", "who": new_id()}
    for verb in ("tenda", "kabidhi", "chukua", "kando", "sababu"):
        assert baraka.post(f"{address}{verb}/", given).status_code == 404, verb
        assert baraka.post(f"{address}{verb}/", {"task": "si-namba"}).status_code == 404, verb
        assert Client().post(f"{address}{verb}/", given).status_code in (302, 403), verb
    task.refresh_from_db()
    assert (Case.objects.get().stage, task.assignee_id, task.late_reason) == ("check", None, "")


def test_the_databases_own_wall(case: Case, officer: Find) -> None:
    """With no view and no policy of ours between: the row-level policies alone."""
    for who, sees in (
        (officer("jirani", "Baraka"), 0),
        (officer("mfano", "Juma"), 1),
        (officer("mamlaka", "Zuhura"), 0),
    ):
        with tenancy.acting_as(principal_of(who)):
            assert Task.objects.count() == sees
            assert Case.objects.count() == sees
            assert Attachment.objects.count() == sees * 3
    with tenancy.acting_as(principal_of(officer("jirani", "Baraka"))):
        assert Task.objects.filter(case_id=case.id).update(late_reason="x") == 0


def more_tasks(case: Case, n: int) -> None:
    first = task_of(case)
    Task.objects.bulk_create(
        Task(
            id=new_id(), institution_id=first.institution_id, home_id=first.home_id, case=case, role=first.role,
            person_id=first.person_id, kind="task", stage="check", visit=100 + k, name=first.name,
            opened_at=first.opened_at, due_at=first.due_at, escalate_role=first.escalate_role,
        )
        for k in range(n)
    )  # fmt: skip


def queries_of(client: Client, address: str) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in seen.captured_queries if one["sql"].startswith(("SELECT", "INSERT", "UPDATE"))]


INBOX_QUERIES, CASE_QUERIES = 30, 60


def test_the_inbox_asks_the_same_for_one_row_and_for_a_page(case: Case, at_work: Enter, officer: Find) -> None:
    juma = at_work("mfano", "Juma")
    one, page_of_one = queries_of(juma, "/ofisi/?v=all"), queries_of(juma, f"/ofisi/ombi/{case.id}/")
    more_tasks(case, 40)
    many = queries_of(juma, "/ofisi/?v=all")
    assert len(many) == len(one) <= INBOX_QUERIES
    assert "page=2" in juma.get("/ofisi/?v=all").content.decode()
    assert "(41)" in juma.get("/ofisi/").content.decode()
    assert "Hakuna kazi inayolingana" in juma.get("/ofisi/?q=hayupo").content.decode()
    assert len(queries_of(juma, f"/ofisi/ombi/{case.id}/")) <= len(page_of_one) + 2 <= CASE_QUERIES
    # Under the row policies and with the tenant named, the index of open tasks serves the list.
    who, now = officer("mfano", "Juma"), clock.now()
    rows = queries.inbox(who, queries.Wanted(view="all"), around=queries.Around(), now=now, tomorrow=now)
    with tenancy.acting_as(principal_of(who)), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "task_open_by_due" in rows[:25].explain()


def test_late_ones_and_waiting_ones(case: Case, officer: Find, at_work: Enter) -> None:
    task, neema = task_of(case), at_work("mfano", "Neema")
    assert task.due_at is not None
    with clock.frozen(task.due_at + timedelta(hours=1)):
        head = at_work("mfano", "Neema").get("/ofisi/?v=all&due=late").content.decode()
    assert "Kazi 1 za ofisi zimechelewa bila sababu" in head
    assert "Asha Juma" in head
    decide(officer("mfano", "Juma"), case, "ask", message="Leta mkataba")
    waiting = neema.get("/ofisi/?due=waiting").content.decode()
    assert "Asha Juma" in waiting
    assert "Saa imesimama" in waiting
    assert "Asha Juma" in neema.get(f"/ofisi/?v=cases&q={case.reference[:8]} {case.reference[8:]}").content.decode()


def test_my_units_work(case: Case, officer: Find, at_work: Enter) -> None:
    """Juma's unit has a second officer: what she took is his unit's, and not his."""
    other, juma = second(officer), officer("mfano", "Juma")
    unit = next(one.unit_id for one in institutions.people_in(juma.workplace) if one.person_id == juma.who)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE institutions_appointment SET unit_id = %s WHERE id = %s", [unit, other.appointment_id])
    deciding.assign(actor=other, task_id=task_of(case).id, to_person=other.who)
    client = at_work("mfano", "Juma")
    assert "Asha Juma" in client.get("/ofisi/").content.decode()
    assert "Asha Juma" not in client.get("/ofisi/?v=mine").content.decode()
    assert "Asha Juma" not in at_work("mfano", "Salma").get("/ofisi/").content.decode()


def test_officers_own_questions(country: dict[str, UUID], at_work: Enter, asha: Client) -> None:
    """The street officer says how the residence was confirmed; what is missing is named and nothing typed is lost."""
    pages = {
        "person": {"full_name": "Asha Juma", "has_nin": "false", "born_on": "1990-01-01"},
        "home": {"place__text": "Sekei", "place": "", "street": "Mtaa wa Kati", "lived_years": "3"},
        "letter": {"office": "street", "purpose": "bank", "recipient": "Benki"},
    }
    draft = begin(asha, "/huduma/mfano/introduction-letter/")
    fill(asha, draft, pages)
    done = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert done.status_code == 302, re.sub(r"<[^>]+>|\\s+", " ", done.content.decode())[:1500]
    case = Case.objects.get()
    faraja, address = at_work("mfano", "Faraja"), f"/ofisi/ombi/{case.id}/"
    sent = {"task": task_of(case).id, "version": case.version, "act": "confirm", "text": "Namfahamu", "sure": "1"}
    told = faraja.post(f"{address}tenda/", sent)
    assert told.status_code == 400
    alert = re.search(r'role="alert".*?</div>', told.content.decode(), re.S)
    assert alert
    assert 'href="#f-known_by"' in alert[0], alert[0]
    assert "Namfahamu" in told.content.decode()
    assert faraja.post(f"{address}tenda/", {**sent, "known_by": "visit"}).status_code == 302
    assert Case.objects.get().state["answers"]["known_by"] == "visit"


def test_stale_is_told_by_the_action_too(case: Case, officer: Find) -> None:
    task, version = task_of(case), case.version
    decide(officer("mfano", "Juma"), case, "forward")
    with pytest.raises(StaleCaseError):
        deciding.decide(actor=second(officer), task_id=task.id, version=version, act="forward")
