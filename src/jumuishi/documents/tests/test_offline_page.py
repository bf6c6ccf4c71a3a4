"""The verifier page in a real browser, from a file, with no network: it says what the command says."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import base45
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from jumuishi.documents import code, lists
from jumuishi.documents.offline import build
from jumuishi.documents.rendering import paper
from jumuishi.documents.tests.test_code import KID, World
from jumuishi.documents.types import Code, DocumentState

CHROMIUM = os.environ.get("JUMUISHI_CHROMIUM", "/usr/bin/chromium")
TODAY = datetime.now(UTC).replace(microsecond=0)


def test_it_is_light_and_keeps_its_own_policy() -> None:
    page = build.page()
    assert build.weight(page) <= 60 * 1024, build.weight(page)
    assert "@@" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "unsafe" not in build.policy()


@pytest.fixture(scope="module")
def world() -> World:
    root, key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    issuer = "k9FvbcBNRsadVAszT2A7Ug"
    claims = {"holder": "Asha Juma", "business": "Mgahawa wa Asha"}
    carried = Code(issuer, "1012345678901234", "licence", "Leseni", TODAY.date(), None, claims)
    public = key.public_key().public_bytes_raw()
    name = {"sw": "Halmashauri", "en": "Council"}
    published = lists.PublishedKey(
        KID, issuer, name, public, b"", TODAY - timedelta(days=60), TODAY + timedelta(days=700)
    )
    return World(root, key, carried, code.sign(carried, KID, key), published)


def keys_of(world: World, at: datetime = TODAY) -> str:
    return json.dumps(lists.write_keys([world.published], authority=b"", root=world.root, at=at))


def revoked_of(world: World, *numbers: str, at: datetime = TODAY) -> str:
    entries = [lists.Revocation(number, TODAY, DocumentState.REVOKED) for number in numbers]
    return json.dumps(lists.write_revoked(entries, root=world.root, at=at))


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(play: Playwright) -> Iterator[Any]:
    running = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield running
    running.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    contexts = []

    def show(html: str, *before: str) -> Page:
        file = tmp_path / "nje.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(offline=True)
        contexts.append(context)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        for script in before:
            page.add_init_script(script)
        page.goto(f"file://{file}")
        return page

    yield show
    for context in contexts:
        context.close()


def verdict(page: Page, text: str) -> str:
    return str(page.evaluate("text => jumuishi.verify(text).then(found => found.result)", text))


NO_WEBCRYPTO = "Object.defineProperty(window, 'crypto', {value: {}})"


@pytest.mark.browser
@pytest.mark.parametrize("before", ["", NO_WEBCRYPTO])
def test_verdicts(opened: Any, world: World, before: str) -> None:
    page = opened(build.with_lists(build.page(), keys_of(world), revoked_of(world, "1000000000000001")), before)
    page.wait_for_selector("#state[data-keys^='2']")
    old = Code(**{**vars(world.carried), "issued_on": (TODAY - timedelta(days=9)).date()})
    expired = Code(**{**vars(old), "expires_on": (TODAY - timedelta(days=3)).date()})
    gone = Code(**{**vars(old), "number": "1000000000000001"})
    assert verdict(page, world.text) == "genuine"
    assert verdict(page, code.sign(expired, KID, world.key)) == "expired"
    assert verdict(page, code.sign(gone, KID, world.key)) == "revoked"
    assert verdict(page, code.sign(old, b"87654321", world.key)) == "unknown_key"
    assert verdict(page, code.sign(old, KID, Ed25519PrivateKey.generate())) == "altered"
    assert verdict(page, "JM1:") == "altered"


@pytest.mark.browser
def test_a_keys_first_and_last_day_are_those_of_any_zone(opened: Any, world: World) -> None:
    noon = datetime.combine(world.carried.issued_on, time(12), UTC)
    for change, said in (
        ({"not_before": noon + timedelta(hours=23)}, "genuine"),
        ({"not_before": noon + timedelta(hours=25)}, "altered"),
        ({"not_after": noon - timedelta(hours=25)}, "genuine"),
        ({"not_after": noon - timedelta(hours=27)}, "altered"),
    ):
        held = lists.write_keys([replace(world.published, **change)], authority=b"", root=world.root, at=TODAY)
        page = opened(build.with_lists(build.page(), json.dumps(held), revoked_of(world)))
        page.wait_for_selector("#state[data-keys^='2']")
        assert verdict(page, world.text) == said, change


@pytest.mark.browser
def test_a_suspension_is_told_and_ends_with_its_last_day(opened: Any, world: World) -> None:
    yesterday, today = TODAY.date() - timedelta(days=1), TODAY.date()
    for until, said in ((None, "suspended"), (today + timedelta(days=1), "suspended"), (yesterday, "genuine")):
        stopped = lists.Revocation(world.carried.number, TODAY - timedelta(days=2), DocumentState.SUSPENDED, until)
        held = json.dumps(lists.write_revoked([stopped], root=world.root, at=TODAY))
        page = opened(build.with_lists(build.page(), keys_of(world), held))
        page.wait_for_selector("#state[data-revoked^='2']")
        assert verdict(page, world.text) == said
        page.evaluate("text => jumuishi.verify(text).then(jumuishi.show)", world.text)
        assert ("IMESIMAMISHWA" in page.inner_text("#answer")) is (said == "suspended")


@pytest.mark.browser
def test_every_flipped_bit_is_caught_in_the_browser(opened: Any, world: World) -> None:
    page = opened(build.with_lists(build.page(), keys_of(world), revoked_of(world)))
    page.wait_for_selector("#state[data-keys^='2']")
    raw = base45.b45decode(world.text.removeprefix(code.PREFIX))
    texts = []
    for place in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << (place % 8)
        texts.append(code.PREFIX + base45.b45encode(bytes(flipped)).decode())
    found = page.evaluate("all => Promise.all(all.map(text => jumuishi.verify(text).then(one => one.result)))", texts)
    assert set(found) <= {"altered", "unknown_key"}


@pytest.mark.browser
def test_lists_come_from_files_and_old_ones_are_said_to_be_old(opened: Any, world: World, tmp_path: Path) -> None:
    page = opened(build.page())
    assert verdict(page, world.text) == "no_keys"
    long_ago = TODAY - lists.REVOKED_MAX_AGE - timedelta(days=1)
    for name, text in (("keys", keys_of(world)), ("revoked", revoked_of(world, at=long_ago))):
        (tmp_path / f"{name}.json").write_text(text)
        page.set_input_files(f"#{name}", tmp_path / f"{name}.json")
        page.wait_for_selector(f"#state[data-{name}^='2']")
    page.fill("#text", world.text)
    page.click("#go")
    page.wait_for_selector("#answer[data-result=stale]")
    assert "HAIKUTHIBITIKA" in page.inner_text("#answer")
    other = Ed25519PrivateKey.generate()
    (tmp_path / "other.json").write_text(json.dumps(lists.write_revoked([], root=other, at=TODAY)))
    page.set_input_files("#revoked", tmp_path / "other.json")
    page.wait_for_selector("#answer[data-result=bad_list]")


@pytest.mark.browser
def test_a_picture_is_read(opened: Any, world: World, tmp_path: Path) -> None:
    page = opened(build.with_lists(build.page(), keys_of(world), revoked_of(world)))
    page.wait_for_selector("#state[data-keys^='2']")
    (tmp_path / "qr.png").write_bytes(paper.qr_png(world.text))
    page.set_input_files("#picture", tmp_path / "qr.png")
    page.wait_for_selector("#answer[data-result=genuine]")
    words = page.inner_text("#answer")
    assert "HALALI" in words
    assert "Mgahawa wa Asha" in words
    assert "1012 3456 7890 1234" in words


def film(picture: bytes, file: Path) -> None:
    """A camera's film of a picture, as Chromium plays it: Y4M, the code a little off the middle."""
    frame = Image.new("L", (640, 480), 190)
    frame.paste(Image.open(BytesIO(picture)).convert("L").resize((400, 400)), (150, 30))
    grey = bytes([128]) * (320 * 240 * 2)
    file.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 5 * (b"FRAME\n" + frame.tobytes() + grey))


