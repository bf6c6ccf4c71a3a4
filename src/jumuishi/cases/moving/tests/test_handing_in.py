"""An edition handed in as a zip, as files, or as something else that is sent back with the reason."""

# ruff: noqa: F811  # fixtures of the cases' own tests are used by name

import html
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.moving.tests.conftest import STORIES, WORDS, edited, mark_on, texts
from jumuishi.cases.moving.tests.test_editions import authority, licence  # noqa: F401  # fixtures
from jumuishi.cases.tests.conftest import at_work, country, officer  # noqa: F401  # fixtures
from jumuishi.identity.types import Actor
from jumuishi.services import authoring
from jumuishi.services.models import Edition, Offering, Proposal
from jumuishi.services.types import EditionRefusedError

pytestmark = [pytest.mark.database, pytest.mark.slow]
Enter = Callable[[str, str], Client]
PAGE = "/ofisi/matoleo/pendekeza/"


def file(name: str, content: bytes) -> io.BytesIO:
    found = io.BytesIO(content)
    found.name = name
    return found


def zipped(files: dict[str, bytes], around: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(around + name, content)
    return out.getvalue()


def raw(folder: Path) -> dict[str, bytes]:
    return {name: text.encode() for name, text in texts(folder).items()}


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_a_zip_of_the_folder_is_proposed_with_its_stories_and_the_edition_keeps_none_of_them(
    licence: Offering, at_work: Enter, tmp_path: Path
) -> None:
    tumaini, zuhura = at_work("mamlaka", "Tumaini"), at_work("mamlaka", "Zuhura")
    files = raw(edited(tmp_path, WORDS))
    made = tumaini.post(PAGE, {"upload": [file("leseni.zip", zipped(files, "leseni/"))], "note": "Maneno"})
    assert made.status_code == 302, said(made)[:3000]
    row = Proposal.objects.get()
    assert set(row.files) == set(files) >= {"service.yaml", "licence.html", "tests/empty.yaml", "tests/named.yaml"}
    seen = said(zuhura.get(made["Location"]))
    assert "Hadithi zilizochezwa" in seen
    assert "Jina tu" in seen
    assert zuhura.post(made["Location"], {"do": "publish", **mark_on(zuhura, made["Location"])}).status_code == 302
    edition = Edition.objects.get(service="business-licence", number=2)
    assert set(edition.files) == {"service.yaml", "licence.html"}
    assert edition.hash == row.hash


def test_files_one_by_one_are_the_same_edition(licence: Offering, at_work: Enter, tmp_path: Path) -> None:
    files = raw(edited(tmp_path, WORDS))
    upload = [file(name, content) for name, content in files.items() if "/" not in name]
    stories = [file(name.removeprefix("tests/"), content) for name, content in files.items() if "/" in name]
    tumaini = at_work("mamlaka", "Tumaini")
    few = tumaini.post(PAGE, {"upload": upload, "stories": stories[:1], "note": "Maneno"})
    assert few.status_code == 422
    assert "Hadithi 2 zinahitajika, na zote zitimie. Zilizotimia: 1." in said(few)
    for one in (*upload, *stories):
        one.seek(0)
    assert tumaini.post(PAGE, {"upload": upload, "stories": stories, "note": "Maneno"}).status_code == 302
    assert Proposal.objects.get().files == {name: content.decode() for name, content in files.items()}


def test_a_story_that_does_not_hold_stands_in_the_way_at_both_doors(
    licence: Offering, at_work: Enter, authority: Callable[[str], Actor], tmp_path: Path
) -> None:
    files = texts(edited(tmp_path, WORDS))
    wrong = {**files, "tests/named.yaml": STORIES["named.yaml"].replace(", refused: true", "")}
    tumaini = at_work("mamlaka", "Tumaini")
    package = zipped({name: text.encode() for name, text in wrong.items()})
    refused = tumaini.post(PAGE, {"upload": [file("x.zip", package)], "note": "Maneno"})
    assert refused.status_code == 422
    assert "named.yaml:3: step 1" in said(refused)
    assert not Proposal.objects.exists()
    made = authoring.propose_edition(actor=authority("Tumaini"), files=files, note="Maneno")
    Proposal.objects.filter(id=made).update(files=wrong)
    with pytest.raises(EditionRefusedError, match="stories_needed"):
        authoring.publish_edition(actor=authority("Zuhura"), proposal_id=made)
    Proposal.objects.filter(id=made).update(files={k: v for k, v in files.items() if "/" not in k})
    zuhura, page = at_work("mamlaka", "Zuhura"), f"/ofisi/matoleo/pendekezo/{made}/"
    answer = zuhura.post(page, {"do": "publish", **mark_on(zuhura, page)})
    assert "Zilizotimia: 0" in said(answer)
    assert Edition.objects.filter(service="business-licence").count() == 1


def hostile() -> dict[str, tuple[list[tuple[str, bytes]], str, str]]:
    """What is sent, and what is said of it in both languages."""
    bomb = zipped({"service.yaml": b"a" * 3_000_000})
    nested = {"service.yaml": b"format: 1\n", "inner.zip": zipped({"service.yaml": b"a" * 3_000_000})}
    twice = zipped({"service.yaml": b"format: 1\n", "serviceXyaml": b"format: 2\n"}).replace(b"serviceX", b"service.")
    return {
        "a bomb": ([("x.zip", bomb)], "Faili ni kubwa mno", "too large"),
        "a path upward": ([("x.zip", zipped({"../service.yaml": b"x"}))], "lisilo", "not allowed"),
        "the same name twice": ([("x.zip", twice)], "lisilo", "not allowed"),
        "a zip in a zip": ([("x.zip", zipped(nested))], "Ukaguzi umeona makosa", "found faults"),
        "no definition": ([("x.zip", zipped({"a.html": b"x"}))], "Hakuna service.yaml", "no service.yaml"),
        "no zip at all": ([("x.zip", b"PK\x03\x04 x")], "haliwezi kusomwa", "cannot be read"),
        "a zip among files": (
            [("x.zip", zipped({"service.yaml": b"x"})), ("a.html", b"x")], "zip moja peke yake", "one zip alone"),
        "many bytes": ([("x.zip", b"x" * (5 * 1024 * 1024 + 1))], "kubwa mno", "too large"),
        "a name that leads elsewhere": (
            [("service.yaml", b"x"), ("a b;.html", b"x")], "Jina la faili halifai", "will not do"),
        "no text": ([("service.yaml", b"format: 1\n\xff"), ("a.html", b"x")], "si maandishi", "no UTF-8"),
        "a hidden NUL": ([("x.zip", zipped({"service.yaml": b"a\x00b"}))], "si maandishi", "no UTF-8"),
        "nothing": ([], "Chagua faili", "Choose the files"),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["sw", "en"])
def test_what_is_no_edition_is_sent_back_with_the_reason(licence: Offering, at_work: Enter, lang: str) -> None:
    tumaini = at_work("mamlaka", "Tumaini")
    for what, (sent, sw, en) in hostile().items():
        given = {"upload": [file(name, content) for name, content in sent], "note": "Maneno"}
        answer = tumaini.post(("/en" if lang == "en" else "") + PAGE, given)
        assert answer.status_code == 422, what
        words = {"sw": sw, "en": en}[lang].replace("lisilo", "kisichokubalika")
        assert words in said(answer), (what, said(answer)[said(answer).find("errs") :][:600])
        assert "Maneno" in said(answer), "what was typed is kept"
    assert not Proposal.objects.exists()


def test_stories_that_never_end_are_cut(licence: Offering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authoring, "STORY_SECONDS", -1.0)
    authoring._stories_once.cache_clear()
    played = authoring.stories_of(texts(edited(tmp_path, WORDS)))
    authoring._stories_once.cache_clear()
    assert [one.holds for one in played] == [False, False]
    assert "takes too long" in played[0].faults[0]


def test_nobody_else_hands_anything_in(
    licence: Offering, at_work: Enter, tmp_path: Path, country: dict[str, UUID]
) -> None:
    package = zipped(raw(edited(tmp_path, WORDS)))
    for one in (at_work("mfano", "Neema"), at_work("jirani", "Subira"), Client()):
        answer = one.post(PAGE, {"upload": [file("x.zip", package)], "note": "Maneno"})
        assert answer.status_code in (302, 403, 404)
        assert "pendekezo" not in answer.get("Location", "")
    assert not Proposal.objects.exists()
