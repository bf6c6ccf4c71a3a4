"""The machine's clock jumps by hours, forwards or back: nothing waits for ever, nothing lives for ever, it is said."""

from datetime import timedelta
from typing import Any

import procrastinate
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import Client, override_settings
from procrastinate.jobs import Job

from jumuishi.evidence import public as evidence
from jumuishi.evidence.sequencer import sequence_once
from jumuishi.identity import codes, middleware, session, testing
from jumuishi.identity.models import Account
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, jobs, worker
from jumuishi.kernel.events import deliver
from jumuishi.kernel.ids import new_id
from jumuishi.messaging import models, public, sending

pytestmark = pytest.mark.database
PHONE = "+255700000001"


def act(verb: str = "project.clock.test") -> None:
    evidence.record(
        actor_ref=Actor.system().reference(),
        verb=verb,
        thing_kind="nothing",
        thing_id=new_id(),
        institution_id=None,
        person_id=None,
        before=None,
        after=None,
    )


def test_a_clock_that_went_back_is_told(db: None, client: Client) -> None:
    act()
    assert client.get("/healthz").content == b"ok\n"
    with clock.frozen(clock.now() + timedelta(hours=5)):
        act()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert b"warning: the clock went back: it is 1" in answer.content
    assert b"\njumuishi_clock_behind_seconds 1" in client.get("/metrics").content


def test_a_look_of_a_clock_that_was_ahead_gets_its_leaf_at_once(committed_db: None) -> None:
    with transaction.atomic():
        with clock.frozen(clock.now() + timedelta(hours=5)):
            act("project.clock.look")
        act("project.clock.look")
    assert sequence_once() == 1, "the one of this minute waits for its end"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert sequence_once() == 1


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_message_goes_out_whatever_the_clock_did_since_its_last_try(db: None, hours: int) -> None:
    with override_settings(JUMUISHI_SMS_GATEWAY="none"):
        message = public.send_sms(institution_id=None, person_id=None, to=PHONE, text="Habari", purpose="case")
        sending.send(message)
    with clock.frozen(clock.now() + timedelta(hours=hours)), override_settings(JUMUISHI_SMS_GATEWAY="outbox"):
        assert models.Message.objects.filter(sending.due_by_now(), state="queued").exists()
        sending.send(message)
    assert models.Message.objects.get(id=message).state == "sent"


def test_what_waits_for_tomorrow_is_not_taken_for_a_clock_astray(db: None) -> None:
    message = public.send_sms(institution_id=None, person_id=None, to=PHONE, text="Habari", purpose="case")
    tomorrow = clock.now() + timedelta(hours=9)
    models.Message.objects.filter(id=message).update(next_attempt_at=tomorrow, failure="limit of the day")
    assert not models.Message.objects.filter(sending.due_by_now(), id=message).exists()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> testing.SentCodes:
    found = testing.SentCodes([])
    monkeypatch.setattr(codes, "_sender", [found])
    return found


@pytest.mark.parametrize(("hours", "good"), [(0, True), (-3, False), (3, False)])
def test_a_code_lives_no_longer_for_a_clock_that_jumped(
    db: None, sent: testing.SentCodes, hours: int, good: bool
) -> None:
    assert codes.start_code(PHONE, "sign_in", "127.0.0.1")
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        assert codes.check_code(PHONE, "sign_in", sent.sent[-1][1], "127.0.0.1") is good


@pytest.mark.parametrize(("hours", "lasts"), [(0, True), (-30, False), (30, False)])
def test_an_officers_session_ends_when_nobody_knows_how_old_it_is(db: None, hours: int, lasts: bool) -> None:
    person, _ = testing.officer("Juma", "juma@mfano.example")
    request = HttpRequest()
    request.session = SessionStore()
    session.sign_in_account(request, Account.objects.get(person_id=person), "totp")
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        request.account = middleware._account(request)  # type: ignore[attr-defined]
        assert (request.account is not None) is lasts  # type: ignore[attr-defined]
        assert session.is_fresh(request) is lasts


def test_a_try_that_was_set_far_ahead_is_made_now(db: None) -> None:
    jobs.later(deliver, event="kernel.nothing", subscriber="nobody", payload={})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 1, scheduled_at = now() + interval '5 hours'")
        jobs.REGISTRY["kernel.jobs.sweep"].run.__wrapped__()  # type: ignore[attr-defined]
        cursor.execute("SELECT scheduled_at <= now() FROM procrastinate_jobs")
        assert cursor.fetchall() == [(True,)]


def decision(attempts: int) -> Any:
    job = Job(id=1, queue="work", lock=None, queueing_lock=None, task_name="x", attempts=attempts)
    return worker.Patience().get_retry_decision(exception=OSError(), job=job)


def test_who_was_away_for_a_day_is_asked_again_within_a_quarter_of_an_hour() -> None:
    waits, total = [], 0.0
    before = clock.now()
    while total < 86_400:
        found = decision(len(waits))
        assert isinstance(found, procrastinate.RetryDecision), "a job that waits for a day is not given up"
        waits.append((found.retry_at - before).total_seconds())
        total += waits[-1]
    assert waits[0] < 5
    assert max(waits) < 905
    assert decision(worker.MOST_ATTEMPTS) is None
