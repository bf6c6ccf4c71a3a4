"""A kept file is sent piece by piece, whole or from where a cut was (RFC 9110, one range)."""

from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from jumuishi.kernel.files import CHUNK


def ranged(request: HttpRequest, mark: str, path: Path, kind: str) -> HttpResponseBase:
    """The bytes, or those from where a cut was; nothing where the reader has them all. Raises FileNotFoundError.

    `mark` is the same for the same bytes and for no others.
    """
    tag, size = f'"{mark}"', path.stat().st_size
    answer: HttpResponseBase
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponse(status=304)
    else:
        start, end = _range(request.headers.get("Range", ""), size)
        if request.headers.get("If-Range", tag) != tag:
            start, end = 0, size
        if start >= size > 0:
            answer = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        else:
            is_part = (start, end) != (0, size)
            answer = StreamingHttpResponse(_pieces(path, start, end), content_type=kind, status=206 if is_part else 200)
            answer.headers["Content-Length"] = str(end - start)
            if is_part:
                answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    for name, value in (
        ("ETag", tag), ("Accept-Ranges", "bytes"), ("Cache-Control", "private, no-cache"),
        ("X-Content-Type-Options", "nosniff"),
    ):  # fmt: skip
        answer.headers[name] = value
    return answer


def _pieces(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (piece := file.read(min(CHUNK, end - start))):
            start += len(piece)
            yield piece


def _range(text: str, size: int) -> tuple[int, int]:
    """(from, to) of "bytes=100-" or "bytes=100-199"; the whole for anything else."""
    unit, _, span = text.partition("=")
    first, _, last = span.partition("-")
    if unit.strip() != "bytes" or not first.isdigit() or (last and not last.isdigit()) or "," in span:
        return 0, size
    end = min(int(last) + 1, size) if last else size
    return (int(first), end) if int(first) < end or int(first) >= size else (0, size)
