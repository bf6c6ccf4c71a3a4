"""The verifier page in a real browser, from a file, with no network: it says what the command says."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, sync_playwright

from jumuishi.documents import code, lists
from jumuishi.documents.offline import build
from jumuishi.documents.rendering import paper
from jumuishi.documents.tests.test_code import KID, World
from jumuishi.documents.types import Code, DocumentState

CHROMIUM = "/usr/bin/chromium"
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
def browser() -> Iterator[Any]:
    with sync_playwright() as play:
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
    page.wait_for_function("document.getElementById('state').textContent.includes('→')")
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
def test_every_flipped_bit_is_caught_in_the_browser(opened: Any, world: World) -> None:
    page = opened(build.with_lists(build.page(), keys_of(world), revoked_of(world)))
    page.wait_for_function("document.getElementById('state').textContent.includes('→')")
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
        page.wait_for_function(f"document.getElementById('state').textContent.match(/{name}.json: 2/)")
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
    page.wait_for_function("document.getElementById('state').textContent.includes('→')")
    (tmp_path / "qr.png").write_bytes(paper.qr_png(world.text))
    page.set_input_files("#picture", tmp_path / "qr.png")
    page.wait_for_selector("#answer[data-result=genuine]")
    words = page.inner_text("#answer")
    assert "HALALI" in words
    assert "Mgahawa wa Asha" in words
    assert "1012 3456 7890 1234" in words
