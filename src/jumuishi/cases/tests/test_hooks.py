"""Programs are told what happened to a case: signed, once, again while they are away, and to nobody else's address."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, get_args
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.cases.events import CaseMoved
from jumuishi.cases.models import Case
from jumuishi.cases.telling import moved
from jumuishi.cases.tests.conftest import FILES
from jumuishi.cases.tests.test_api import Api, answers, offering
from jumuishi.cases.tests.test_licence import act
from jumuishi.hooks import api, jobs, outgoing, rules
from jumuishi.hooks.models import Delivery, Hook
from jumuishi.hooks.types import TOPICS
from jumuishi.identity import clients, testing
from jumuishi.identity.session import new_token
from jumuishi.identity.types import Actor
from jumuishi.institutions.models import Institution
from jumuishi.kernel import clock

pytestmark = pytest.mark.slow
AtWork = Callable[[str, str], Client]
Officer = Callable[[str, str], Actor]
PHONE = "0700 000 001"
ALL, NEED = list(TOPICS), "hooks.need_https"


class Receiver:
    """A program that is told: what came, and what it answers."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.status, self.wait = 204, threading.Event()
        self.wait.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                outer.wait.wait(10)
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", "/another")
                self.end_headers()

            def log_message(self, *args: Any) -> None:  # noqa: ARG002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/taarifa?a=b"

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.came]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(settings, "HOOKS_LOOPBACK", True)
    found = Receiver()
    yield found
    found.wait.set()
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def app(country: dict[str, UUID]) -> Api:
    """An app of Asha's, with her token."""
    return Api(new_token(testing.citizen(PHONE, "Asha Juma").who))


def submit(app: Api) -> str:
    draft = f"/drafts/{app('post', '/drafts', {'offering': offering()}, status=201)['id']}"
    for page, given_ in answers().items():
        for field in FILES.get(page, []):
            assert app.attach(f"{draft}/files/{field}").status_code == 201
        app("put", f"{draft}/pages/{page}", {"answers": given_}, status=200)
    return str(app("post", f"{draft}/submit", {}, status=200)["case"])


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), said, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}" in headers["webhook-signature"].split(" ")


def test_the_topics_of_the_api_are_those_that_are_told() -> None:
    assert get_args(api.Topic) == TOPICS


def test_an_app_is_told_of_its_persons_case_signed_and_once(
    app: Api, receiver: Receiver, run_jobs: Callable[[], int], at_work: AtWork
) -> None:
    made = app("post", "/hooks", {"url": receiver.url, "topics": ALL}, status=201)
    case = submit(app)
    run_jobs()
    jobs.send()
    jobs.send()
    assert [one["type"] for one in receiver.said()] == ["case.moved", "case.submitted"]
    row = Case.objects.get()
    assert all(
        (one["data"]["case"], one["data"]["reference"], one["data"]["service"])
        == (case, row.reference, "business-licence")
        for one in receiver.said()
    )
    for headers, body in receiver.came:
        assert is_signed(headers, body, made["secret"])
        assert not is_signed(headers, body + b" ", made["secret"])
        assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
        assert headers["content-type"] == "application/json"
        # Nothing of the person: a notice passes through others' machines.
        assert not [one for one in ("Asha", "19000101", "700000001", "Mgahawa") if one in body.decode()]
    # The same fact heard twice is the same notice.
    moved(CaseMoved(row.id, row.institution_id, row.stage, row.version))
    jobs.send()
    assert len(receiver.came) == 2
    act(at_work("mfano", "Juma"), Case.objects.get(), "refuse", "Eneo haliruhusiwi")
    run_jobs()
    jobs.send()
    assert [(one["type"], one["data"].get("outcome")) for one in receiver.said()[2:]] == [
        ("case.ended", "refused"), ("case.moved", None),
    ]  # fmt: skip
    assert len({headers["webhook-id"] for headers, _ in receiver.came}) == 4
    shown = app("get", f"/hooks/{made['id']}/deliveries", status=200)
    assert (shown["total"], {one["state"] for one in shown["items"]}, shown["items"][0]["status"]) == (
        4, {"delivered"}, 204,
    )  # fmt: skip


