"""An index on a table that a country writes to all day: built beside the writers, never in their way."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class IndexQuietly(AddIndexConcurrently):
    """As AddIndex, concurrently; in a migration of its own with `atomic = False`. Tried again, it begins anew."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Wait for the transactions of now, which keeps nobody waiting, and replace what an interrupted try left."""
        schema_editor.execute("SET lock_timeout = 0")
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute("RESET lock_timeout")

    def _ensure_not_in_transaction(self, schema_editor: Any) -> None:
        # Whoever only reads the SQL (a test, sqlmigrate) may do so within a transaction.
        if not schema_editor.collect_sql:
            super()._ensure_not_in_transaction(schema_editor)
