"""What the database holds, read past every policy, against what was acknowledged."""

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing

import psycopg

from bench._hands import Ledger
from bench._installation import Installed


def backlog(one: Installed) -> int:
    """Jobs that wait or run now."""
    sql = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        " AND (scheduled_at IS NULL OR scheduled_at < now())"
    )
    with psycopg.connect(one.database()) as connection:
        row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def callbacks(one: Installed) -> int:
    """What the simulated gateway has still to tell us."""
    with closing(sqlite3.connect(one.here.data / "gepg-simulator.sqlite", timeout=10)) as base:
        return int(base.execute("SELECT count(*) FROM callback").fetchone()[0])


def compared(one: Installed, made: list[dict[str, str]], ledger: Ledger) -> dict[str, int]:
    """How much of each kind was acknowledged, and what of it is not there exactly once."""
    person_of = {draft["draft"]: draft["person"] for draft in made}
    with psycopg.connect(one.database()) as connection:
        rows = connection.execute("SELECT id::text, person_id::text FROM cases_case").fetchall()
        half = connection.execute(
            "SELECT count(*) FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_task t WHERE t.case_id = c.id)"
            " OR NOT EXISTS (SELECT 1 FROM evidence_journal j WHERE j.id = c.submit_entry AND j.thing_id = c.id)"
            " OR NOT EXISTS (SELECT 1 FROM cases_draft d WHERE d.case_id = c.id AND d.person_id = c.person_id)"
        ).fetchone()
        failed = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").fetchone()
        papers = connection.execute("SELECT case_id::text, file_id, sha256 FROM documents_document").fetchall()
        paid = connection.execute(
            "SELECT b.control_number, count(p.id), coalesce(sum(p.amount), 0) = b.amount FROM payments_bill b"
            " LEFT JOIN payments_payment p ON p.bill_id = b.id GROUP BY b.id"
        ).fetchall()
        files = connection.execute("SELECT draft_id::text, sha256, file_id FROM cases_attachment").fetchall()
    cases, known = dict(rows), set(person_of.values())
    owned = Counter(cases.values())
    lost = [draft for draft, named in ledger.named.items() if any(cases.get(one) != person_of[draft] for one in named)]
    twice = [draft for draft, named in ledger.named.items() if len(named) > 1 or owned[person_of[draft]] > 1]
    issued = Counter(case for case, _, _ in papers)
    on_disk = [(sha256, _sum(one, file_id)) for _, file_id, sha256 in papers]
    on_disk += [(sha256, _sum(one, file_id)) for _, sha256, file_id in files]
    handed_in = {draft: sha256 for draft, sha256, _ in files}
    exact = {number for number, count, whole in paid if count == 1 and whole}
    return {
        "acknowledged": len(ledger.named),
        "decided": len(ledger.decided),
        "paid": len(ledger.paid),
        "files": len(ledger.files),
        "cases": len(cases),
        "lost": len(lost),
        "doubled": len(twice) + sum(1 for person in owned if person not in known),
        "undecided": sum(1 for case in ledger.decided if issued[case] != 1),
        "unpaid": len(ledger.paid - exact) + sum(1 for _, count, _ in paid if count > 1),
        "files_lost": sum(1 for draft, sha256 in ledger.files.items() if handed_in.get(draft) != sha256)
        + sum(1 for wanted, found in on_disk if wanted != found),
        "incomplete": int(half[0]) if half else -1,
        "jobs_failed": int(failed[0]) if failed else -1,
    }


def _sum(one: Installed, file_id: object) -> str:
    name = str(file_id).replace("-", "")
    try:
        return hashlib.sha256((one.here.data / "files" / name[-2:] / name[-4:-2] / name).read_bytes()).hexdigest()
    except OSError:
        return ""
