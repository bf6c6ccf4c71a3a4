"""Many PDFs become one, each page with its number on the sheet and on screen; and what a PDF that came in holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from jumuishi.documents.rendering import contents
from jumuishi.kernel.lazily import lazily

pypdf, generic, constants = lazily("pypdf"), lazily("pypdf.generic"), lazily("pypdf.constants")
MOST_PAGES, MOST_TEXT = 600, 400_000
_SIZE, _MARGIN = 9, 14


class BadPdfError(ValueError):
    """Not a PDF that can be bound: broken, locked by a password, without a page or with too many."""


@dataclass(frozen=True)
class Inside:
    """What a PDF holds: how many pages, and the words of each; none where a page is a picture."""

    pages: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One paper of a pack: its title, the label of each page ("57", "57A"), the PDF, a line for the contents."""

    title: str
    labels: Sequence[str]
    pdf: bytes
    item: str = ""
    note: str = ""


def look_inside(pdf: bytes) -> Inside:
    """Look at a PDF before it is taken. Raises BadPdfError."""
    try:
        reader = pypdf.PdfReader(BytesIO(pdf))
        if reader.is_encrypted:
            raise BadPdfError("locked")
        count = len(reader.pages)
        if not 1 <= count <= MOST_PAGES:
            raise BadPdfError("pages")
        texts, left = [], MOST_TEXT
        for page in reader.pages:
            said = " ".join((page.extract_text() or "").split())[: max(left, 0)]
            left -= len(said)
            texts.append(said)
    except BadPdfError:
        raise
    except Exception as error:
        # Whatever a reader stumbles over in a stranger's file: it is not taken.
        raise BadPdfError(type(error).__name__) from error
    return Inside(count, tuple(texts))


def bind_pages(
    *, title: str, lines: Sequence[str], words: Mapping[str, str], language: str, parts: Sequence[Part]
) -> bytes:
    """One PDF: the contents in Roman numbers, then the parts; each page bears its label at the foot and on screen.

    Raises BadPdfError, RenderError.
    """
    head = contents.render(title=title, lines=lines, words=words, language=language, rows=[
        {"item": one.item, "title": one.title, "pages": _span(one.labels), "note": one.note} for one in parts
    ])  # fmt: skip
    writer, at = pypdf.PdfWriter(), 0
    front = pypdf.PdfReader(BytesIO(head))
    writer.append(front, import_outline=False)
    writer.set_page_label(0, len(front.pages) - 1, style=constants.PageLabelStyle.LOWERCASE_ROMAN)
    at = len(front.pages)
    for one in parts:
        try:
            reader = pypdf.PdfReader(BytesIO(one.pdf))
            for page, label in zip(reader.pages, one.labels, strict=True):
                _bind(writer, page, label)
                writer.set_page_label(at, at, prefix=label)
                at += 1
        except Exception as error:
            raise BadPdfError(one.title) from error
        writer.add_outline_item(title=f"{one.item} {one.title}".strip(), page_number=at - len(one.labels))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _span(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"


def _bind(writer: Any, page: Any, label: str) -> None:
    """The page, upright, with nothing in it that acts, and its label at the foot."""
    page = writer.add_page(page)
    for key in ("/Annots", "/AA", "/Metadata"):
        page.pop(key, None)
    page.transfer_rotation_to_content()
    box = page.cropbox
    stamp = pypdf.PageObject.create_blank_page(width=float(box.right), height=float(box.top))
    font = generic.DictionaryObject({
        generic.NameObject("/Type"): generic.NameObject("/Font"),
        generic.NameObject("/Subtype"): generic.NameObject("/Type1"),
        generic.NameObject("/BaseFont"): generic.NameObject("/Helvetica-Bold"),
    })  # fmt: skip
    fonts = generic.DictionaryObject({generic.NameObject("/JPack"): font})
    stamp[generic.NameObject("/Resources")] = generic.DictionaryObject({generic.NameObject("/Font"): fonts})
    width = len(label) * _SIZE * 0.6 + 6
    x, y = (float(box.left) + float(box.right) - width) / 2, float(box.bottom) + _MARGIN
    # On white, so that it can be read over whatever the page has there.
    drawn = (
        f"q 1 g {x:.1f} {y - 3:.1f} {width:.1f} {_SIZE + 4} re f 0 g "
        f"BT /JPack {_SIZE} Tf {x + 3:.1f} {y:.1f} Td ({_plain(label)}) Tj ET Q"
    )
    stream = generic.DecodedStreamObject()
    stream.set_data(drawn.encode("ascii"))
    stamp[generic.NameObject("/Contents")] = stream
    page.merge_page(stamp)


def _plain(label: str) -> str:
    return "".join(one for one in label if one.isascii() and one.isalnum())


def labels_after(number: int, used: Iterable[str], count: int) -> list[str]:
    """So many labels behind page `number` that are not used yet: 57A, 57B, ... 57Z, 57AA."""
    taken, n = set(used), 0
    found: list[str] = []
    while len(found) < count:
        label = f"{number}{_letters(n)}"
        n += 1
        if label not in taken:
            found.append(label)
    return found


def _letters(n: int) -> str:
    text, n = "", n + 1
    while n:
        n, rest = divmod(n - 1, 26)
        text = chr(65 + rest) + text
    return text
