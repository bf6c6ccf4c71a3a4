"""An index on a table that a country writes to all day: built and taken away beside the writers, never in their way."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently


class _Quietly:
    """Waits for the transactions of now, which keeps nobody waiting; in a migration of its own, `atomic = False`."""

    def _ensure_not_in_transaction(self, schema_editor: Any) -> None:
        # Whoever only reads the SQL (a test, sqlmigrate) may do so within a transaction.
        if not schema_editor.collect_sql:
            super()._ensure_not_in_transaction(schema_editor)  # type: ignore[misc]  # of the operation beside it


class IndexQuietly(_Quietly, AddIndexConcurrently):
    """As AddIndex, concurrently. Tried again, it begins anew."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Replace what an interrupted try left."""
        schema_editor.execute("SET lock_timeout = 0")
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute("RESET lock_timeout")


class NoIndexQuietly(_Quietly, RemoveIndexConcurrently):
    """As RemoveIndex, concurrently."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """One that is gone already is fine."""
        schema_editor.execute("SET lock_timeout = 0")
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute("RESET lock_timeout")