@pytest.mark.browser
def test_the_camera_reads_it(play: Playwright, world: World, tmp_path: Path) -> None:
    film(paper.qr_png(world.text), tmp_path / "film.y4m")
    (tmp_path / "nje.html").write_text(build.with_lists(build.page(), keys_of(world), revoked_of(world)))
    eyes = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    running = play.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", *eyes, f"--use-file-for-fake-video-capture={tmp_path}/film.y4m"]
    )
    try:
        page = running.new_context(offline=True).new_page()
        page.goto(f"file://{tmp_path}/nje.html")
        page.click("#camera")
        page.wait_for_selector("#answer[data-result=genuine]")
        # The camera is let go of as soon as it has read.
        assert page.evaluate("document.getElementById('video').srcObject") is None
        assert page.is_hidden("#video")
    finally:
        running.close()


@pytest.mark.browser
def test_it_says_how_old_its_lists_are_and_is_not_fooled_by_the_clock(opened: Any, world: World) -> None:
    old = TODAY - timedelta(days=12)
    page = opened(build.with_lists(build.page(), keys_of(world, at=old), revoked_of(world, at=old)))
    page.wait_for_selector("#state[data-keys^='2']")
    state = page.inner_text("#state")
    assert "Orodha ya funguo ina siku 12" in state
    assert "The list of revoked documents is 12 days old" in state
    page.fill("#text", world.text)
    page.click("#go")
    page.wait_for_selector("#answer[data-result=genuine]")
    assert "Orodha ya zilizofutwa ina siku 12" in page.inner_text("#answer")
    before = "new Date(new Date() - 20 * 864e5)"
    judged = page.evaluate(f"text => jumuishi.verify(text, {before}).then(found => found.result)", world.text)
    assert judged == "stale"


@pytest.mark.browser
def test_it_keeps_within_a_narrow_screen_and_lets_nothing_in(opened: Any, world: World) -> None:
    page = opened(build.with_lists(build.page(), keys_of(world), revoked_of(world)))
    page.set_viewport_size({"width": 360, "height": 640})
    page.fill("#text", world.text)
    page.click("#go")
    page.wait_for_selector("#answer[data-result=genuine]")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    refused = page.evaluate("""() => new Promise(done => {
        document.addEventListener("securitypolicyviolation", event => done(event.violatedDirective));
        const made = document.createElement("script");
        made.textContent = "window.broken = 1";
        document.body.append(made);
    })""")
    assert refused.startswith("script-src")
    assert page.evaluate("window.broken") is None
