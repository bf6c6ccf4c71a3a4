"""The tamper test: whoever owns the database rewrites all of it consistently, and is found by what lies outside."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from psycopg import sql

from jumuishi.evidence import cli, keys, public, rules, sequencer, tiles, tree
from jumuishi.evidence.audit import Audit, audit
from jumuishi.evidence.mirror import Mirror
from jumuishi.evidence.notes import Signer
from jumuishi.evidence.types import Recorded
from jumuishi.evidence.verifier import commitment_of, leaf_hash, verify_bundle
from jumuishi.kernel import clock
from jumuishi.kernel.canonical import canonical
from jumuishi.kernel.ids import new_id

Act = Callable[..., Recorded]
Owner = psycopg.Connection[Any]
pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]
TABLES = ("journal", "queue", "leaf", "tile", "log_key", "epoch", "checkpoint")


@contextmanager
def owning(database: Any) -> Iterator[Owner]:
    """The database's superuser, past every policy and trigger."""
    connection.close()
    with psycopg.connect(database.superuser, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        yield owner


def look(mirror_dir: Path, grace: int = 300) -> Audit:
    return audit(Mirror(mirror_dir), grace_seconds=grace)


def touched(found: Audit) -> set[str]:
    return {finding.journal_id for finding in found.findings if finding.journal_id}


def agree(owner: Owner, signer: Signer) -> None:
    """Make leaves, tiles and the last checkpoint agree with the journal as it now is."""
    rows = owner.execute(
        "SELECT l.index, j.id, j.salt, j.body FROM evidence_leaf l JOIN evidence_journal j ON j.id = l.journal_id "
        "ORDER BY l.index"
    ).fetchall()
    made = [commitment_of(salt, body) for _, _, salt, body in rows]
    hashes = [leaf_hash(commitment) for commitment in made]
    owner.execute("DELETE FROM evidence_leaf")
    for index, (commitment, row) in enumerate(zip(made, rows, strict=True)):
        owner.execute("INSERT INTO evidence_leaf VALUES (%s, %s, 0, 1, %s)", [row[1], index, commitment])
    owner.execute("DELETE FROM evidence_tile")
    for (level, index), held in tiles.grown(lambda _level, _index: b"", 0, hashes).items():
        owner.execute("INSERT INTO evidence_tile (level, index, hashes) VALUES (%s, %s, %s)", [level, index, held])
    root = tree.root(tree.of_leaves(hashes), len(hashes))
    owner.execute("DELETE FROM evidence_checkpoint")
    owner.execute(
        "INSERT INTO evidence_checkpoint (id, epoch_id, size, root, note, at) VALUES (%s, 1, %s, %s, %s, now())",
        [new_id(), len(hashes), root, signer.checkpoint(len(hashes), root)],
    )


def rewrite(owner: Owner, journal_id: Any) -> None:
    """Another truth in the row, under a new salt."""
    (body,) = owner.execute("SELECT body FROM evidence_journal WHERE id = %s", [journal_id]).fetchone() or (b"",)
    changed = json.loads(body)
    changed["after"]["stage"] = "refused"
    owner.execute("UPDATE evidence_journal SET body = %s WHERE id = %s", [canonical(changed), journal_id])


def stolen_key() -> Signer:
    with transaction.atomic():
        return keys.signer(keys.current_origin())


def snapshot(owner: Owner) -> dict[str, bytes]:
    held = {}
    for table in TABLES:
        with owner.cursor().copy(f"COPY evidence_{table} TO STDOUT (FORMAT binary)") as copy:
            held[table] = b"".join(bytes(part) for part in copy)
    return held


def name_of(database: Any) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(database.superuser)["dbname"])


def copied(database: Any, one: str, other: str) -> None:
    """The whole database `one` as `other`, which is dropped first: schema, rows, sequences and rights."""
    connection.close()
    elsewhere = psycopg.conninfo.make_conninfo(database.superuser, dbname="postgres")
    held = psycopg.conninfo.conninfo_to_dict(database.owner)["user"]
    with psycopg.connect(elsewhere, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(other)))
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [one],
        )
        names = (sql.Identifier(other), sql.Identifier(one), sql.Identifier(str(held)))
        owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*names))


