"""All that is held about a person as one file: JSON for machines, a page to read, and the files themselves.

It is written while it is sent, in constant memory, however much there is.
"""

import html
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jumuishi.identity.holdings import Copy, holders
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, files, tenancy
from jumuishi.kernel.text import t, texts

_PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>body{{font:1rem/1.5 sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem}}"
    "dt{{font-weight:700}}dd{{margin:0 0 .5rem;overflow-wrap:anywhere;white-space:pre-wrap}}"
    "section{{border-top:2px solid #00485c;margin-top:1rem}}</style><h1>{title}</h1><p>{lead}</p>"
)


class _Pipe(io.RawIOBase):
    """What a zip writes, taken off as it comes; it can't be searched, so that the zip never looks back."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """The bytes since the last time."""
        found, self._waiting = b"".join(self._waiting), []
        return found


def package(person_id: UUID, lang: str) -> Iterator[bytes]:
    """The zip in pieces, read as the person: in a transaction of its own, for the request's is over by then."""
    with tenancy.acting_as(tenancy.Principal.person(person_id)), transaction.atomic():
        pipe, now = _Pipe(), clock.now()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:
            for name, pieces in (
                ("taarifa.json", _json(person_id, now)),
                (f"{t('privacy.copy_page', lang)}.html", _page(person_id, lang)),
            ):
                with out.open(name, "w", force_zip64=True) as member:
                    for piece in pieces:
                        member.write(piece.encode())
                        yield pipe.take()
            for name, file_id in _files(person_id):
                yield from _member(out, pipe, name, file_id)
        yield pipe.take()


def _copies(person_id: UUID) -> Iterator[tuple[str, Copy]]:
    for room in holders():
        for one in room.copies(person_id):
            yield room.room, one


def _json(person_id: UUID, now: datetime) -> Iterator[str]:
    head = {"format": "jumuishi-copy-1", "person": str(person_id), "at": now.isoformat()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [\n'
    comma = ""
    for room, one in _copies(person_id):
        row = {"room": room, "kind": one.kind, "institution": str(one.institution_id or ""), "data": dict(one.data)}
        row |= {"files": [_name(one, name, file_id) for name, file_id in one.files]} if one.files else {}
        yield comma + json.dumps(row, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"


def _page(person_id: UUID, lang: str) -> Iterator[str]:
    yield _PAGE.format(lang=lang, title=t("privacy.copy_title", lang), lead=t("privacy.copy_lead", lang))
    names: dict[UUID, str] = {}
    for room, one in _copies(person_id):
        home = one.institution_id
        if home is not None and home not in names:
            found = institutions.institution(home)
            names[home] = found.name[lang] if found else ""
        known = (f"{room}.held_{one.kind}_what", f"privacy.copy_{one.kind}", "privacy.copy_other")
        kind = t(next(key for key in known if key in texts()), lang)
        heading = f"{kind} · {names[home]}" if home else kind
        rows = "".join(_row(label, value, lang) for label, value in one.data.items() if value not in (None, "", [], {}))
        yield f"<section><h2>{html.escape(heading)}</h2><dl>{rows}</dl></section>\n"
    yield "</html>\n"


def _row(label: str, value: Any, lang: str) -> str:
    if isinstance(value, dict) and set(value) == {"sw", "en"}:
        value = value[lang]
    said = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False, indent=1)
    key = f"privacy.copy_label_{label}"
    name = t(key, lang) if key in texts() else label.replace("_", " ")
    return f"<dt>{html.escape(name)}</dt><dd>{html.escape(str(said))}</dd>"


def _files(person_id: UUID) -> Iterator[tuple[str, UUID]]:
    for _, one in _copies(person_id):
        for name, file_id in one.files:
            yield _name(one, name, file_id), file_id


def _name(one: Copy, name: str, file_id: UUID) -> str:
    """A file's name within the zip: no name that a person gave leads out of the folder."""
    clean = "".join(c if c.isalnum() or c in "._- " else "_" for c in name).strip(". ") or "faili"
    return f"faili/{one.kind}-{file_id.hex[-8:]}-{clean}"


def _member(out: zipfile.ZipFile, pipe: _Pipe, name: str, file_id: UUID) -> Iterator[bytes]:
    try:
        pieces = files.read(file_id)
        first = next(pieces, b"")
    except FileNotFoundError:
        return
    with out.open(name, "w", force_zip64=True) as member:
        member.write(first)
        yield pipe.take()
        for piece in pieces:
            member.write(piece)
            yield pipe.take()
