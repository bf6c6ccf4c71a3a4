"""What is wrong with an answer, in words that say what to do."""

from collections.abc import Iterable
from typing import Any

from jumuishi.definitions.types import Error, Field
from jumuishi.kernel.text import t, texts


def words(error: Error, field: Field, lang: str) -> str:
    """The message of one error: the author's own where there is one."""
    if error.message is not None:
        return error.message[lang]
    key = f"cases.err_{error.code}"
    limit = field.length_limit or 0
    kinds = ", ".join(kind.upper() for kind in field.accept) or "PDF, JPG, PNG"
    found = key if key in texts() else "cases.err_other"
    return t(found, lang, limit=limit, kinds=kinds, mb=f"{(field.max_kb or 2048) / 1024:g}")


def listed(errors: Iterable[Error], fields: dict[str, Field], lang: str) -> list[dict[str, Any]]:
    """Errors for the summary on top of a page; one a field."""
    found: dict[str, dict[str, Any]] = {}
    for error in errors:
        field = fields.get(error.field)
        if field is not None and error.field not in found:
            label = field.label[lang] if field.label else error.field
            found[error.field] = {"name": error.field, "label": label, "text": words(error, field, lang)}
    return list(found.values())
