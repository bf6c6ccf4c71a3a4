"""The log: journal appends a second, leaves sequenced a second, proofs a second, an audit's rows a second."""

import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction

from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.postgres import temporary_cluster

GOAL_SHARE = 0.4


def main(short: bool) -> None:
    """Measure on a throwaway embedded database, one process, one connection."""
    with tempfile.TemporaryDirectory() as home, temporary_cluster() as urls:
        (Path(home) / "config").mkdir()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="jumuishi.project.settings",
            DATABASE_URL=urls.app,
            DATABASE_OWNER_URL=urls.owner,
            JUMUISHI_DATA=f"{home}/data",
            JUMUISHI_CONFIG=f"{home}/config",
            JUMUISHI_MIRROR=f"{home}/mirror",
        )
        django.setup()
        connections["default"].settings_dict["OPTIONS"].pop("pool", None)
        with tenancy.acting_as(tenancy.Principal.system()):
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            connections["owner"].close()
            result = measure(900 if short else 20_000, Path(home) / "mirror")
        connections.close_all()
    print(json.dumps(result))


def measure(count: int, mirror_dir: Path) -> dict[str, Any]:
    """The figures, with `count` journal rows of each kind of append."""
    from jumuishi.evidence import public, verifier  # noqa: PLC0415  # models load after the settings are known
    from jumuishi.evidence.audit import audit  # noqa: PLC0415
    from jumuishi.evidence.mirror import Mirror  # noqa: PLC0415

    institution, person = new_id(), new_id()
    made = []

    def act() -> None:
        made.append(
            public.record(
                actor_ref={"kind": "institution", "person": str(person), "institution": str(institution)},
                verb="cases.case.decide",
                thing_kind="case",
                thing_id=new_id(),
                institution_id=institution,
                person_id=person,
                before={"stage": "review"},
                after={"stage": "approved", "reason": "x" * 200},
            ).journal_id
        )

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_bare VALUES (%s, %s)", [new_id(), b"x" * 500])

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id uuid PRIMARY KEY, body bytea)")
    connections["owner"].close()
    together = count // 3
    with transaction.atomic():
        gathered = rate("appends, one transaction", together, act)
    # In turns with a bare insert, each in its own transaction, so that both see the same machine.
    alone, plain = [], []
    for _ in range(5):
        alone.append(rate("appends, a transaction each", count // 15, committed(act)))
        plain.append(rate("bare inserts, a transaction each", count // 15, committed(bare)))
    with transaction.atomic():
        for _ in range(count // 3):
            act()
    start, done = time.perf_counter(), 0
    while got := public.sequence_once():
        done += got
    sequenced = done / (time.perf_counter() - start)
    print(f"sequencing, copies included: {sequenced:.0f} leaves a second ({done})")
    keys = [verifier.VerifierKey.parse(line) for line in public.verifier_keys()]
    probes = iter(made[:: max(1, len(made) // 400)] * 4)
    bundles: list[dict[str, Any]] = []
    with transaction.atomic():
        promises = rate("promises", 200, lambda: public.promise(next(probes)))
        proofs = rate("receipts with proof", 200, lambda: bundles.append(public.receipt(next(probes)) or {}))
    held = iter(bundles)
    verified = rate("receipts verified", 200, lambda: verifier.verify_bundle(next(held), keys))
    start = time.perf_counter()
    found = audit(Mirror(mirror_dir), grace_seconds=300)
    audited = found.rows / (time.perf_counter() - start)
    print(f"audit: {audited:.0f} rows a second")
    # Two rows, canonical bytes and a hash against one bare row: the same 0.4 that a whole submission is held to.
    goal = round(GOAL_SHARE * sorted(plain)[2])
    honest = found.clean and done == len(made) and mirror_dir == settings.EVIDENCE_MIRROR_DIR
    share = sorted(mine / theirs for mine, theirs in zip(alone, plain, strict=True))[2]
    return {
        "bench": "evidence",
        "figure": round(sorted(alone)[2]),
        "unit": "log appends a second, each committed, one connection",
        "goal": goal,
        "ok": sorted(alone)[2] >= goal and honest,
        "detail": {
            "appends_in_one_transaction_per_second": round(gathered),
            "of_a_bare_insert": round(share, 2),
            "sequenced_per_second": round(sequenced),
            "promises_per_second": round(promises),
            "receipts_per_second": round(proofs),
            "proof_ms": round(1000 / proofs, 2),
            "verifications_per_second": round(verified),
            "audited_rows_per_second": round(audited),
            "leaves": done,
        },
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }


def committed(what: Callable[[], None]) -> Callable[[], None]:
    """The same in a transaction of its own."""

    def run() -> None:
        with transaction.atomic():
            what()

    return run


def rate(name: str, count: int, what: Callable[[], Any]) -> float:
    """How many a second."""
    start = time.perf_counter()
    for _ in range(count):
        what()
    found = count / (time.perf_counter() - start)
    print(f"{name}: {found:.0f} a second ({count})", flush=True)
    return found
