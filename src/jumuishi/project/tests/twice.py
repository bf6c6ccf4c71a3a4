"""Whatever a test sends that may change something is sent once more, at once, and looked at: did that change anything?

The second sending is undone, so that the test goes on as if it had not been.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import RequestFactory
from django.urls import resolve

from jumuishi.kernel import tenancy

SYSTEM = tenancy.Principal.system()
# What remembers that somebody asked, whatever came of it: the journal and its log, sessions, tries, keys used.
MEMORY = re.compile(r"evidence_|django_|identity_(open_session|attempt|command|code)|insights_|procrastinate_")
READS = ("GET", "HEAD", "OPTIONS")


# Where it is recognised, and yet something is another: a nameless sender's code, of which we keep a hash alone; a new
# password's hash; a visitor without a token, who is another guest each time.
MAY = {
    "POST mrejesho/": {"feedback_item"},
    "POST api/v1/feedback": {"feedback_item"},
    "POST api/v1/drafts": {"cases_draft", "identity_person", "identity_resume"},
    "POST ofisi/karibu/<str:token>/": {"identity_account"},
    # The key before it ends, and whoever cares is told that.
    "POST ofisi/usalama/mfumo/": {"job kernel.event.deliver"},
}
TABLE = Path(__file__).with_name("twice.csv")
# Moments and ids are new each time.
FRESH = r"\d{4}-\d\d-\d\d[ T]\d\d:[0-9:.+]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def known() -> list[tuple[str, str, str]]:
    """Every address that may change something: how a second sending is recognised there, and by what."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [(row["address"], row["how"], row["by"]) for row in csv.DictReader(lines)]


def state() -> dict[str, str]:
    """Every table's rows in one digest each, moments and ids left out; of deferred work, how much of a kind."""
    tables = sorted({model._meta.db_table for model in apps.get_models()})
    parts = [
        f"SELECT '{one}', count(*)::text || md5(coalesce(string_agg(row, ',' ORDER BY row), '')) "
        f"FROM (SELECT regexp_replace(t::text, '{FRESH}', '', 'g') AS row FROM {one} t) rows"
        for one in tables
        if not MEMORY.match(one)
    ]
    parts.append("SELECT 'job ' || task_name, count(*)::text FROM procrastinate_jobs GROUP BY 1")
    with tenancy.acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


class Twice:
    """By address: how often it was sent twice, and which tables a second sending changed."""

    def __init__(self) -> None:
        self.played: dict[str, int] = defaultdict(int)
        self.changed: dict[str, set[str]] = defaultdict(set)
        self.how = {address: how for address, how, _ in known()}

    def again(self, send: Any, method: str, path: str) -> None:
        """Send once more, look, undo; not where it is meant to happen again."""
        route = f"{method} {resolve(path.partition('?')[0]).route}".replace(" en/", " ", 1)
        if self.how[route] == "again":
            return
        before = state()
        with transaction.atomic():
            send()
            after = state()
            transaction.set_rollback(True)
        self.played[route] += 1
        for table in sorted(set(before) | set(after)):
            if before.get(table) != after.get(table):
                self.changed[route].add(table)

    def wrong(self) -> list[str]:
        """The addresses that did more the second time, though the list says that they recognise it."""
        found = {route: tables - MAY.get(route, set()) for route, tables in self.changed.items()}
        return [f"{route}: {sorted(tables)}" for route, tables in found.items() if tables]


@contextmanager
def sent_twice() -> Iterator[Twice]:
    """Within the block every form, JSON body and callback that was taken is sent twice."""
    told, once = Twice(), RequestFactory.generic

    def generic(self: Any, method: str, path: str, *args: Any, **more: Any) -> Any:
        answer = once(self, method, path, *args, **more)
        is_sent = method not in READS and connection.in_atomic_block and hasattr(self, "cookies")
        if is_sent and getattr(answer, "status_code", 500) < 400:
            kept = deepcopy(self.cookies)
            told.again(lambda: once(self, method, path, *args, **more), method, path)
            self.cookies = kept
        return answer

    RequestFactory.generic = generic  # type: ignore[method-assign]
    try:
        yield told
    finally:
        RequestFactory.generic = once  # type: ignore[method-assign]