def test_no_job_is_made_for_nobody(app: Api, receiver: Receiver, officer: Officer) -> None:
    """Programs of others, and one that wants something else, give a case of Asha's nothing to do."""
    other = Api(clients.issue_key(actor=officer("jirani", "Subira"), name="Rejesta").secret)
    baraka = Api(new_token(testing.citizen("0700 000 002", "Baraka").who))
    for one, topics in ((other, ALL), (baraka, ALL), (app, ["bill.paid"])):
        one("post", "/hooks", {"url": receiver.url, "topics": topics}, status=201)

    def to_tell() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args ->> 'event' FROM procrastinate_jobs WHERE args ->> 'subscriber' LIKE %s ORDER BY 1",
                ["jumuishi.cases.telling.%"],
            )
            return [event for (event,) in cursor.fetchall()]

    submit(app)
    assert to_tell() == []
    app("post", "/hooks", {"url": receiver.url, "topics": ["case.moved"]}, status=201)
    submit(app)
    assert to_tell() == ["cases.case.moved"]


def test_an_institutions_program_is_told_of_its_cases_by_its_key_and_baraka_of_none(
    app: Api, receiver: Receiver, officer: Officer, run_jobs: Callable[[], int]
) -> None:
    key = clients.issue_key(actor=officer("mfano", "Neema"), name="Rejesta").secret
    other = clients.issue_key(actor=officer("jirani", "Subira"), name="Rejesta").secret
    program, baraka = Api(key), Api(new_token(testing.citizen("0700 000 002", "Baraka").who))
    mine = program("post", "/hooks", {"url": receiver.url, "topics": ["case.submitted"]}, status=201)
    theirs = {
        one.token: one("post", "/hooks", {"url": receiver.url + "&jirani", "topics": ALL}, status=201)
        for one in (baraka, Api(other))
    }
    submit(app)
    run_jobs()
    jobs.send()
    assert [one["type"] for one in receiver.said()] == ["case.submitted"]
    assert is_signed(*receiver.came[0], mine["secret"])
    assert not any(is_signed(*receiver.came[0], one["secret"]) for one in theirs.values())
    told = program("get", f"/hooks/{mine['id']}/deliveries", status=200)["items"][0]
    for outsider in (baraka, Api(other), app, Api("")):
        expected = 404 if outsider.token else 401
        at = f"/hooks/{mine['id']}"
        for method, path in (
            ("get", at), ("delete", at), ("post", f"{at}/secret"), ("post", f"{at}/test"), ("get", f"{at}/deliveries"),
            ("post", f"{at}/deliveries/{told['id']}/resend"),
        ):  # fmt: skip
            assert outsider(method, path).status_code == expected, (method, path)
        if outsider.token:
            assert mine["id"] not in [one["id"] for one in outsider("get", "/hooks", status=200)["items"]]
    # A notice of one's own hook under another's hook is none.
    own = app("post", "/hooks", {"url": receiver.url, "topics": ALL}, status=201)["id"]
    assert app("post", f"/hooks/{own}/deliveries/{told['id']}/resend").status_code == 404
    assert Hook.objects.get(id=mine["id"]).ended_at is None
    Institution.objects.filter(id=Hook.objects.get(id=mine["id"]).institution_id).update(
        state=Institution.State.SUSPENDED
    )
    assert program("post", "/hooks", {"url": receiver.url, "topics": ALL}).status_code == 422


def test_while_it_is_away_it_is_left_alone_and_told_all_once_it_is_back(
    app: Api, receiver: Receiver, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = app("post", "/hooks", {"url": receiver.url, "topics": ALL}, status=201)["id"]
    receiver.status = 503
    submit(app)
    run_jobs()
    now = clock.now()
    jobs.send()
    jobs.send()
    assert len(receiver.came) == 1, "two notices wait, one knock"
    shown = app("get", f"/hooks/{hook}", status=200)
    assert shown["waiting"] == 2
    assert "rest_until" in shown
    # A day away: it is asked now and then, not once for each notice.
    at = now
    while at < now + timedelta(hours=24):
        at += timedelta(minutes=5)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        jobs.send()
    assert 24 < len(receiver.came) < 100
    receiver.status = 200
    before = len(receiver.came)
    for _ in range(13):
        at += timedelta(minutes=5)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        jobs.send()
    assert len(receiver.came) == before + 2
    shown = app("get", f"/hooks/{hook}", status=200)
    assert (shown["waiting"], shown["dead"], shown.get("rest_until")) == (0, 0, None)
    newest = receiver.came[-1]
    assert int(newest[0]["webhook-timestamp"]) >= int((now + timedelta(hours=24)).timestamp())


def test_after_three_days_it_is_dead_and_its_owner_sends_it_again(
    app: Api, receiver: Receiver, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = app("post", "/hooks", {"url": receiver.url, "topics": ["case.submitted"]}, status=201)["id"]
    receiver.status = 410
    submit(app)
    run_jobs()
    jobs.send()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=73))
    app.token = new_token(testing.citizen(PHONE).who)
    jobs.send()
    assert len(receiver.came) == 1
    dead = app("get", f"/hooks/{hook}/deliveries?state=dead", status=200)["items"]
    assert [(one["topic"], one["status"], one["attempts"]) for one in dead] == [("case.submitted", 410, 1)]
    receiver.status = 200
    again = app("post", f"/hooks/{hook}/deliveries/{dead[0]['id']}/resend", status=202)
    assert again["state"] == "waiting"
    jobs.send()
    assert [headers["webhook-id"] for headers, _ in receiver.came] == [dead[0]["id"]] * 2
    assert receiver.came[0][1] == receiver.came[1][1] == dead[0]["body"].encode()
    # Kept for a month and no longer.
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    jobs.forget()
    assert not Delivery.objects.exists()
    assert Hook.objects.count() == 1


