"""A draft of one's own that nobody else changes until the transaction ends: each answer by phone does both.

Written out, because the walls around a draft cost far more to plan than to go through.
"""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field

from jumuishi.cases.models import Draft
from jumuishi.kernel.statements import Often, Soon

_FIELDS: "tuple[Field[Any, Any], ...]" = tuple(Draft._meta.concrete_fields)
_NAMES = [one.attname for one in _FIELDS]
_READ = Often(
    f"SELECT {', '.join(str(one.column) for one in _FIELDS)} FROM cases_draft "  # noqa: S608  # names of ours
    "WHERE id = %s AND person_id = %s FOR UPDATE"
)
_KEPT = tuple(one for one in _FIELDS if one.name in {"answers", "done_pages", "look_again", "phone", "saved_at"})
_KEEP = Soon(f"UPDATE cases_draft SET {', '.join(f'{one.column} = %s' for one in _KEPT)} WHERE id = %s")  # noqa: S608


def held(draft_id: UUID, owner: UUID) -> Draft | None:
    """The draft, locked; None for one that is not there or somebody else's."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [draft_id, owner])
        row = cursor.fetchone()
    if row is None:
        return None
    values = [_value(one, value) for one, value in zip(_FIELDS, row, strict=True)]
    found: Draft = Draft.from_db(connection.alias, _NAMES, values)
    return found


def keep(row: Draft) -> None:
    """Write what a page changes of a draft that this transaction has locked."""
    values = [one.get_db_prep_save(getattr(row, one.attname), connection) for one in _KEPT]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*values, row.id])


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value
