"""Fields of a definition as the templates draw them, and what a browser sent back as raw answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from jumuishi.cases import uploads
from jumuishi.cases.models import Attachment, Upload
from jumuishi.definitions.types import Field
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_bytes
from jumuishi.kernel.text import fold, t

INPUTS: dict[str, dict[str, str]] = {
    "text": {"type": "text"},
    "phone": {"type": "tel", "inputmode": "tel", "css": "w12"},
    "email": {"type": "email", "inputmode": "email"},
    "national_id": {"type": "text", "inputmode": "numeric", "css": "w16"},
    "tax_id": {"type": "text", "inputmode": "numeric", "css": "w12"},
    "integer": {"type": "text", "inputmode": "numeric", "css": "w5"},
    "money": {"type": "text", "inputmode": "numeric", "css": "w12"},
    "decimal": {"type": "text", "inputmode": "decimal", "css": "w12"},
    "date": {"type": "date", "css": "w12"},
    "time": {"type": "time", "css": "w5"},
}
MANY = 7
MOST = 50
PLACES = 8
SEPARATOR = "__"


def shown(
    field: Field,
    value: Any,
    lang: str,
    *,
    error: str = "",
    offered: Iterable[str] | None = None,
    files: Iterable[Attachment] = (),
    door: str = "web",
    name: str = "",
    may_find: bool = False,
    may_drop: bool = False,
    sends_to: str = "",
    coming: Upload | None = None,
) -> dict[str, Any]:
    """One question for cases/field.html; `value` is canonical data or what was typed, `offered` the choices left.

    `may_find`, `may_drop`: whether the form knows the buttons that search a place and take a file back.
    `sends_to`: the address to which a phone sends a file in parts; `coming`: one that is on its way.
    """
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
            "files": [{"name": one.name, "kb": max(1, one.size // 1024), "sha256": one.sha256} for one in files],
            "may_drop": may_drop,
            "counter": field.doors.get(door) == "at_counter",
            "to": f"{sends_to}{name}/" if sends_to else "",
            "max": uploads.limit_of(field),
            "large": t("cases.err_file_size", lang, mb=f"{uploads.limit_of(field) / 1_048_576:g}"),
            "coming": _coming(coming, lang) if coming is not None else "",
        }
    if field.type == "place":
        known = institutions.place(str(value)) if value else None
        like = _places_like(field, str(value)) if value and not known else []
        return {
            **found,
            "widget": "place",
            "value": known.code if known else "",
            "place_text": _place_words(known) if known else value or "",
            "may_find": may_find,
            "choices": like,
            "nowhere": bool(value and not known and not like),
        }
    return {**found, "widget": "input", **INPUTS[field.type]}


def _coming(row: Upload, lang: str) -> str:
    got, size = say_bytes(row.received, lang), say_bytes(row.size, lang)
    return t("cases.up_coming", lang, name=row.name, got=got, size=size)


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


def _places_like(field: Field, typed: str) -> list[dict[str, Any]]:
    """Places whose names match what was typed, as choices; the server searches, the phone carries no list."""
    found = institutions.search_places(typed, field.level or "ward", limit=PLACES)
    return [{"key": one.code, "label": _place_words(one)} for one in found]


def group(
    field: Field, items: list[Mapping[str, Any]], said: Mapping[str, str], lang: str, *, add: bool = False
) -> dict[str, Any]:
    """A repeat group with its items, and one more empty one when it is asked for and there is room."""
    items = list(items)
    most = field.repeat.max if field.repeat and field.repeat.max else MOST
    least = max(field.repeat.min if field.repeat else 0, 1 if field.required else 0)
    if add and len(items) < most:
        items.append({})
    items += [{}] * (least - len(items))
    return {
        "widget": "group",
        "name": field.name,
        "label": field.label[lang] if field.label else "",
        "hint": field.hint[lang] if field.hint else "",
        "error": said.get(field.name, ""),
        "may_add": len(items) < most,
        "items": [
            {
                "key": f"{field.name}{SEPARATOR}{n}",
                "fields": [
                    shown(member, item.get(member.name), lang, name=name, error=said.get(name, ""), may_find=True)
                    for member in field.fields
                    for name in [f"{field.name}{SEPARATOR}{n}{SEPARATOR}{member.name}"]
                ],
            }
            for n, item in enumerate(items)
        ],
    }


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
    """The code of the place that was picked, or found alone by what was typed; else the words, to be shown again."""
    if f"{name}{SEPARATOR}text" not in post:
        return None
    typed = str(post[f"{name}{SEPARATOR}text"]).strip()[:80]
    before = post.get(name, "")
    known = institutions.place(before) if before and typed else None
    if known is not None and _place_words(known) == typed:
        return before
    picked = institutions.place(post.get(f"{name}{SEPARATOR}pick", ""))
    if picked is not None and picked.level == (field.level or "ward"):
        return picked.code
    if not typed:
        return ""
    found = institutions.search_places(typed, field.level or "ward", limit=PLACES)
    alone = found if len(found) == 1 else [one for one in found if fold(one.name) == fold(typed)]
    return alone[0].code if len(alone) == 1 else typed


def _items(field: Field, post: QueryDict) -> list[dict[str, Any]]:
    most = min(field.repeat.max or MOST, MOST) if field.repeat else 0
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
