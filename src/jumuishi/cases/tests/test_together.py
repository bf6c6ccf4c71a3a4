"""Two officers at the same moment, in transactions of their own: one act is done, the other is told, none is lost."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from jumuishi.cases import engine, jobs
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Task
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.cases.types import StaleCaseError
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy

pytestmark = [pytest.mark.database, pytest.mark.slow]


def at_once(*verbs: Any) -> list[Any]:
    """Each verb in a thread and a connection of its own, begun together; what each came to."""
    start, found = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(n: int) -> None:
        try:
            start.wait(10)
            verbs[n]()
            found[n] = "done"  # type: ignore[call-overload]  # one slot a thread
        except Exception as error:  # handed to the test
            found[n] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(verbs))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
        assert not one.is_alive(), "they wait for each other"
    return found


def test_one_act_is_done_and_the_other_is_told(world: Any, committed_db: None) -> None:
    asha = Client()
    draft = begin(asha)
    fill(asha, draft)
    assert asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"}).status_code == 302
    # The row policies read their principal at BEGIN: outside a transaction nobody sees a row.
    with transaction.atomic():
        case = Case.objects.get()
        task = Task.objects.get(case=case)
        people = {one.name: one for one in institutions.people_in(case.institution_id)}

    def officer(name: str) -> Actor:
        one = people[name]
        return Actor(ActorKind.OFFICER, one.person_id, case.institution_id, one.roles, one.appointment_id, name=name)

    juma = officer("Juma")
    other = replace(officer("Zawadi"), roles=frozenset({"trade-officer"}))

    def decides(who: Actor, act: str) -> Any:
        return lambda: deciding.decide(
            actor=who, task_id=task.id, version=case.version, act=act, message="Leta mkataba mpya"
        )

    found = at_once(decides(juma, "forward"), decides(other, "ask"))
    assert sorted(map(str, map(type, found))) == sorted([str(str), str(StaleCaseError)])
    with transaction.atomic():
        case.refresh_from_db()
        entries = evidence.history(thing_kind="case", thing_id=case.id)
    assert len(engine.state_of(case).deeds) == 1
    acts = [one for one in entries if one.verb == "cases.task.decide"]
    assert len(acts) == 1
    # The clock and an officer at the same moment wait for the case in the same order: neither is thrown out.
    if case.stage != "reviews":
        return
    with transaction.atomic():
        review = Task.objects.get(case=case, review="health")
    assert review.due_at is not None
    late, salma = review.due_at + clock.seconds(60), officer("Salma")

    def sweeps() -> None:
        with clock.frozen(late), tenancy.acting_as(tenancy.Principal.system()):
            jobs.sweep_clocks()

    def reviews() -> None:
        with clock.frozen(late):
            deciding.give_review(actor=salma, task_id=review.id, version=0, is_passed=True, late_reason="Foleni")

    assert at_once(sweeps, reviews, reviews) == ["done", "done", "done"]
    with transaction.atomic():
        case.refresh_from_db()
    assert [one.what for one in engine.state_of(case).deeds].count("health") == 1