def test_a_changed_secret_signs_beside_the_old_one_for_a_day(
    app: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_ = {"url": receiver.url, "topics": ALL}
    first = app("post", "/hooks", given_, status=201, **{"Idempotency-Key": "a"})
    assert app("post", "/hooks", given_, status=201, **{"Idempotency-Key": "a"}) == first
    assert app("post", "/hooks", given_ | {"topics": ALL[:1]}, **{"Idempotency-Key": "a"}).status_code == 409
    at = f"/hooks/{first['id']}"
    second = app("post", f"{at}/secret", status=200, **{"Idempotency-Key": "b"})
    assert app("post", f"{at}/secret", status=200, **{"Idempotency-Key": "b"}) == second
    assert second["secret"] != first["secret"]
    ping = app("post", f"{at}/test", status=202, **{"Idempotency-Key": "c"})
    assert app("post", f"{at}/test", status=202, **{"Idempotency-Key": "c"})["id"] == ping["id"]
    jobs.send()
    assert [json.loads(body)["type"] for _, body in receiver.came] == ["ping"]
    assert [is_signed(*receiver.came[0], one["secret"]) for one in (first, second)] == [True, True]
    row = Hook.objects.get()
    raw = base64.b64decode(second["secret"].removeprefix("whsec_"))
    assert raw not in bytes(row.secret), "sealed at rest"
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=25))
    app.token = new_token(testing.citizen(PHONE).who)
    app("post", f"{at}/test", status=202)
    jobs.send()
    assert [is_signed(*receiver.came[1], one["secret"]) for one in (first, second)] == [False, True]
    assert app("delete", at).status_code == 204
    assert app("delete", at).status_code == 404
    assert app("get", "/hooks", status=200)["items"] == []
    assert not Delivery.objects.exists()


