"""Every answer of the house, a page, a file, a refusal or a fault, keeps strangers' scripts, frames and caches out."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import get_resolver

from journeys.places import places
from jumuishi.identity import testing
from jumuishi.project.tests.scene import Scene
from jumuishi.project.tests.test_fitness_doors import views

pytestmark = [pytest.mark.database, pytest.mark.slow]
# Script and style in the page itself: a strict policy would stop ours, and a loose one would not stop others'.
INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>|<style[ >]|\sstyle=\"|\son[a-z]+=\"|javascript:", re.IGNORECASE)
# The stand-alone verifier is one file by design; its policy names the hash of its own script and style.
FORM = "application/x-www-form-urlencoded"
ONE_FILE = "/hakiki/nje.html"


def guarded(answer: Any, path: str) -> Iterator[str]:
    """What an answer lacks."""
    said = answer.headers
    policy = {one.split()[0]: one.split()[1:] for one in said.get("Content-Security-Policy", "").split(";") if one}
    if policy.get("default-src") != ["'none'"]:
        yield f"{path}: default-src {policy.get('default-src')}"
    for part in ("script-src", "style-src", "object-src", "base-uri", "form-action", "frame-ancestors"):
        allowed = policy.get(part, [])
        if {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:"} & set(allowed):
            yield f"{path}: {part} {allowed}"
    if policy.get("base-uri") != ["'none'"] or policy.get("frame-ancestors") not in (["'none'"], ["'self'"]):
        yield f"{path}: base-uri and frame-ancestors"
    for name, wanted in (
        ("X-Content-Type-Options", {"nosniff"}), ("X-Frame-Options", {"DENY", "SAMEORIGIN"}),
        ("Referrer-Policy", {"same-origin", "no-referrer"}), ("Cross-Origin-Opener-Policy", {"same-origin"}),
        ("Strict-Transport-Security", {"max-age=31536000"}),
    ):  # fmt: skip
        if said.get(name) not in wanted:
            yield f"{path}: {name} {said.get(name)}"
    if "Server" in said or "X-Powered-By" in said:
        yield f"{path}: says what it runs on"


@pytest.fixture
def scene(world: Any, db: None, run_jobs: Callable[[], int]) -> Scene:
    return Scene(run_jobs)


@override_settings(SECURE_HSTS_SECONDS=31_536_000)
def test_every_answer_is_guarded(scene: Scene) -> None:
    found, _ = places(scene)
    wrong: list[str] = []
    for place in found:
        client = Client()
        if place.session:
            client.cookies["sessionid"] = place.session
        answer = client.get(place.path, secure=True)
        assert answer.status_code == 200, place.path
        wrong += guarded(answer, place.route)
        inline = INLINE.search(answer.content)
        if inline and place.path != ONE_FILE:
            wrong.append(f"{place.route}: {inline[0]!r}")
        kept = answer.headers.get("Cache-Control", "")
        if place.session and "no-store" not in kept:
            wrong.append(f"{place.route}: a page of somebody's is cached: {kept!r}")
    assert not wrong, "\n".join(wrong)
    assert len(found) > 45


@override_settings(SECURE_HSTS_SECONDS=31_536_000)
def test_refusals_and_faults_are_guarded_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    client, strict = Client(raise_request_exception=False), Client(enforce_csrf_checks=True)
    juma = scene.at_work("mfano", "Juma")
    wrong: list[str] = []
    seen = set()

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("siri ya ndani")

    for asked, status in (
        (lambda: client.get("/haipo/", secure=True), 404),
        (lambda: client.get("/api/v1/haipo", secure=True), 404),
        (lambda: client.get("/healthz", secure=True), 200),
        (lambda: client.get("/keys.json", secure=True), 200),
        (lambda: client.get("/api/v1/services", secure=True), 200),
        (lambda: client.get("/api/v1/cases", secure=True), 401),
        (lambda: client.get("/ofisi/", secure=True), 302),
        (lambda: juma.get("/ofisi/funguo/", secure=True), 403),
        (lambda: client.get("/toka/", secure=True), 405),
        (lambda: strict.post("/ingia/", secure=True), 403),
        (lambda: client.get("/", secure=True, headers={"host": "evil.example"}), 400),
        (lambda: client.post("/ingia/", b"phone=1", content_type=f"{FORM}; charset=utf-7", secure=True), 400),
        (lambda: client.post("/payments/gepg/", b"<x/>", content_type="text/xml", secure=True), 400),
    ):  # fmt: skip
        answer = asked()
        assert answer.status_code == status, (answer.request["PATH_INFO"], answer.status_code)
        seen.add(answer.status_code)
        wrong += guarded(answer, f"{answer.request['PATH_INFO']} {answer.status_code}")
    strict.get("/ingia/")
    answer = strict.post("/ingia/", b"csrfmiddlewaretoken=x", content_type=f"{FORM}; charset=utf-7")
    assert answer.status_code == 400
    assert "Hatukuweza kusoma" in answer.content.decode()
    monkeypatch.setattr("jumuishi.identity.web.citizen.render", broken)
    answer = client.get("/ingia/", secure=True)
    assert answer.status_code == 500
    assert b"siri" not in answer.content
    wrong += guarded(answer, "a fault")
    assert {200, 302, 400, 401, 403, 404, 405} <= seen
    assert not wrong, "\n".join(wrong)


def test_files_come_as_files(scene: Scene) -> None:
    """What people handed in and what we made is saved or shown in a frame, under its own name, as no page of ours."""
    found, looked = [], []
    for route, _ in views(get_resolver().url_patterns):
        if route.endswith((".csv", ".xlsx")):
            answer = scene.at_work("mfano", "Amani").get(f"/{route}")
            looked.append(route)
            if answer.status_code == 200 and "attachment" not in answer.headers.get("Content-Disposition", ""):
                found.append(route)
    assert not found
    assert looked


def test_no_page_of_ours_leads_elsewhere(scene: Scene) -> None:
    """An address to go back to is an address of this house."""
    for n, bad in enumerate((
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "http:evil.example", "/\t/evil.example", "https:/evil.example", "///evil.example", "/%0d%0aSet-Cookie:x=1",
    )):  # fmt: skip
        client = Client()
        testing.sign_in(client, testing.citizen(f"0700 000 1{n:02}"))
        told = client.post("/ingia/", {"phone": f"0700 000 2{n:02}", "next": bad})
        assert told.status_code == 302
        sent = client.get(f"/demo/outbox.json?to=07000002{n:02}").json()["messages"]
        code = re.search(r"\d{6}", sent[-1]["text"])
        assert code
        led = client.post("/ingia/msimbo/", {"code": code[0]})
        assert led.status_code == 302
        assert re.fullmatch(r"/[^/\\\s][^\\\s]*", led["Location"]), (bad, led["Location"])
        assert not led["Location"].startswith("//")
