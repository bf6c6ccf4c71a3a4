"""A bundle is signed by the institution and checked without us; it is made once, kept, and sent from its file."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from jumuishi.documents import public as documents
from jumuishi.documents.cli import verify
from jumuishi.evidence.models import JournalRow
from jumuishi.kernel import clock
from jumuishi.meetings.calling.tests.conftest import NOW, Council
from jumuishi.meetings.papers import binding, keeping
from jumuishi.meetings.papers.models import Kept, Paper
from jumuishi.meetings.papers.tests.conftest import pdf
from jumuishi.meetings.papers.tests.test_papers import Desk

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def desk(council: Council) -> Desk:
    found = Desk(council)
    found.put(found.open, "Bajeti", pdf(1))
    found.put(found.open, "Maji", pdf(2, 600))
    found.put(found.closed, "Shauri", pdf(1, 640))
    found.bind()
    found.call()
    return found


def bundle(desk: Desk, name: str = "Salum", query: str = "") -> bytes:
    return bytes(desk.council.member(name).get(f"{desk.mine}bunda{query}").getvalue())


def changed(content: bytes, name: str, data: bytes | None, compress: int = zipfile.ZIP_STORED) -> bytes:
    """The same package with other bytes in one file; without it for None."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", compress) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        if data is not None:
            new.writestr(name, data)
    return out.getvalue()


def test_anybody_checks_a_bundle_without_us(
    desk: Desk, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bundle(desk)
    keys, file = tmp_path / "keys.json", tmp_path / "bunda.zip"
    keys.write_text(json.dumps(documents.key_list()))
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    words, paper = next(one for one in names if one.startswith("text/")), names[-1]

    class Then:
        """The command reads the machine's clock; the council meets on a day of its own."""

        @staticmethod
        def now() -> Any:
            return NOW

    monkeypatch.setattr("jumuishi.documents.cli.datetime", Then)

    def judged(data: bytes) -> tuple[int, dict[str, Any]]:
        file.write_bytes(data)
        code = verify([str(file), "--keys", str(keys), "--format", "json"])
        return code, json.loads(capsys.readouterr().out)

    code, said = judged(content)
    assert (code, said["result"], said["document"]["kind"]) == (0, "genuine", "meeting-pack")
    assert said["issuer"]["sw"] == "Halmashauri ya Wilaya ya Mfano"
    assert "package_partial" not in said["warnings"]
    code, said = judged(bundle(desk, query=f"?nina={Paper.objects.get(title='Maji').sha256}"))
    assert (code, "package_partial" in said["warnings"]) == (0, True)
    for wrong in (
        changed(content, paper, b"%PDF-1.7 nyingine"), changed(content, words, b"x"), changed(content, "mpya", b"x"),
        changed(content, "manifest.json", b'{"files": {}}'), changed(content, "signature.txt", None),
        changed(content, "receipts.json", b"[]x"), changed(content, "x", None, zipfile.ZIP_DEFLATED),
        content[: len(content) // 2], b"PK\x03\x04",
    ):  # fmt: skip
        code, said = judged(wrong)
        assert (code, said["result"]) == (1, "altered"), said


def test_it_is_made_once_and_kept_until_the_papers_change(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = bundle(desk), bundle(desk, "Rehema")
    assert first == second
    assert Kept.objects.count() == 1
    assert JournalRow.objects.filter(verb="documents.package.sign").count() == 1
    salum = desk.council.member("Salum")
    pack = salum.get(f"{desk.mine}kabrasha.pdf")
    assert list(PdfReader(BytesIO(pack.getvalue())).page_labels) == ["i", "1", "2", "3", "4"]
    assert (pack["Cache-Control"], pack["Accept-Ranges"]) == ("private, no-store", "bytes")
    office = desk.neema.get(desk.here.replace("nyaraka/", "kabrasha.pdf"))
    assert office["ETag"] == pack["ETag"]
    assert Kept.objects.count() == 2

    def never(*_: Any, **__: Any) -> bytes:
        raise AssertionError("made anew")

    with monkeypatch.context() as patched:
        patched.setattr(binding.documents, "bind_pages", never)
        patched.setattr(binding, "_texts", never)
        for _ in range(3):
            assert bundle(desk) == first
            assert salum.get(f"{desk.mine}kabrasha.pdf")["ETag"] == pack["ETag"]
    # Who has an interest in the closed item reads another one; nobody else's is touched.
    say = {"item": str(desk.closed), "nature": "Ni ndugu yangu", "once": "01890000-0000-7000-8000-000000000001"}
    desk.council.member("Tausi").post(f"{desk.mine}maslahi/", say)
    theirs = bundle(desk, "Tausi")
    assert "Shauri" not in zipfile.ZipFile(BytesIO(theirs)).read("manifest.json").decode().partition('"papers"')[2]
    assert bundle(desk) == first
    # Another state is another file, at once.
    desk.put(desk.open, "Jedwali", pdf(1, 650))
    assert bundle(desk) != first
    assert salum.get(f"{desk.mine}kabrasha.pdf")["ETag"] != pack["ETag"]


def test_what_nobody_asks_for_goes_and_is_made_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle(desk)
    (row,) = Kept.objects.all()
    path = keeping.path_of(row)
    keeping.drop_unused()
    assert path.exists()
    with clock.frozen(NOW + timedelta(days=3)):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("django.db.transaction.on_commit", lambda done: done())
            keeping.drop_unused()
        assert not Kept.objects.exists()
        assert not path.exists()
        assert bundle(desk)
        # A file that was lost is made again.
        keeping.path_of(Kept.objects.get()).unlink()
        assert bundle(desk)
        assert Kept.objects.count() == 1
        monkeypatch.setattr(keeping, "MOST", 3)
        for n in range(6):
            sums = [one.sha256 for one in Paper.objects.all()]
            bundle(desk, query=f"?nina={','.join(sums[: n % 4])}")
        assert Kept.objects.count() <= 3
