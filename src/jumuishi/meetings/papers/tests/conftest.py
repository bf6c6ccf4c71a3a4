"""The council of the room beside, and PDFs."""

from io import BytesIO

from pypdf import PdfWriter

from jumuishi.meetings.calling.tests.conftest import council, homes, officer, world

__all__ = ["council", "homes", "officer", "world"]


def pdf(pages: int = 1, width: int = 595) -> bytes:
    """Empty pages; another width is another file."""
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width, 842)
    writer.write(out)
    return out.getvalue()


def upload(content: bytes, name: str = "waraka.pdf") -> BytesIO:
    """A file as a browser sends it."""
    file = BytesIO(content)
    file.name = name
    return file
