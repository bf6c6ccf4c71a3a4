"""Who is asking, as the database sees it.

Four principals: a person, an institution, the authority, a system job. Each transaction is told the
principal, as SET LOCAL would, before its first statement and whenever it changes (kernel.database);
row-level security reads it. With no principal a transaction sees no rows of anything that belongs to somebody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import migrations

KINDS = ("person", "institution", "authority", "system")


@dataclass(frozen=True)
class Principal:
    """One of the four, with the ids that the policies compare; build it by the named constructors."""

    kind: str
    institution_id: UUID | None = None
    person_id: UUID | None = None

    @classmethod
    def person(cls, person_id: UUID | None) -> "Principal":
        """A natural person; None for a visitor, who sees what is published and nothing else."""
        return cls("person", None, person_id)

    @classmethod
    def institution(cls, institution_id: UUID, person_id: UUID | None) -> "Principal":
        """An officer of one institution, at work."""
        return cls("institution", institution_id, person_id)

    @classmethod
    def authority(cls, institution_id: UUID, person_id: UUID | None) -> "Principal":
        """An officer of the e-government authority: sees the registers, not the cases."""
        return cls("authority", institution_id, person_id)

    @classmethod
    def system(cls) -> "Principal":
        """A job or a lookup of the platform itself, across institutions."""
        return cls("system")


_TELL = (
    "SELECT set_config('jumuishi.kind', '{}', true), set_config('jumuishi.institution', '{}', true), "
    "set_config('jumuishi.person', '{}', true)"
)
_current: ContextVar[Principal | None] = ContextVar("principal", default=None)

# Whose rows may be seen, as values and not as conditions: the planner then takes a policy for a comparison with a
# known institution or person, and expects as many rows as there are. A condition without a column counts as 1 in 200
# to it, so that it read all open tasks of an institution for a page of 25.
KIND = "current_setting('jumuishi.kind', true)"
SYSTEM = f"{KIND} = 'system'"
_INSTITUTION = "nullif(current_setting('jumuishi.institution', true), '')::uuid"
_PERSON = "nullif(current_setting('jumuishi.person', true), '')::uuid"
MY_OFFICE = f"(CASE WHEN {KIND} IN ('institution', 'authority') THEN {_INSTITUTION} END)"
MY_INSTITUTION = f"(CASE WHEN {KIND} = 'institution' THEN {_INSTITUTION} END)"
MYSELF = f"(CASE WHEN {KIND} = 'person' THEN {_PERSON} END)"


def current() -> Principal | None:
    """The principal of this context, if any."""
    return _current.get()


def settings_sql(principal: Principal | None) -> str:
    """The statement that tells PostgreSQL who is asking, for the length of the transaction; see kernel.database."""
    if principal is None:
        return _TELL.format("", "", "")
    ids = (principal.institution_id, principal.person_id)
    # They stand in the statement itself: nothing but an UUID passes here, whatever a caller took for one.
    return _TELL.format(KINDS[KINDS.index(principal.kind)], *(UUID.__str__(one) if one else "" for one in ids))


def session_settings(principal: Principal) -> dict[str, str]:
    """The same, for as long as a connection is open that is one principal's own."""
    ids = (principal.institution_id, principal.person_id)
    institution, person = (str(one) if one else "" for one in ids)
    return {"jumuishi.kind": principal.kind, "jumuishi.institution": institution, "jumuishi.person": person}


@contextmanager
def acting_as(principal: Principal | None) -> Iterator[None]:
    """Everything in the block, open transaction included, runs as this principal."""
    token = _current.set(principal)
    try:
        yield
    finally:
        _current.reset(token)


def wall(
    table: str,
    *,
    institution: str | None = None,
    person: str | None = None,
    authority: bool = False,
    read: str | None = None,
    write: str | None = None,
    append_only: bool = False,
) -> list[migrations.RunSQL]:
    """Row-level security, forced, on a table that belongs to somebody.

    `institution` and `person` name the owning columns. `authority` lets the authority read and write.
    `read` adds a condition under which others may read, `write` one under which they may write too.
    `append_only` takes UPDATE and DELETE from everybody but the system. Use as `operations = [..., *wall(...)]`.
    """
    mine = [SYSTEM]
    if institution:
        mine.append(f"{institution} = {MY_OFFICE}")
    if person:
        mine.append(f"{person} = {MYSELF}")
    if authority:
        mine.append(f"{KIND} = 'authority'")
    if write:
        mine.append(f"({write})")
    owns = " OR ".join(mine)
    reads = f"{owns} OR ({KIND} <> '' AND ({read}))" if read else owns
    changes = SYSTEM if append_only else owns
    return [
        migrations.RunSQL(
            sql=f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY {table}_read ON {table} FOR SELECT USING ({reads});
            CREATE POLICY {table}_add ON {table} FOR INSERT WITH CHECK ({owns});
            CREATE POLICY {table}_change ON {table} FOR UPDATE USING ({changes}) WITH CHECK ({changes});
            CREATE POLICY {table}_drop ON {table} FOR DELETE USING ({changes});
            """,
            reverse_sql=f"""
            DROP POLICY {table}_read ON {table}; DROP POLICY {table}_add ON {table};
            DROP POLICY {table}_change ON {table}; DROP POLICY {table}_drop ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
            """,
        )
    ]
