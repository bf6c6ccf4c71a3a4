"""Answers in and out: what a person typed becomes a value of its field's type, and values become canonical JSON."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from jumuishi.definitions.model import Field, Package
from jumuishi.definitions.values import Answer, Answers, FileAnswer, Place
from jumuishi.kernel.canonical import canonical

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "csv": "text/csv",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
"""What a field may `accept`, and the media type it stands for."""

LARGEST_WHOLE = 2**53 - 1
"""The largest whole number that JSON carries exactly (RFC 8785 section 3.2.2.3)."""

_YES = {"ndiyo", "ndio", "yes", "y", "true", "1"}
_NO = {"hapana", "no", "false", "0"}  # a lone "n" is Ndiyo to one reader and No to another: refused


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer was not understood: `code` names the message, `path` the member inside a group's item.

    Codes: too_long, phone, email, national_id, tax_id, choice, integer, money, decimal, too_large, yes_no, date, time,
    place, file, file_type, file_size, items, not_asked.
    """

    code: str
    path: tuple[str | int, ...] = ()


Reading: TypeAlias = Answer | Refused | None


def parse_answer(field: Field, raw: object) -> Reading:
    """The value of what was typed, None when nothing was, or why it is refused.

    `raw` is text for most types; a sequence of texts for select_multiple; a FileAnswer for a file; a sequence of
    mappings for a repeat group. Whether the field is required, relevant or within its constraint is not decided here.
    """
    if isinstance(raw, str):
        # PostgreSQL holds no NUL and UTF-8 no lone surrogate; a JSON client can send both
        raw = raw.strip().replace("\r\n", "\n").replace("\x00", "").encode("utf-8", "replace").decode()
    if raw is None or raw == "" or (isinstance(raw, list | tuple) and not raw):
        return None
    if field.type == "file":
        return _file(field, raw)
    if field.type == "select_multiple":
        return _several(field, raw)
    if field.type == "group":
        return _items(field, raw)
    reader = _READERS.get(field.type)
    if reader is None:
        return Refused("not_asked")
    if isinstance(raw, bool):
        raw = "true" if raw else "false"
    if not isinstance(raw, str | int | float):
        return Refused(field.type if field.type not in ("text", "long_text") else "too_long")
    return reader(field, str(raw))


def _text(field: Field, raw: str) -> Reading:
    if field.type == "text":
        raw = " ".join(raw.split())
    limit = field.length_limit
    return Refused("too_long") if limit is not None and len(raw) > limit else raw


def _phone(_: Field, raw: str) -> Reading:
    digits = re.sub(r"[\s().\-]", "", raw)
    if re.fullmatch(r"0[1-9][0-9]{8}", digits):
        digits = "+255" + digits[1:]
    elif re.fullmatch(r"(00|\+)?255[1-9][0-9]{8}", digits):
        digits = "+255" + digits[-9:]
    elif digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+255") and not re.fullmatch(r"\+255[1-9][0-9]{8}", digits):
        return Refused("phone")
    return digits if re.fullmatch(r"\+[1-9][0-9]{7,14}", digits) else Refused("phone")  # E.164


def _email(_: Field, raw: str) -> Reading:
    fits = len(raw) <= 254 and re.fullmatch(r"[^\s@<>\",;:]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}", raw)
    if not fits:
        return Refused("email")
    local, domain = raw.rsplit("@", 1)
    return f"{local}@{domain.lower()}"


def _national_id(_: Field, raw: str) -> Reading:
    digits = re.sub(r"[\s\-]", "", raw)
    if not re.fullmatch(r"[0-9]{20}", digits) or _day(digits[:4], digits[4:6], digits[6:8]) is None:
        return Refused("national_id")
    return f"{digits[:8]}-{digits[8:13]}-{digits[13:18]}-{digits[18:]}"


def _tax_id(_: Field, raw: str) -> Reading:
    digits = re.sub(r"[\s\-]", "", raw)
    return "-".join(re.findall("...", digits)) if re.fullmatch(r"[0-9]{9}", digits) else Refused("tax_id")


def _choice(field: Field, raw: str) -> Reading:
    return raw if raw in field.choices else Refused("choice")


def _whole(field: Field, raw: str) -> Reading:
    if field.type == "money":
        raw = re.sub(r"(?i)^(tzs|tshs?|shs?)\.?\s*|\s*/[=-]?$", "", raw)
    if not re.fullmatch(r"[+-]?([0-9]{1,30}|[0-9]{1,3}([, ][0-9]{3}){1,9})", raw):
        return Refused(field.type)
    number = int(re.sub("[, ]", "", raw))
    return number if abs(number) <= LARGEST_WHOLE else Refused("too_large")


