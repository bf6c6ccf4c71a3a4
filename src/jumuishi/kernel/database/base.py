"""The database engine of settings: row-level security needs its principal in every transaction."""

from django.db.backends.postgresql import base

from jumuishi.kernel import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose outermost transactions begin with SET LOCAL of the principal."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        principal = tenancy.current()
        if not autocommit and principal is not None:
            sql, values = tenancy.settings_sql(principal)
            with self.cursor() as cursor:
                cursor.execute(sql, values)
