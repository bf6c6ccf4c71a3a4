"""What a played case left in the tables, as patterns that copies are printed from."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from jumuishi.cases.models import Case
from jumuishi.kernel.canonical import canonical, digest
from jumuishi.project.generate.pattern import Pattern, Slots
from jumuishi.project.generate.walks import FIRST, LAST, NIN, PHONE, Walk

# table -> the column that names the case; the search's words go by their own order of columns, for their ids are drawn.
TABLES = {
    "cases_case": "id",
    "cases_task": "case_id",
    "cases_note": "case_id",
    "cases_find": "case_id",
    "cases_attachment": "case_id",
    "evidence_journal": "thing_id",
}
NULL = "\x00"
BODY, SALT = "BODY", "SALT"


@dataclass(frozen=True)
class Mould:
    """One played case, ready to be copied: `rows` is COPY's text by table, `fresh` the slots that get new ids."""

    slots: Slots
    service: str
    model: UUID
    is_ended: bool
    answers: Pattern
    rows: dict[str, Pattern]
    journal: list[tuple[Pattern, Pattern]]
    fresh: list[int]
    applicant: int
    shared: list[tuple[int, UUID]]


def columns_of(table: str) -> list[str]:
    """A table's columns that we write, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attidentity = '' ORDER BY attnum",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def harvest(walk: Walk, shared: set[UUID], columns: dict[str, list[str]]) -> Mould:
    """Read a played case's rows; `shared` are the ids that belong to its institution and not to the case."""
    case = Case.objects.get(id=walk.case_id)
    rows = {table: _rows(table, walk.case_id, names) for table, names in columns.items()}
    journal = [row for row in rows.pop("evidence_journal") if not _is_idle(row, columns["evidence_journal"])]
    own = {str(walk.case_id), str(walk.applicant), str(case.submit_entry)}
    own |= {row[0] for table in rows if table not in ("cases_find",) for row in rows[table]}
    own |= {row[0] for row in journal}
    place = columns["cases_attachment"].index("draft_id")
    own |= {row[place] for row in rows["cases_attachment"]}
    plus = PHONE.removeprefix("+")
    words = {
        case.reference: "reference", case.answers_hash: "hash", FIRST: "first", LAST: "last",
        FIRST.lower(): "first_folded", LAST.lower(): "last_folded", NIN: "nin", PHONE: "phone", plus: "digits",
        plus[3:]: "local", f"0{plus[3:]}": "home_phone",
    }  # fmt: skip
    slots = Slots({**words, **{one: one for one in sorted(own)}, **{str(one): str(one) for one in shared}})
    at = columns["evidence_journal"].index("body")
    submitted = next(json.loads(_body(row[at])) for row in journal if row[0] == str(case.submit_entry))["after"]["act"][
        "submit"
    ]
    mould = Mould(
        slots=slots,
        service=case.service,
        model=case.institution_id,
        is_ended=walk.is_ended,
        answers=slots.pattern(canonical(submitted).decode()),
        rows={table: slots.pattern(_text(kept)) for table, kept in rows.items() if kept},
        journal=[
            (slots.pattern(_text([[*row[:at], BODY, SALT, *row[at + 2 :]]])), slots.pattern(_body(row[at])))
            for row in journal
        ],
        fresh=[slots.names.index(one) for one in sorted(own - {str(walk.applicant)})],
        applicant=slots.names.index(str(walk.applicant)),
        shared=[(slots.names.index(str(one)), one) for one in shared],
    )
    if digest(submitted) != case.answers_hash:
        raise ValueError(f"{case.reference}: its answers are not what was submitted")
    return mould


def _rows(table: str, case_id: UUID, columns: list[str]) -> list[list[str]]:
    with connection.cursor() as cursor:
        listed = ", ".join(f'"{one}"::text' for one in columns)
        cursor.execute(f"SELECT {listed} FROM {table} WHERE {TABLES[table]} = %s", [case_id])  # noqa: S608  # our names
        return [[NULL if one is None else one for one in row] for row in cursor.fetchall()]


def _is_idle(row: list[str], columns: list[str]) -> bool:
    """A clock that was looked at and found with time left."""
    return '"elapse":"nothing"' in _body(row[columns.index("body")])


def _body(text: str) -> str:
    return bytes.fromhex(text.removeprefix("\\x")).decode()


def _text(rows: list[list[str]]) -> str:
    """Rows as COPY reads them."""
    return "".join("\t".join("\\N" if one is NULL else _escaped(one) for one in row) + "\n" for row in rows)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