def _decimal(_: Field, raw: str) -> Reading:
    """With a comma or a point; `1,000` alone could be one or a thousand, so it is refused rather than guessed."""
    if re.fullmatch(r"[+-]?[0-9]{1,3}([, ][0-9]{3}){1,9}\.[0-9]+", raw) or re.fullmatch(
        r"[+-]?[0-9]{1,3}( [0-9]{3}){1,9}", raw
    ):
        raw = re.sub("[, ]", "", raw)
    elif re.fullmatch(r"[+-]?[0-9]+,[0-9]+", raw) and not re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", raw):
        raw = raw.replace(",", ".")
    if not re.fullmatch(r"[+-]?[0-9]{1,30}(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,2})?", raw):
        return Refused("decimal")
    number = float(raw)
    return number + 0.0 if math.isfinite(number) and abs(number) <= LARGEST_WHOLE else Refused("too_large")


def _yes_no(_: Field, raw: str) -> Reading:
    word = raw.casefold()
    return True if word in _YES else False if word in _NO else Refused("yes_no")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _date(_: Field, raw: str) -> Reading:
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", raw)
    usual = re.fullmatch(r"([0-9]{1,2})[./\- ]([0-9]{1,2})[./\- ]([0-9]{4})", raw)
    if iso:
        found = _day(*iso.groups())
    elif usual:
        found = _day(usual[3], usual[2], usual[1])
    else:
        found = None
    return found if found is not None and found.year >= 1800 else Refused("date")


def _time(_: Field, raw: str) -> Reading:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", raw)
    return f"{int(found[1]):02d}:{found[2]}" if found else Refused("time")


def _place(_: Field, raw: str) -> Reading:
    return raw if re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", raw) else Refused("place")


def _file(field: Field, raw: object) -> Reading:
    if not isinstance(raw, FileAnswer):
        return Refused("file")
    if field.accept and raw.type not in {MEDIA_TYPES.get(one, one) for one in field.accept}:
        return Refused("file_type")
    return Refused("file_size") if field.max_kb is not None and raw.size > field.max_kb * 1024 else raw


def _several(field: Field, raw: object) -> Reading:
    wanted = [raw] if isinstance(raw, str) else raw
    if not isinstance(wanted, Sequence) or any(one not in field.choices for one in wanted):
        return Refused("choice")
    return tuple(key for key in field.choices if key in wanted)


def _items(field: Field, raw: object) -> Reading:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return Refused("items")
    members = {member.name: member for member in field.fields}
    items: list[Mapping[str, Answer | None]] = []
    for number, item in enumerate(raw):
        if not isinstance(item, Mapping) or set(item) - set(members):
            return Refused("items", (number,))
        read: dict[str, Answer | None] = {}
        for name, typed in item.items():
            value = parse_answer(members[name], typed)
            if isinstance(value, Refused):
                return Refused(value.code, (number, name, *value.path))
            read[name] = value
        items.append(read)
    return tuple(items)


_READERS: Mapping[str, Callable[[Field, str], Reading]] = {
    "text": _text,
    "long_text": _text,
    "phone": _phone,
    "email": _email,
    "national_id": _national_id,
    "tax_id": _tax_id,
    "select_one": _choice,
    "integer": _whole,
    "money": _whole,
    "decimal": _decimal,
    "yes_no": _yes_no,
    "date": _date,
    "time": _time,
    "place": _place,
}


def answers_data(package: Package, answers: Answers) -> dict[str, Any]:
    """The answers as plain JSON data by field name; raises KeyError on a name that is no field of the package.

    Unanswered fields, notes and empty lists are absent. The caller has already set irrelevant answers to None: what is
    relevant depends on the institution's settings and the day, which are not known here.
    """
    known = package.all_fields()
    unknown = set(answers) - set(known)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    return _present(answers)


def canonical_answers(package: Package, answers: Answers) -> bytes:
    """What was answered, as RFC 8785 JSON: the bytes that receipts sign and commitments hash.

    Dates are ISO text, money and integers whole numbers, decimals numbers, a file {name, size, sha256, type}, a place
    its code, a repeat group a list of objects; a calculated instant is ISO text in UTC, a calculated duration its
    seconds.
    """
    return canonical(answers_data(package, answers))


def _present(answers: Answers) -> dict[str, Any]:
    return {name: answer_data(value) for name, value in answers.items() if value is not None and value != ()}


def answer_data(value: Answer) -> Any:
    """One answer as plain JSON data."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Place):
        return value.code
    if isinstance(value, FileAnswer):
        return {"name": value.name, "size": value.size, "sha256": value.sha256, "type": value.type}
    if isinstance(value, tuple | list):
        return [_present(one) if isinstance(one, Mapping) else one for one in value]
    return value