@pytest.fixture
def yesterday(database: Any) -> Iterator[str]:
    """A name for a copy of the whole database."""
    name = f"{name_of(database)}_yesterday"
    yield name
    with psycopg.connect(database.superuser, autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def restore(owner: Owner, held: dict[str, bytes]) -> None:
    owner.execute("TRUNCATE " + ", ".join(f"evidence_{table}" for table in TABLES) + " CASCADE")
    for table in TABLES:
        with owner.cursor().copy(f"COPY evidence_{table} FROM STDIN (FORMAT binary)") as copy:
            copy.write(held[table])


def test_an_honest_log_is_clean(act: Act, mirror_dir: Path) -> None:
    assert look(mirror_dir).clean
    for count in (3, 260):
        for _ in range(count):
            act()
        sequencer.sequence_once()
    act()
    found = look(mirror_dir)
    assert found.findings == []
    assert (found.rows, found.recent) == (263, 1)


def test_looks_are_audited_too(act: Act, mirror_dir: Path, database: Any) -> None:
    with clock.frozen(clock.now() - timedelta(minutes=10)):
        looks = [act("cases.case.look") for _ in range(4)]
    sequencer.sequence_once()
    assert look(mirror_dir).clean
    with owning(database) as owner:
        rewrite(owner, looks[2].journal_id)
    assert touched(look(mirror_dir)) == {str(looks[2].journal_id)}


@pytest.mark.parametrize("with_key", [True, False])
def test_everything_rewritten_to_agree_is_still_named(
    act: Act, mirror_dir: Path, database: Any, with_key: bool
) -> None:
    acts = [act(number=number) for number in range(300)]
    sequencer.sequence_once()
    victims = [acts[number].journal_id for number in (0, 7, 255, 256, 299)]
    signer = stolen_key()
    if not with_key:
        signer = Signer(signer.name, Ed25519PrivateKey.generate())
    with owning(database) as owner:
        for victim in victims:
            rewrite(owner, victim)
        agree(owner, signer)
    found = look(mirror_dir)
    assert touched(found) == {str(victim) for victim in victims}
    altered = {finding.journal_id: finding for finding in found.findings if finding.kind == "altered"}
    assert all(finding.thing.startswith("case/") for finding in altered.values())
    assert {"tile", "checkpoint"} <= {finding.kind for finding in found.findings}
    # The log does not help the forger: its next step neither hides nor spreads to the copies.
    act()
    sequencer.sequence_once()
    assert touched(look(mirror_dir)) >= {str(victim) for victim in victims}


def test_the_attacker_is_the_superuser_and_the_tiles_it_left_agree(act: Act, database: Any) -> None:
    """The forgery of these tests is a good one: inside, row, leaf, tile and signed checkpoint lead to each other."""
    acts = [act(number=number) for number in range(300)]
    sequencer.sequence_once()
    signer = stolen_key()
    with owning(database) as owner:
        assert owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,)
        rewrite(owner, acts[7].journal_id)
        agree(owner, signer)
    with transaction.atomic():
        forged = public.receipt(acts[7].journal_id)
    assert forged is not None
    assert verify_bundle(forged, [signer.verifier])["after"]["stage"] == "refused"


def test_one_column_is_named(act: Act, mirror_dir: Path, database: Any) -> None:
    made = act()
    sequencer.sequence_once()
    with owning(database) as owner:
        owner.execute("UPDATE evidence_journal SET verb = 'cases.case.refuse', person_id = NULL")
    (finding,) = look(mirror_dir).findings
    assert finding.journal_id == str(made.journal_id)
    assert "verb, person_id" in finding.what


def test_missing_and_extra_rows_are_named(act: Act, mirror_dir: Path, database: Any) -> None:
    acts = [act(number=number) for number in range(10)]
    sequencer.sequence_once()
    added, slipped = new_id(), new_id()
    with owning(database) as owner:
        owner.execute("DELETE FROM evidence_journal WHERE id = %s", [acts[3].journal_id])
        owner.execute("DELETE FROM evidence_leaf WHERE journal_id = %s", [acts[3].journal_id])
        for new in (added, slipped):
            owner.execute(
                "INSERT INTO evidence_journal (id, at, verb, thing_kind, thing_id, body, salt) "
                "SELECT %s, at, verb, thing_kind, thing_id, body, salt FROM evidence_journal WHERE id = %s",
                [new, acts[4].journal_id],
            )
        owner.execute(
            "INSERT INTO evidence_leaf (journal_id, index, position, count, commitment) VALUES (%s, 5, 1, 1, %s)",
            [slipped, bytes(32)],
        )
    found = look(mirror_dir)
    assert touched(found) == {str(acts[3].journal_id), str(added), str(slipped)}
    kinds = {finding.journal_id: finding.kind for finding in found.findings}
    assert (kinds[str(acts[3].journal_id)], kinds[str(added)], kinds[str(slipped)]) == ("missing", "extra", "extra")


def test_two_rows_that_changed_places_are_named(act: Act, mirror_dir: Path, database: Any) -> None:
    one, two = act(), act()
    sequencer.sequence_once()
    with owning(database) as owner:
        owner.execute("UPDATE evidence_leaf SET index = index + 10")
        owner.execute("UPDATE evidence_leaf SET index = 11 - index")
    assert touched(look(mirror_dir)) == {str(one.journal_id), str(two.journal_id)}


