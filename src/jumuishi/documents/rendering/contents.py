"""The contents of a pack of papers: what lies on which page."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jumuishi.documents.rendering.paper import HERE, bounded_compiler
from jumuishi.documents.types import RenderError


@cache
def _compiler() -> Any:
    return bounded_compiler(HERE / "contents.typ")


def render(
    *, title: str, lines: Sequence[str], words: Mapping[str, str], language: str, rows: Sequence[Mapping[str, str]]
) -> bytes:
    """A PDF of as many pages as it takes; `words` names the columns (item, title, pages). Raises RenderError."""
    data = {"title": title, "lines": list(lines), "words": dict(words), "language": language, "rows": list(rows)}
    try:
        pdf: bytes = _compiler().compile(sys_inputs={"data": json.dumps(data)}, format="pdf")
    except Exception as error:
        raise RenderError(str(error)) from error
    return pdf
