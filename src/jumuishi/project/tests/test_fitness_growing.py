"""A migration never stops a running service: not the old code beside it, nor a table that a million rows lie in.

What each migration does is read as SQL, so that our own operations and RunSQL are seen too.
"""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

# Where a country's rows pile up. What scans, rewrites or locks one of these has to go in steps.
BIG = frozenset(
    {
        *("cases_attachment", "cases_case", "cases_draft", "cases_find", "cases_note", "cases_task"),
        *("documents_document", "payments_bill", "payments_message", "payments_payment"),
        *("evidence_checkpoint", "evidence_journal", "evidence_leaf", "evidence_queue", "evidence_tile"),
        *("identity_person", "django_session", "messaging_mail", "messaging_message"),
        *("procrastinate_events", "procrastinate_jobs"),
    }
)
# Landed while no installation held rows yet; what comes after them goes the slow and quiet way.
BEFORE_THE_FIRST_INSTALLATION = frozenset({"cases.0002_office", "identity.0003_person_same_as"})

HOW = "docs/how-to/change-a-table.md says how"
_NAME = r'(?:ONLY )?"?(?P<table>[a-z0-9_]+)"?'
_NEVER = (
    (rf"ALTER TABLE {_NAME} DROP COLUMN", "the code before this one still reads the column"),
    (rf"DROP TABLE (?:IF EXISTS )?{_NAME}", "the code before this one still reads the table"),
    (rf"ALTER TABLE {_NAME} RENAME", "the code before this one knows the old name only"),
    (rf"ALTER TABLE {_NAME} ALTER COLUMN .*DROP DEFAULT", "the code before this one can't add rows: use db_default"),
    (rf"ALTER TABLE {_NAME} ADD COLUMN (?!.*\bDEFAULT\b).*NOT NULL", "old rows have no value: null=True or db_default"),
    (rf"ALTER TABLE {_NAME} ADD COLUMN .*DEFAULT \(?(?:random|gen_random_uuid|clock_timestamp)", "it writes every row"),
    (rf"ALTER TABLE {_NAME} ALTER COLUMN .*SET NOT NULL", "the code before this one may leave it empty"),
)
_NEVER_ON_BIG = (
    (rf"ALTER TABLE {_NAME} ALTER COLUMN .*\bTYPE\b", "it writes every row under a lock"),
    (rf"ALTER TABLE {_NAME} ADD CONSTRAINT (?!.*(?:NOT VALID|USING INDEX))", "it reads every row under a lock"),
    (rf"ALTER TABLE {_NAME} ADD COLUMN .*\bREFERENCES\b", "it reads every row under a lock: db_constraint=False"),
    (rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON {_NAME}", "nobody writes meanwhile: concurrently"),
    (rf"UPDATE {_NAME} ", "it holds every row: a job does so in small steps"),
    (rf"DELETE FROM {_NAME}", "it holds every row: a job does so in small steps"),
    (rf"(?:LOCK TABLE|TRUNCATE|TRUNCATE TABLE|VACUUM FULL|CLUSTER|REINDEX TABLE) {_NAME}", "nobody reads meanwhile"),
)


def statements(sql: list[str]) -> Iterator[str]:
    """One statement each, without comments, on one line."""
    text = "\n".join(line for line in "\n".join(sql).splitlines() if not line.lstrip().startswith("--"))
    for statement in text.split(";"):
        if plain := " ".join(statement.split()):
            yield plain


def faults(sql: list[str]) -> list[str]:
    """What would stop a running service; a table that the same statements made is nobody's yet."""
    made, found = set[str](), []
    for statement in statements(sql):
        if new := re.match(rf"CREATE TABLE (?:IF NOT EXISTS )?{_NAME}", statement, re.I):
            made.add(new["table"])
        for pattern, why in (*_NEVER, *_NEVER_ON_BIG):
            hit = re.search(pattern, statement, re.I)
            if hit and hit["table"] not in made and (hit["table"] in BIG or (pattern, why) in _NEVER):
                found.append(f"{hit['table']}: {why}; {statement[:90]}")
    return found


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def ours(loader: MigrationLoader) -> list[Migration]:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("jumuishi.")}
    return [found for (room, _), found in sorted(loader.disk_migrations.items()) if room in rooms]


def test_no_migration_stops_a_running_service(db: None, loader: MigrationLoader) -> None:
    loader.connection = connection
    for migration in ours(loader):
        if f"{migration.app_label}.{migration.name}" in BEFORE_THE_FIRST_INSTALLATION:
            continue
        sql = loader.collect_sql([(migration, False)])
        assert faults(sql) == [], f"{migration}: {HOW}"
        in_python = [one for one in migration.operations if isinstance(one, RunPython)]
        assert not in_python, f"{migration} changes rows in Python, under its locks: do it in a job; {HOW}"


def test_every_big_table_is_there(db: None) -> None:
    assert BIG - set(connection.introspection.table_names()) == set()


@pytest.mark.parametrize(
    "harm",
    [
        'ALTER TABLE "institutions_unit" DROP COLUMN "name" CASCADE',
        'ALTER TABLE "institutions_unit" RENAME COLUMN "name" TO "title"',
        "ALTER TABLE institutions_unit ADD COLUMN colour varchar(9) NOT NULL",
        "ALTER TABLE institutions_unit ADD COLUMN colour varchar(9) DEFAULT '' NOT NULL; "
        "ALTER TABLE institutions_unit ALTER COLUMN colour DROP DEFAULT",
        "CREATE INDEX one ON cases_case (institution_id)",
        'CREATE UNIQUE INDEX "one" ON "cases_case" ("institution_id")',
        "ALTER TABLE cases_case ADD CONSTRAINT one CHECK (outcome <> 'x')",
        "ALTER TABLE cases_case ALTER COLUMN outcome TYPE text USING outcome::text",
        "UPDATE cases_task SET home_id = institution_id",
    ],
)
def test_each_harm_is_seen(harm: str) -> None:
    assert faults([harm])


@pytest.mark.parametrize(
    "harmless",
    [
        "ALTER TABLE cases_case ADD COLUMN colour varchar(9) NULL",
        "ALTER TABLE cases_case ADD COLUMN colour varchar(9) DEFAULT '' NOT NULL",
        "CREATE INDEX CONCURRENTLY one ON cases_case (institution_id)",
        "ALTER TABLE cases_case ADD CONSTRAINT one CHECK (outcome <> 'x') NOT VALID",
        "CREATE TABLE new (id uuid NOT NULL); CREATE INDEX one ON new (id); UPDATE new SET id = NULL",
        "CREATE INDEX one ON institutions_unit (name)",
    ],
)
def test_what_harms_nobody_passes(harmless: str) -> None:
    assert faults([harmless]) == []
