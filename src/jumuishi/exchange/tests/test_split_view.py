"""A node that shows two histories of its log is found by whom it answers, named, proven, and the authority is told."""

import json
import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest
from django.db import transaction
from django.test import override_settings

from jumuishi.evidence import public as evidence
from jumuishi.evidence.models import JournalRow
from jumuishi.evidence.tests.logs import fork, log
from jumuishi.exchange import centre, findings, histories, jobs
from jumuishi.exchange.models import Finding, Neighbour, SeenLog
from jumuishi.exchange.tests.test_network import said as statement_of
from jumuishi.exchange.tests.test_two_nodes import _until, call, scene
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.messaging.models import Mail

__all__ = ["scene"]
pytestmark = pytest.mark.slow
ORIGIN = "maji.example/evidence"
SEQUENCE = (
    "import django; django.setup(); from jumuishi.evidence import public; [None for _ in iter(public.sequence_once, 0)]"
)


def sequence(scene: Any) -> None:
    """What the other node's worker does each second."""
    subprocess.run(
        [sys.executable, "-c", SEQUENCE],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "jumuishi.project.settings", **scene.second}, check=True,
    )  # fmt: skip


def seen(origin: str = ORIGIN) -> SimpleNamespace:
    """What is kept here of a log; zeros before the first word of it."""
    with transaction.atomic():
        row = SeenLog.objects.filter(origin=origin).values().first()
    return SimpleNamespace(**(row or {"size": 0, "checked_size": 0, "problem": "", "node": ""}))


def found(**wanted: Any) -> list[Finding]:
    with transaction.atomic():
        return list(Finding.objects.filter(**wanted))


def grow(scene: Any, calls: int) -> None:
    """So many calls, their records in the other node's log, and one more that brings its word here."""
    for _ in range(calls):
        assert call(scene).status_code == 200
    sequence(scene)
    time.sleep(1.5)
    assert call(scene).status_code == 200


def test_a_log_that_was_put_back_in_silence_is_found_and_named(scene: Any, database: Any, tmp_path: Path) -> None:
    grow(scene, 2)
    # The node says its log's name only now: the directory has to tell it before anything counts.
    _until(lambda: _knows_the_log(), 30)
    grow(scene, 1)
    _until(lambda: seen().checked_size > 0, 30, lambda: seen())
    old = seen().checked_size
    scene.there.kill()
    copy, mirror = database._copies.make(scene.name), tmp_path / "mirror"
    shutil.copytree(scene.home / "mirror", mirror)
    scene.there.start()
    _until(lambda: call(scene).status_code == 200, 20)
    grow(scene, 8)
    _until(lambda: seen().checked_size > old + 8, 30, lambda: seen())
    told = seen().checked_size

    # A keeper puts the copy in place, its copies outside too, and says nothing.
    scene.there.kill()
    for where in (scene.there.environment, scene.second):
        where |= {"DATABASE_URL": database.at(copy).app, "JUMUISHI_MIRROR": str(mirror)}
    scene.there.start()
    _until(lambda: call(scene).status_code == 200, 20)
    grow(scene, 1)
    _until(lambda: seen().size < told and seen().problem, 30, lambda: seen())
    assert not found(), "a log that can't be compared is not accused"
    assert seen().checked_size == told
    grow(scene, 14)
    _until(lambda: found(), 40, lambda: seen())

    [one] = found()
    assert (one.node, one.origin, one.found_by) == ("maji", ORIGIN, "kituo")
    sizes = [evidence.read_checkpoint(one.histories[name]).size for name in ("one", "other")]
    assert sizes[0] == told
    assert sizes[1] > told
    with transaction.atomic():
        row = JournalRow.objects.get(thing_id=one.id, verb="exchange.finding.raise")
        assert b'"node":"maji"' in bytes(row.body or b"")
        assert f"{ORIGIN} has shown two histories" in evidence.warnings(clock.now(), 900)
    _the_authority_is_told_once_a_day()
    # Anybody can check it, without us: the file and the log's keys are all that it takes.
    file, keys = tmp_path / "finding.json", tmp_path / "keys"
    file.write_text(json.dumps(one.histories))
    keys.write_text("\n".join(one.keys))
    assert offline(file, keys) == 0
    keys.write_text(log().vkey)
    assert offline(file, keys) == 1
    file.write_text(json.dumps(one.histories | {"other": one.histories["one"]}))
    keys.write_text("\n".join(one.keys))
    assert offline(file, keys) == 1
    # And this node tells whoever asks.
    with httpx.Client(verify=False) as client:  # noqa: S501  # the pin is the other test's matter
        assert one.histories in client.get(f"{scene.here.door}/exchange/v1/heard").json()["histories"]


def _knows_the_log() -> bool:
    with transaction.atomic():
        return bool(Neighbour.objects.get(name="maji").log)


@override_settings(JUMUISHI_MAIL="outbox")
def _the_authority_is_told_once_a_day() -> None:
    def told() -> int:
        with transaction.atomic():
            return Mail.objects.filter(to="zuhura@mamlaka.example", subject__contains="maji").count()

    for _ in range(2):
        jobs.tell_findings()
        assert told() == 1
    with clock.frozen(clock.now() + findings.AGAIN + timedelta(minutes=1)):
        jobs.tell_findings()
        assert told() == 2


def offline(file: Path, keys: Path) -> int:
    """The exit code of the command, in a process that has no database."""
    words = ["evidence", "histories", str(file), "--keys", str(keys)]
    done = subprocess.run(
        [sys.executable, "-c", "from jumuishi.project.cli import main; main()", *words],
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@/nothing?host=/nowhere"}, capture_output=True,
    )  # fmt: skip
    return done.returncode


def test_what_two_nodes_were_told_is_compared_at_the_centre(scene: Any) -> None:
    """The third node's log tells us one history and the water authority's node another, each of them well made."""
    ours, theirs = fork(20, 5, 5)
    text = statement_of(name="tatu", members=[["GOV", "tatu", "Tatu"]], subsystems=[], log=[ours.vkey])
    with transaction.atomic():
        centre.admit(actor=Actor.system(), statement_text=text, members=[("GOV", "tatu")])
    assert histories.compare(node="tatu", note=ours.checkpoint(), keys=[ours.vkey], fetch=ours.tile, found_by="kituo")
    with psycopg.connect(scene.there.environment["DATABASE_URL"]) as connection:
        connection.execute(tenancy.settings_sql(tenancy.Principal.system()))
        connection.execute(
            "INSERT INTO exchange_seen_log (origin, node, size, root, note, seen_at, checked_size) "
            "VALUES (%s, 'tatu', 25, %s, %s, now(), 0)",
            [theirs.signer.name, theirs.root(25), theirs.checkpoint()],
        )
    _until(lambda: found(node="tatu"), 60)
    [one] = found(node="tatu")
    notes = {one.histories["one"], one.histories["other"]}
    assert notes == {ours.checkpoint(), theirs.checkpoint()}
    with transaction.atomic():
        findings.close(actor=_zuhura(), finding_id=one.id, reason="Seva imefungwa")
    with transaction.atomic():
        assert Finding.objects.get(id=one.id).reason == "Seva imefungwa"


def _zuhura() -> Actor:
    from jumuishi.exchange.tests.test_gateway import officer  # noqa: PLC0415
    from jumuishi.identity.types import ActorKind  # noqa: PLC0415

    found = officer("mamlaka", "Zuhura")
    return Actor(ActorKind.AUTHORITY, found.person_id, found.institution_id, found.roles)
