"""Figures: counted by route and status, read from the database as they stand, shown to nobody beyond this machine."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from jumuishi.evidence import public as evidence
from jumuishi.evidence import store
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.events import deliver
from jumuishi.kernel.ids import new_id
from jumuishi.messaging import public as messaging
from jumuishi.messaging.circuit import Circuits
from jumuishi.project import health, metrics

pytestmark = pytest.mark.database


def read(client: Client, **headers: str) -> dict[str, float]:
    answer = client.get("/metrics", **headers)  # type: ignore[arg-type]  # names of the WSGI environment
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_requests_are_counted_under_their_route_and_status(db: None, client: Client) -> None:
    ok = 'jumuishi_requests_total{method="GET",route="/healthz",status="200"}'
    none = 'jumuishi_requests_total{method="GET",route="none",status="404"}'
    before = read(client)
    for _ in range(3):
        assert client.get("/healthz").content == b"ok\n"
    client.get(f"/haipo/{new_id()}/")
    after = read(client)
    assert after[ok] - before.get(ok, 0) == 3
    assert after[none] - before.get(none, 0) == 1
    timed = 'jumuishi_request_seconds_count{route="/healthz"}'
    assert after[timed] - before.get(timed, 0) == 3


def test_no_figure_names_a_persons_case(db: None, client: Client) -> None:
    client.get(f"/maombi/{new_id()}/")
    text = client.get("/metrics").content.decode()
    assert 'route="/maombi/<uuid:case_id>/"' in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)


def test_what_waits_is_what_stands_in_the_database(db: None, client: Client) -> None:
    before = read(client)
    jobs.later(deliver, event="kernel.nothing", subscriber="nobody", payload={})
    evidence.record(
        actor_ref=Actor.system().reference(),
        verb="project.metrics.test",
        thing_kind="nothing",
        thing_id=new_id(),
        institution_id=None,
        person_id=None,
        before=None,
        after=None,
    )
    after = read(client)
    assert after['jumuishi_jobs{state="todo"}'] - before['jumuishi_jobs{state="todo"}'] == 1
    assert after["jumuishi_log_unsequenced"] - before["jumuishi_log_unsequenced"] == 1
    assert after["jumuishi_database_up"] == 1


def test_a_reached_cap_is_the_operators_figure(db: None, client: Client) -> None:
    name = 'jumuishi_limits_refused_today{limit="code.block_day"}'
    assert read(client)[name] == 0
    identity.note_refusal("code.block_day")
    assert read(client)[name] == 1


@pytest.mark.parametrize("given", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}])
def test_nobody_beyond_this_machine_reads_them(db: None, client: Client, given: dict[str, str]) -> None:
    assert client.get("/metrics", **given).status_code == 404  # type: ignore[arg-type]


def test_with_a_token_only_its_holder_reads_them(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUMUISHI_METRICS_TOKEN", "neno-refu")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer neno-fupi").status_code == 404
    assert read(client, HTTP_AUTHORIZATION="Bearer neno-refu", REMOTE_ADDR="192.0.2.7")["jumuishi_database_up"] == 1


class _Gone:
    def __getattr__(self, name: str = "") -> Callable[..., object]:
        raise OperationalError("gone")


def test_without_a_database_it_is_alive_and_says_that_it_is_not_ready(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health.evidence, "latest_at", _Gone().__getattr__)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")
    monkeypatch.setattr(metrics.jobs, "waiting", _Gone().__getattr__)
    assert read(client)["jumuishi_database_up"] == 0


def test_how_far_the_witnesses_are_behind(db: None, client: Client, tmp_path: Path) -> None:
    policy = tmp_path / "witnesses.policy"
    name = "jumuishi_log_cosigned_behind_seconds"
    with override_settings(EVIDENCE_POLICY=policy, EVIDENCE_MIRROR_DIR=tmp_path / "mirror"):
        with tenancy.acting_as(tenancy.Principal.system()):
            store.open_epoch(1, size=0, previous="", reason="first")
            store.add_checkpoint(1, "mfano.example/evidence", 1, bytes(32))
        now = clock.now()
        with clock.frozen(now + timedelta(hours=1)):
            assert read(client)[name] == 0
            assert client.get("/healthz").content == b"ok\n"
            policy.write_text("quorum w1\n")
            figures = read(client)
            assert 3590 < figures[name] < 3610
            assert "jumuishi_log_cosigned_age_seconds" not in figures
            assert b"line 1 of the policy" in client.get("/healthz").content
            assert b"no quorum of witnesses has cosigned the log for 36" in client.get("/healthz").content


def test_how_sms_stands(db: None, client: Client) -> None:
    with override_settings(JUMUISHI_SMS_GATEWAY="mgov,africastalking"):
        up = [read(client)[f'jumuishi_sms_gateway_up{{gateway="{name}"}}'] for name in ("mgov", "africastalking")]
        assert up == [1, 1]
        Circuits(["mgov"]).fell("mgov", "HTTP 503")
        assert read(client)['jumuishi_sms_gateway_up{gateway="mgov"}'] == 0
        before = read(client)["jumuishi_sms_waiting"]
        messaging.send_sms(institution_id=None, person_id=None, to="+255700000001", text="Habari", purpose="case")
        assert read(client)["jumuishi_sms_waiting"] == before + 1
