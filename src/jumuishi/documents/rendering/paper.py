"""A document's PDF: tagged (PDF/UA-1), A4, the same bytes for the same data."""

import calendar
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from jumuishi.documents.rendering.tree import as_data
from jumuishi.documents.types import NodeLike, RenderError, Signer
from jumuishi.kernel.lazily import lazily

segno, typst = lazily("segno"), lazily("typst")

HERE = Path(__file__).resolve().parent
FONTS = HERE.parents[3] / "vendor" / "fonts"
_OTHER = {"sw": "en", "en": "sw"}


@dataclass(frozen=True)
class Paper:
    """All that is on the page.

    `number` is in groups; `words` are the page's own texts.

    `day` is the day of issue, `signed_text` that day with its hour, `until_text` the last day of use or empty, `small`
    the names by which machines know the key, the institution and the kind of document.
    """

    layout: str
    language: str
    above: str
    institution: str
    title: str
    title_other: str
    number: str
    holder: str
    body: Sequence[NodeLike]
    signer: Signer
    issued_at: datetime
    day: str
    signed_text: str
    until_text: str
    small: str
    payload: str
    words: Mapping[str, str]


@cache
def _compiler() -> Any:
    return bounded_compiler(HERE / "document.typ")


def bounded_compiler(main: Path) -> Any:
    """A compiler of one layout that reaches nothing else."""
    # The folder of layouts is all it can read, the fonts that we ship all it can use, and no package is fetched.
    return typst.Compiler(
        str(main),
        root=str(HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        package_path=str(HERE / "none"),
        package_cache_path=str(HERE / "none"),
    )


def qr_png(payload: str) -> bytes:
    """The payload as a QR code (error correction M, alphanumeric), 3 pixels a module, with its quiet zone."""
    out = BytesIO()
    # A mask is named, since weighing all eight takes most of the time: the signature within makes any of them good.
    segno.make(payload, error="m", boost_error=False, micro=False, mask=3).save(out, kind="png", scale=3, border=2)
    return out.getvalue()


def render(paper: Paper) -> bytes:
    """The unsigned PDF; raises RenderError."""
    at = calendar.timegm(paper.issued_at.utctimetuple())
    pdf: bytes = _compile(paper, format="pdf", pdf_standards=["ua-1"], timestamp=at)
    return pdf


def picture(paper: Paper, ppi: int = 110) -> bytes:
    """The first page as PNG, to look at."""
    pages: bytes | list[bytes] = _compile(paper, format="png", ppi=ppi)
    return pages[0] if isinstance(pages, list) else pages


def _compile(paper: Paper, **how: Any) -> Any:
    try:
        return _compiler().compile(sys_inputs={"data": json.dumps(_data(paper))}, **how)
    except Exception as error:
        raise RenderError(str(error)) from error


def _data(paper: Paper) -> dict[str, Any]:
    return {
        "layout": paper.layout,
        "language": paper.language,
        "other": _OTHER[paper.language],
        "above": paper.above,
        "institution": paper.institution,
        "title": paper.title,
        "title_other": paper.title_other,
        "number": paper.number,
        "holder": paper.holder,
        "body": as_data(paper.body),
        "signer": {"name": paper.signer.name, "title": paper.signer.title},
        "issued": _parts(paper.issued_at.date()),
        "issued_short": f"{paper.issued_at:%d.%m.%Y}",
        "day": paper.day,
        "signed_text": paper.signed_text,
        "until_text": paper.until_text,
        "small": paper.small,
        "qr": list(qr_png(paper.payload)),
        "words": dict(paper.words),
    }


def _parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
