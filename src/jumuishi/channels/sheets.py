"""A table as the answer to a request: streamed, so that its first rows leave before its last are read."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from jumuishi.kernel import sheets


def kind_of(typed: str) -> str:
    """A kind of file as typed; CSV for what is none."""
    return typed if typed in sheets.KINDS else "csv"


def answer(name: str, kind: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The file `name`.kind to keep.

    The view's transaction is over when it leaves: `rows` are at hand already, or read by kernel.sheets.paged.
    """
    found = StreamingHttpResponse(sheets.pieces(kind, head, rows), content_type=sheets.KINDS[kind])
    found["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    found["Cache-Control"] = "no-store"
    found["X-Content-Type-Options"] = "nosniff"
    if kind == "xlsx":
        # A workbook is a zip already: the middleware that compresses leaves alone what says how it is encoded.
        found["Content-Encoding"] = "identity"
    return found
