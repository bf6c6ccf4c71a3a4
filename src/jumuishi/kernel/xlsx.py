"""A table as an Office Open XML workbook (ECMA-376), row by row: what was written has left the memory.

A sheet holds 1,048,576 rows; what is more goes on in the next one, under the same head. Texts are texts and never
formulas. The zip is written without seeking, so that it can be sent while it is made.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from django.utils.timezone import localtime

ROWS = 1_048_576
# A zip entry of more than 2 GiB needs a form that Excel does not read: a sheet ends before.
BYTES = 1_500_000_000
# The longest text that a cell may hold (Excel's specifications and limits); the CSV has it whole.
LONGEST = 32_767
_CHUNK = 65_536
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DAY_ONE = date(1899, 12, 30).toordinal()
_HEAD, _DAY, _INSTANT, _QUOTED = 1, 2, 3, 4
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_DOCUMENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OPENING = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" baseColWidth="18"/><sheetData>'
)
_CLOSING = "</sheetData></worksheet>"
# Formats: none, a bold head, a day, an instant, and a text that stays one when somebody edits the cell.
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class _Pipe(io.RawIOBase):
    """Where the zip writes, and what was written is taken from: it can't seek."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # RawIOBase's is wider
        self._kept += data
        return len(data)

    def drain(self) -> bytes:
        found, self._kept = bytes(self._kept), bytearray()
        return found


def workbook(
    head: Sequence[str], rows: Iterable[Sequence[object]], *, acts: tuple[str, ...], most: int = ROWS
) -> Iterator[bytes]:
    """The file in pieces. A text that begins with one of `acts` is marked to stay a text; `most`: rows of a sheet."""
    pipe = _Pipe()
    top = _row([_text(one, _HEAD) for one in head])
    waiting = iter(rows)
    sheets, more = 0, True
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        while more:
            sheets += 1
            more = False
            with packed.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                kept, written, count = [_OPENING, top], 0, 1
                size = len(_OPENING) + len(top)
                for row in waiting:
                    text = _row([_cell(one, acts) for one in row])
                    kept.append(text)
                    size += len(text)
                    count += 1
                    if size >= _CHUNK:
                        written += sheet.write("".join(kept).encode())
                        kept, size = [], 0
                        if sent := pipe.drain():
                            yield sent
                    if count >= most or written >= BYTES:
                        more = True
                        break
                sheet.write("".join([*kept, _CLOSING]).encode())
            yield pipe.drain()
            if more and (ahead := next(waiting, None)) is not None:
                waiting = _first(ahead, waiting)
            else:
                more = False
        for name, text in _parts(sheets).items():
            packed.writestr(name, text)
    yield pipe.drain()


def _first(one: Sequence[object], rest: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield one
    yield from rest


def _row(cells: list[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _cell(value: object, acts: tuple[str, ...]) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    if isinstance(value, datetime):
        # A sheet knows no zones: the instant as the country's own clock showed it.
        there = localtime(value) if value.tzinfo else value
        passed = there.hour * 3600 + there.minute * 60 + there.second
        return f'<c s="{_INSTANT}"><v>{there.toordinal() - _DAY_ONE + passed / 86400:.10g}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DAY}"><v>{value.toordinal() - _DAY_ONE}</v></c>'
    text = str(value)
    return _text(text, _QUOTED if text.lstrip(" ").startswith(acts) else 0)


def _text(text: str, style: int) -> str:
    clean = escape(_ESCAPE.sub("_x005F_", _ILLEGAL.sub("", text[:LONGEST])))
    look = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{look}><is><t xml:space="preserve">{clean}</t></is></c>'


def _parts(sheets: int) -> dict[str, str]:
    """What says how the sheets belong together; written last, for only then their number is known."""
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    typed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_DOCUMENT}.worksheet+xml"/>' for n in numbers
    )
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}">{related}'
        f'<Relationship Id="rId0" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_DOCUMENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_DOCUMENT}.styles+xml"/>{typed}</Types>',
    }
