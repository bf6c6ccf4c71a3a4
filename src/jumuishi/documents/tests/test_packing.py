"""Pages keep their numbers on the sheet and on screen; what cannot be bound is not taken."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from jumuishi.documents import packing

WORDS = {"item": "Na.", "title": "Waraka", "pages": "Ukurasa"}


def blank(pages: int, rotate: int = 0) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842).rotate(rotate)
    writer.write(out)
    return out.getvalue()


def test_each_page_bears_its_label_at_its_foot_and_on_screen() -> None:
    parts = [
        packing.Part("Bajeti", ["1", "2"], blank(2), "5.1"),
        packing.Part("Nyongeza", ["2A"], blank(1, 90), "5.1", "Imechelewa"),
        packing.Part("Maji", ["3"], blank(1), "5.2"),
    ]
    made = packing.bind_pages(title="Makabrasha", lines=["Baraza"], words=WORDS, language="sw", parts=parts)
    reader = PdfReader(BytesIO(made))
    assert list(reader.page_labels) == ["i", "1", "2", "2A", "3"]
    assert [page.extract_text().split()[-1] for page in reader.pages[1:]] == ["1", "2", "2A", "3"]
    front = reader.pages[0].extract_text()
    assert "Nyongeza" in front
    assert "1–2" in front


def test_labels_go_on_and_never_meet() -> None:
    assert packing.labels_after(57, ["57A", "58"], 2) == ["57B", "57C"]
    assert packing.labels_after(3, [], 28)[25:] == ["3Z", "3AA", "3AB"]


def test_what_cannot_be_bound_is_refused() -> None:
    locked, out = PdfWriter(BytesIO(blank(1))), BytesIO()
    locked.encrypt("siri")
    locked.write(out)
    for bad in (b"", b"%PDF-1.4 nothing", out.getvalue(), blank(0)):
        with pytest.raises(packing.BadPdfError):
            packing.look_inside(bad)
    assert packing.look_inside(blank(3)) == packing.Inside(3, ("", "", ""))