def test_the_whole_of_yesterday_restored_names_every_lost_entry(
    act: Act, mirror_dir: Path, database: Any, yesterday: str
) -> None:
    old = [act(number=number) for number in range(20)]
    sequencer.sequence_once()
    copied(database, name_of(database), yesterday)
    today = [act(number=number) for number in range(30)]
    sequencer.sequence_once()
    copied(database, yesterday, name_of(database))
    with owning(database) as owner:
        rewrite(owner, old[4].journal_id)
        agree(owner, stolen_key())
    wanted = {str(made.journal_id) for made in [*today, old[4]]}
    found = look(mirror_dir)
    assert "rollback" in {finding.kind for finding in found.findings}
    assert touched(found) == wanted
    # And when life goes on: the sequencer opens a signed epoch, and what was lost stays named.
    act()
    sequencer.sequence_once()
    assert Mirror(mirror_dir).epochs() == [1, 2]
    assert touched(look(mirror_dir)) == wanted


def test_yesterday_restored_and_grown_again_past_today(act: Act, mirror_dir: Path, database: Any) -> None:
    act()
    sequencer.sequence_once()
    with owning(database) as owner:
        yesterday = snapshot(owner)
    lost = [act(number=number) for number in range(3)]
    sequencer.sequence_once()
    with owning(database) as owner:
        restore(owner, yesterday)
    (mirror_dir).rename(mirror_dir.with_name("away"))
    for _ in range(9):
        act()
    sequencer.sequence_once()
    found = look(mirror_dir.with_name("away"))
    assert {str(made.journal_id) for made in lost} <= touched(found)


def test_erased_is_not_altered(act: Act, mirror_dir: Path, database: Any) -> None:
    kept, gone = act(), act()
    sequencer.sequence_once()
    with transaction.atomic():
        public.erase(actor_ref="system", journal_id=gone.journal_id, reason="asked for by the person")
    sequencer.sequence_once()
    found = look(mirror_dir)
    assert found.findings == []
    assert found.erased == [str(gone.journal_id)]
    with transaction.atomic():
        assert public.history(thing_kind="journal", thing_id=gone.journal_id)[0].verb == rules.ERASE
    with owning(database) as owner:
        owner.execute(
            "UPDATE evidence_journal SET body = NULL, salt = NULL, erased_at = now() WHERE id = %s", [kept.journal_id]
        )
    (finding,) = look(mirror_dir).findings
    assert finding.journal_id == str(kept.journal_id)
    assert "without an act of erasure" in finding.what


def test_a_queue_that_was_touched_is_named(act: Act, mirror_dir: Path, database: Any) -> None:
    changed, dropped = act(), act()
    with owning(database) as owner:
        rewrite(owner, changed.journal_id)
        owner.execute("DELETE FROM evidence_queue WHERE journal_id = %s", [dropped.journal_id])
    assert touched(look(mirror_dir)) == {str(changed.journal_id), str(dropped.journal_id)}


def test_a_log_that_stands_still_is_told(act: Act, mirror_dir: Path) -> None:
    with clock.frozen(clock.now() - timedelta(hours=1)):
        made = act()
    assert touched(look(mirror_dir)) == {str(made.journal_id)}


@pytest.mark.parametrize("damage", ["tile", "checkpoint", "names", "all"])
def test_damaged_copies_are_not_believed(act: Act, mirror_dir: Path, damage: str) -> None:
    for _ in range(5):
        act()
    sequencer.sequence_once()
    path = mirror_dir / "epoch-1" / {"tile": "tile/0/000", "checkpoint": "checkpoint", "names": "names"}.get(damage, "")
    if damage == "all":
        mirror_dir.rename(mirror_dir.with_name("away"))
    else:
        data = bytearray(path.read_bytes())
        at = data.index(b" case/") - 4 if damage == "names" else 40
        data[at] = data[at] ^ 1
        path.write_bytes(data)
    assert "mirror" in {finding.kind for finding in look(mirror_dir).findings}


def test_the_command(act: Act, mirror_dir: Path, database: Any, capsys: pytest.CaptureFixture[str]) -> None:
    made = act()
    sequencer.sequence_once()
    assert cli.evidence_audit([]) == 0
    assert "clean: 1 rows compared" in capsys.readouterr().out
    with owning(database) as owner:
        rewrite(owner, made.journal_id)
    assert cli.evidence_audit(["--mirror", str(mirror_dir), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["findings"][0]["journal_id"] == str(made.journal_id)
    assert report["clean"] is False
