"""What is wrong with an answer, in words that say what to do."""

from collections.abc import Iterable, Mapping
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


def field_of(error: Error, fields: Mapping[str, Field]) -> Field | None:
    """The field that an error is about: a group's member where the path leads into an item."""
    found = fields.get(error.field)
    if found is None or len(error.path) == 1:
        return found
    return next((one for one in found.fields if one.name == error.path[-1]), found)


def name_of(error: Error) -> str:
    """The name of the control on the page: the field's, or that of a member in its item."""
    return "__".join(str(part) for part in error.path)


def by_path(errors: Iterable[Error], fields: Mapping[str, Field], lang: str) -> dict[str, str]:
    """The first message of each control."""
    found: dict[str, str] = {}
    for error in errors:
        field = field_of(error, fields)
        if field is not None:
            found.setdefault(name_of(error), words(error, field, lang))
    return found


def listed(errors: Iterable[Error], fields: Mapping[str, Field], lang: str, url: str = "") -> list[dict[str, Any]]:
    """Errors for the summary on top of a page, one a control; `url` is the page where they stand, empty for this."""
    errors = list(errors)
    said = by_path(errors, fields, lang)
    found: dict[str, dict[str, Any]] = {}
    for error in errors:
        name, field = name_of(error), field_of(error, fields)
        if field is not None and name not in found:
            label = field.label[lang] if field.label else error.field
            if len(error.path) > 1:
                label = f"{label} ({int(error.path[1]) + 1})"
            found[name] = {"label": label, "text": said[name], "url": f"{url}#f-{name}"}
    return list(found.values())
