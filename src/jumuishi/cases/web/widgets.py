"""Fields of a definition as the templates draw them, and what a browser sent back as raw answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from jumuishi.definitions.types import Field
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import t

INPUTS: dict[str, dict[str, str]] = {
    "text": {"type": "text"},
    "phone": {"type": "tel", "inputmode": "tel", "css": "w12"},
    "email": {"type": "email", "inputmode": "email"},
    "national_id": {"type": "text", "inputmode": "numeric", "css": "w12"},
    "tax_id": {"type": "text", "inputmode": "numeric", "css": "w12"},
    "integer": {"type": "text", "inputmode": "numeric", "css": "w5"},
    "money": {"type": "text", "inputmode": "numeric", "css": "w12"},
    "decimal": {"type": "text", "inputmode": "decimal", "css": "w12"},
    "date": {"type": "date", "css": "w12"},
    "time": {"type": "time", "css": "w5"},
}
MANY = 7
SEPARATOR = "__"


def shown(
    field: Field,
    value: Any,
    lang: str,
    *,
    error: str = "",
    offered: Iterable[str] | None = None,
    files: Iterable[Mapping[str, Any]] = (),
    door: str = "web",
    name: str = "",
) -> dict[str, Any]:
    """One question for cases/field.html; `value` is canonical data or what was typed, `offered` the choices left."""
    name = name or field.name
    hint = field.hint[lang] if field.hint else _hint(field, lang)
    found: dict[str, Any] = {
        "name": name,
        "label": field.label[lang] if field.label else "",
        "hint": hint,
        "error": error,
        "required": field.required,
        "value": "" if value is None else value,
        "max_length": field.length_limit,
        "describedby": " ".join(filter(None, [f"h-{name}" if hint else "", f"e-{name}" if error else ""])),
    }
    if field.type == "note":
        return {**found, "widget": "note"}
    if field.type in ("select_one", "select_multiple", "yes_no"):
        return {**found, **_choices(field, value, lang, offered)}
    if field.type == "long_text":
        return {**found, "widget": "textarea"}
    if field.type == "file":
        accept = ",".join(f".{kind}" for kind in field.accept) or ".pdf,.jpg,.png"
        return {
            **found,
            "widget": "file",
            "accept": accept,
            "files": [{"name": one["name"], "kb": max(1, one["size"] // 1024)} for one in files],
            "counter": field.doors.get(door) == "at_counter",
        }
    if field.type == "place":
        known = institutions.place(str(value)) if value else None
        return {
            **found,
            "widget": "place",
            "place_text": _place_words(known) if known else "",
            "level": field.level or "ward",
        }
    return {**found, "widget": "input", **INPUTS[field.type]}


def _hint(field: Field, lang: str) -> str:
    if field.type == "file":
        kinds = ", ".join(kind.upper() for kind in field.accept) or "PDF, JPG, PNG"
        return t("cases.hint_file", lang, kinds=kinds, mb=f"{(field.max_kb or 2048) / 1024:g}")
    key = {"national_id": "cases.hint_nin", "tax_id": "cases.hint_tin", "place": "cases.hint_place"}.get(field.type)
    return t(key, lang) if key else ""


def _choices(field: Field, value: Any, lang: str, offered: Iterable[str] | None) -> dict[str, Any]:
    if field.type == "yes_no":
        pairs = [("true", t("cases.yes", lang)), ("false", t("cases.no", lang))]
        chosen = {"true" if value is True or value == "true" else "false" if value is False or value == "false" else ""}
    else:
        left = set(offered) if offered is not None else set(field.choices)
        pairs = [(key, choice.label[lang]) for key, choice in field.choices.items() if key in left]
        chosen = set(value) if isinstance(value, list | tuple) else {value}
    rows = [{"key": key, "label": label, "chosen": key in chosen} for key, label in pairs]
    if field.type == "select_multiple":
        return {"widget": "checkboxes", "choices": rows}
    return {"widget": "select" if len(rows) > MANY else "radio", "choices": rows}


def _place_words(place: Any) -> str:
    return ", ".join(filter(None, dict.fromkeys([place.name, place.district, place.region])))


def find_places(field: Field, typed: str, lang: str, within: Any = None) -> list[dict[str, Any]]:
    """Places whose names match what was typed, as choices; the server searches, the phone carries no list."""
    del lang
    found = institutions.search_places(typed, field.level or "ward", within=within, limit=8)
    return [{"key": one.code, "label": _place_words(one), "chosen": False} for one in found]


def sent(field: Field, post: QueryDict, name: str = "") -> Any:
    """The raw answer to one field, for definitions' reading; None where nothing was sent."""
    name = name or field.name
    if field.type == "select_multiple":
        return post.getlist(name)
    if field.type == "group" and field.repeat is not None:
        return _items(field, post)
    if field.type == "place":
        return _place(field, post, name)
    return post.get(name)


def _place(field: Field, post: QueryDict, name: str) -> Any:
    picked = post.get(f"{name}{SEPARATOR}pick")
    if picked:
        return picked
    typed = post.get(f"{name}{SEPARATOR}text", "").strip()
    known = post.get(name, "")
    if known and typed:
        place = institutions.place(known)
        if place is not None and _place_words(place) == typed:
            return known
    if not typed:
        return None
    found = institutions.search_places(typed, field.level or "ward", within=None, limit=2)
    return found[0].code if len(found) == 1 else None


def _items(field: Field, post: QueryDict) -> list[dict[str, Any]]:
    most = min(field.repeat.max or 50, 50) if field.repeat else 0
    removed = post.get("remove", "")
    items = []
    for n in range(most):
        prefix = f"{field.name}{SEPARATOR}{n}{SEPARATOR}"
        if not any(key.startswith(prefix) for key in post) or removed == f"{field.name}{SEPARATOR}{n}":
            continue
        items.append({member.name: sent(member, post, prefix + member.name) for member in field.fields})
    return items


def dots(done: int, total: int) -> dict[str, Any]:
    """The drawing of a row of dots: so many filled, the rest hollow; 16 units a dot."""
    start, end = 8, 8 + 16 * max(done - 1, 0)
    return {
        "width": 16 * total,
        "em": round(1.125 * total, 3),
        "done": f"M{start} 8h{end - start + 0.5:g}" if done else "",
        "todo": f"M{8 + 16 * done} 8h{16 * (total - done - 1) + 0.5:g}" if total > done else "",
    }
