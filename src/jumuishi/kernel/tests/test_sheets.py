"""A list taken out as a file: nothing in it runs, nothing in it is lost, and a million rows need no more memory."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection

from jumuishi.kernel import sheets, tenancy, xlsx

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", '=HYPERLINK("http://mahali.example")', "＝1"]


def opened(pieces: Iterator[bytes]) -> list[list[list[Any]]]:
    """Sheets of a workbook as a reader of the standard sees them: rows of (type, style, text)."""
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as packed:
        assert packed.testzip() is None
        names = [one for one in packed.namelist() if one.startswith("xl/worksheets/")]
        listed = ElementTree.fromstring(packed.read("xl/workbook.xml")).findall("m:sheets/m:sheet", MAIN)  # noqa: S314
        assert len(listed) == len(names)
        return [_rows(ElementTree.fromstring(packed.read(name))) for name in names]  # noqa: S314


def _rows(sheet: ElementTree.Element) -> list[list[Any]]:
    assert not sheet.findall(".//m:f", MAIN), "a formula"
    return [
        [(c.get("t"), c.get("s"), c.findtext("m:is/m:t", c.findtext("m:v", None, MAIN), MAIN)) for c in row]
        for row in sheet.findall("m:sheetData/m:row", MAIN)
    ]


@pytest.mark.parametrize("cell", EVIL)
def test_no_cell_acts(cell: str) -> None:
    assert sheets.safe(cell) == f"'{cell}"
    (_, row), *more = opened(sheets.pieces("xlsx", ["a"], [[cell]]))
    assert not more
    assert row == [("inlineStr", "4", cell.replace("\r", "\n"))], "a text, and one that stays a text when edited"


def test_no_head_acts() -> None:
    assert b"".join(sheets.pieces("csv", ["=1"], [])).decode("utf-8-sig").strip() == "'=1"


def test_what_was_typed_comes_out_again() -> None:
    row = ["Mgahawa wa Asha & Wana <\x01", 'a,"b"\nc', -5, True, None, date(2026, 11, 26), "_x0041_", 1.5]
    found = list(csv.reader(io.StringIO(b"".join(sheets.pieces("csv", ["h"] * 8, [row])).decode("utf-8-sig"))))
    assert found[1] == ["Mgahawa wa Asha & Wana <\x01", 'a,"b"\nc', "-5", "True", "", "2026-11-26", "_x0041_", "1.5"]
    ((head, cells),) = opened(sheets.pieces("xlsx", ["h"] * 8, [row]))
    assert {one[1] for one in head} == {"1"}
    assert [one[2] for one in cells] == [
        "Mgahawa wa Asha & Wana <", 'a,"b"\nc', "-5", "1", None, "46352", "_x005F_x0041_", "1.5",
    ]  # fmt: skip


def test_an_instant_is_the_countrys_own_clock() -> None:
    at = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
    assert b"2026-11-27T00:30:00+03:00" in b"".join(sheets.pieces("csv", ["at"], [[at]]))
    ((_, row),) = opened(sheets.pieces("xlsx", ["at"], [[at]]))
    assert float(row[0][2]) == pytest.approx(46353 + 0.5 / 24)


@pytest.mark.parametrize(("rows", "sizes"), [(0, [1]), (3, [4]), (4, [4, 2]), (6, [4, 4]), (7, [4, 4, 2])])
def test_what_a_sheet_cannot_hold_goes_on_in_the_next(rows: int, sizes: list[int]) -> None:
    found = opened(xlsx.workbook(["n"], ([n] for n in range(rows)), acts=sheets.ACTS, most=4))
    assert [len(one) for one in found] == sizes
    assert [row[0][2] for one in found for row in one[1:]] == [str(n) for n in range(rows)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", sheets.KINDS)
def test_more_rows_need_no_more_memory(kind: str) -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        made = (["Mgahawa wa Asha", n, "12345678", date(2026, 11, 26)] for n in range(rows))
        for _ in sheets.pieces(kind, ["a"] * 4, made):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(60_000) < 2 * peak(6_000) < 4_000_000


def test_a_page_is_a_transaction_of_its_own(committed_db: None) -> None:
    """Who asks is the one who asked, nobody is asking in between, and an answer that is cut holds nothing."""
    seen = []

    def read(last: int | None) -> Sequence[int]:
        assert connection.in_atomic_block
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('jumuishi.kind', true)")
            seen.append(cursor.fetchone()[0])
        return list(range((last or 0) + 1, min((last or 0) + 3, 6)))

    with tenancy.acting_as(tenancy.Principal.person(None)):
        rows = sheets.paged(read)
    with tenancy.acting_as(None):
        assert next(rows) == 1
        assert tenancy.current() is None
        assert connection.connection is None, "nothing is held while a slow client reads"
        assert list(rows) == [2, 3, 4, 5]
    assert set(seen) == {"person"}