def test_an_address_of_our_own_network_is_not_asked_whatever_its_name_stands_for(
    app: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = app("post", "/hooks", {"url": receiver.url, "topics": ALL}, status=201)["id"]
    monkeypatch.setattr(settings, "HOOKS_LOOPBACK", False)
    for url in (receiver.url, "http://127.0.0.1:1/", "https://169.254.169.254/", "https://10.0.0.1/"):
        assert app("post", "/hooks", {"url": url, "topics": ALL}).json()["errors"][0]["field"] == "url"
    # A name that stood for a public address when it was given, and for this machine now.
    Hook.objects.update(url=receiver.url.replace("127.0.0.1", "localhost"))
    app("post", f"/hooks/{hook}/test", status=202)
    jobs.send()
    assert receiver.came == []
    assert Delivery.objects.get().failure == "inside"


def test_no_redirect_is_followed_and_nobody_keeps_us_long(
    app: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = app("post", "/hooks", {"url": receiver.url, "topics": ALL}, status=201)["id"]
    receiver.status = 302
    app("post", f"/hooks/{hook}/test", status=202)
    jobs.send()
    assert (len(receiver.came), Delivery.objects.get().status, Delivery.objects.get().state) == (1, 302, "waiting")
    monkeypatch.setattr(outgoing, "LONGEST", 0.2)
    receiver.wait.clear()
    app("post", f"/hooks/{hook}/test", status=202)
    Delivery.objects.filter(status=302).delete()
    jobs.send()
    assert Delivery.objects.get().failure == "timeout"
    # A certificate is asked for where https is said.
    Hook.objects.update(url=receiver.url.replace("http:", "https:"), rest_until=None)
    Delivery.objects.update(next_at=clock.now())
    receiver.wait.set()
    monkeypatch.setattr(outgoing, "LONGEST", 5.0)
    jobs.send()
    assert Delivery.objects.get().failure == "ConnectError"


def test_one_that_hangs_keeps_no_other_waiting(app: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Receiver()
    slow.wait.clear()
    monkeypatch.setattr(outgoing, "LONGEST", 0.5)
    for url in (slow.url, receiver.url):
        hook = app("post", "/hooks", {"url": url, "topics": ALL}, status=201)["id"]
        for _ in range(3):
            app("post", f"/hooks/{hook}/test", status=202)
    jobs.send()
    slow.wait.set()
    slow.server.shutdown()
    assert (len(slow.came), len(receiver.came)) == (1, 3)


def test_what_is_asked_wrongly_is_said(app: Api, country: dict[str, UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://programu.example/"
    assert app("post", "/hooks", {"url": url, "topics": []}).status_code == 422
    assert app("post", "/hooks", {"url": url, "topics": ["case.read"]}).status_code == 422
    assert app("post", "/hooks", {"url": "http://programu.example/", "topics": ALL}).json()["code"] == NEED
    begun = Api("")("post", "/drafts", {"offering": offering()}, status=201)
    told = Api(begun["guest"]["token"])("post", "/hooks", {"url": url, "topics": ALL})
    assert (told.status_code, told.json()["code"]) == (422, "hooks.need_phone")
    for _ in range(10):
        app("post", "/hooks", {"url": url, "topics": ALL}, status=201)
    assert app("post", "/hooks", {"url": url, "topics": ALL}).json()["code"] == "hooks.too_many"


def test_the_pages_show_make_test_resend_and_end(
    country: dict[str, UUID], at_work: AtWork, receiver: Receiver, asha: Client
) -> None:
    neema, page = at_work("mfano", "Neema"), "/ofisi/taarifa-api/"
    assert "Hakuna programu inayopewa taarifa bado." in neema.get(page).content.decode()
    wrong = neema.post(page, {"url": "http://10.0.0.1/", "topics": ALL})
    assert (wrong.status_code, b"https://" in wrong.content, b"10.0.0.1" in wrong.content) == (422, True, True)
    assert neema.post(page, {"url": receiver.url}).status_code == 422
    given_ = {"url": receiver.url, "topics": ALL, "once": "x"}
    made = neema.post(page, given_)
    assert (b"whsec_" in made.content, made["Cache-Control"]) == (True, "no-store")
    neema.post(page, given_)
    assert Hook.objects.count() == 1, "sent twice is once"
    assert b"whsec_" not in neema.get(page).content
    one = f"{page}{Hook.objects.get().id}/"
    assert neema.post(one, {"do": "test"}).status_code == 302
    receiver.status = 500
    jobs.send()
    shown = neema.get(one).content.decode()
    assert "500" in shown
    assert "Inasubiri" in shown
    receiver.status = 200
    delivery = Delivery.objects.get()
    assert neema.post(one, {"do": "resend", "delivery": str(delivery.id)}).status_code == 302
    assert neema.post(one, {"do": "resend", "delivery": "x"}).status_code == 422
    jobs.send()
    assert "Imefika" in neema.get(f"{one}?hali=delivered").content.decode()
    assert "Hakuna taarifa." in neema.get(f"{one}?hali=dead").content.decode()
    assert "whsec_" in neema.post(one, {"do": "rotate"}).content.decode()
    juma, baraka = at_work("mfano", "Juma"), at_work("jirani", "Baraka")
    testing.sign_in(asha, testing.citizen(PHONE, "Asha Juma"))
    subira = at_work("jirani", "Subira")
    for outsider in (juma, baraka):
        assert [outsider.get(page).status_code, outsider.get(one).status_code] == [403, 403]
    assert [subira.get(one).status_code, subira.post(one, {"do": "end"}).status_code] == [404, 404]
    assert asha.get(f"/mimi/programu/{Hook.objects.get().id}/").status_code == 404
    assert Client().get("/mimi/programu/").status_code == 302
    assert Hook.objects.get().ended_at is None
    assert b"whsec_" in asha.post("/mimi/programu/", given_).content
    assert receiver.url.split("?")[0] in asha.get("/mimi/programu/").content.decode()
    assert neema.post(one, {"do": "end"}).status_code == 302
    assert neema.get(one).status_code == 404


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=80))
def test_no_wait_is_without_end(failures: int, attempts: int) -> None:
    assert timedelta(0) < rules.rest_after(failures) <= rules.LONGEST_REST
    assert timedelta(0) < rules.wait_after(attempts) <= rules.LONGEST_WAIT
