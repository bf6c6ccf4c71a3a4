"""The pages and the public lists, over HTTP; and the command, on files fetched from them."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from jumuishi.documents import cli, lists, public
from jumuishi.documents.offline import build
from jumuishi.documents.types import Issued
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock

Issue = Callable[..., Issued]
pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def own_addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="jumuishi.documents.tests.urls"):
        yield


def test_by_number(db: None, client: Client, issue: Issue) -> None:
    issued = issue()
    good = client.post("/hakiki/", {"how": "number", "number": issued.number, "detail": "Asha"})
    assert "HALALI" in good.content.decode()
    assert "Mgahawa wa Asha" in good.content.decode()
    wrong = client.post("/hakiki/", {"how": "number", "number": issued.number, "detail": "Baraka"})
    assert "HAIPO" in wrong.content.decode()
    assert "Mgahawa" not in wrong.content.decode()
    assert client.post("/hakiki/", {"how": "number", "number": "12", "detail": ""}).status_code == 422
    public.revoke(actor=Actor.system(), number=issued.number, reason="Imehama <b>kata</b>")
    gone = client.post("/en/hakiki/", {"how": "number", "number": issued.number, "detail": "Asha"}).content.decode()
    assert "REVOKED" in gone
    assert "&lt;b&gt;kata" in gone


def test_after_midnight_it_is_the_countrys_own_day(db: None, client: Client, issue: Issue) -> None:
    """Half past midnight in Dar es Salaam is still the day before in UTC."""
    with clock.frozen(datetime(2026, 11, 26, 21, 30, tzinfo=UTC)):
        issued = issue()
        public.revoke(actor=Actor.system(), number=issued.number, reason="Imehama")
        gone = client.post("/en/hakiki/", {"how": "number", "number": issued.number, "detail": "Asha"}).content.decode()
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", gone))
    assert said.count("27 November 2026") == 3, "issued, taken back, looked up"
    assert "26 November" not in said


def test_by_file_and_text(db: None, client: Client, issue: Issue) -> None:
    issued = issue()
    pdf = b"".join(public.open_pdf(actor=Actor.system(), number=issued.number)[1])
    sent = client.post("/hakiki/", {"how": "file", "file": SimpleUploadedFile("a.pdf", pdf)})
    assert "HALALI" in sent.content.decode()
    altered = client.post("/hakiki/", {"how": "file", "file": SimpleUploadedFile("a.pdf", pdf[:-9] + b"%%%%%%%%%")})
    assert "SI HALALI" in altered.content.decode()
    assert "HALALI" in client.post("/hakiki/", {"how": "file", "text": issued.payload}).content.decode()
    assert client.post("/hakiki/", {"how": "file"}).status_code == 422
    assert client.get("/hakiki/").status_code == 200


def test_lists_and_page(db: None, client: Client, issue: Issue) -> None:
    issue()
    held = lists.read_keys(client.get("/keys.json").content)
    lists.read_revoked(client.get("/revoked.json").content, held.root)
    page = client.get("/hakiki/nje.html")
    assert build.weight(page.content.decode()) < 60 * 1024
    assert "jumuishi-keys-1" in page.content.decode()


def test_the_page_stays_light_however_long_the_lists(
    db: None, client: Client, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue()
    whole = build.weight(client.get("/hakiki/nje.html").content.decode())
    # The lists are signed anew each time, so that their weight differs by some bytes.
    for heaviest, held in (
        (whole + 50, ("keys", "revoked")),
        (whole - 50, ("keys",)),
        (build.weight(build.page()), ()),
    ):
        monkeypatch.setattr(build, "HEAVIEST", heaviest)
        page = client.get("/hakiki/nje.html").content.decode()
        assert build.weight(page) <= heaviest
        within = page.partition('id="lists">')[2].partition("</script>")[0]
        assert [name for name in ("keys", "revoked") if f"jumuishi-{name}-1" in within] == list(held)


def test_the_command(
    db: None, client: Client, issue: Issue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issued, gone = issue(), issue()
    public.revoke(actor=Actor.system(), number=gone.number, reason="x")
    for name in ("keys", "revoked"):
        (tmp_path / f"{name}.json").write_bytes(client.get(f"/{name}.json").content)
    trust = ["--keys", str(tmp_path / "keys.json"), "--revoked", str(tmp_path / "revoked.json"), "--format", "json"]
    pdf = b"".join(public.open_pdf(actor=Actor.system(), number=issued.number)[1])
    (tmp_path / "good.pdf").write_bytes(pdf)
    (tmp_path / "bad.pdf").write_bytes(pdf.replace(b"obj", b"obk", 1))
    assert cli.verify([str(tmp_path / "good.pdf"), *trust]) == 0
    assert json.loads(capsys.readouterr().out)["document"]["number"] == issued.number
    assert cli.verify([str(tmp_path / "bad.pdf"), *trust]) == 1
    assert cli.verify([issued.payload, *trust]) == 0
    assert cli.verify([gone.payload, *trust]) == 3
    assert cli.verify([issued.payload[:-9] + issued.payload[-8:] + "0", *trust[:4]]) == 1
    assert cli.verify([issue(valid_until=None, claims={"holder": "A"}).payload, *trust[:2]]) == 0
    assert cli.verify([str(tmp_path / "absent.pdf"), *trust]) == 2
    assert cli.verify([issued.payload, "--keys", str(tmp_path / "revoked.json")]) == 2
