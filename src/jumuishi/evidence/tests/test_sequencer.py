"""From queue to proof: nothing lost, nothing doubled, whoever dies when."""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.test import Client, override_settings

from jumuishi.evidence import keys, public, sequencer, store, tiles, tree
from jumuishi.evidence.mirror import Mirror
from jumuishi.evidence.models import Checkpoint, Commitment, Epoch, Leaf
from jumuishi.evidence.types import Recorded, UnknownEntryError
from jumuishi.evidence.verifier import (
    VerificationError,
    VerifierKey,
    leaf_hash,
    open_checkpoint,
    open_note,
    verify_bundle,
    verify_consistency,
    verify_promise,
)
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

Act = Callable[..., Recorded]
pytestmark = [pytest.mark.usefixtures("committed_db", "mirror_dir"), pytest.mark.slow]


def read(ask: Callable[[], Any]) -> Any:
    """Row-level security knows a principal inside a transaction only."""
    with transaction.atomic():
        return ask()


def state() -> store.State:
    found = read(store.state)
    assert found is not None
    return found


def trusted() -> list[VerifierKey]:
    return [VerifierKey.parse(line) for line in public.verifier_keys()]


def receipt(journal_id: Any) -> dict[str, Any]:
    found = read(lambda: public.receipt(journal_id))
    assert found is not None
    return found


def test_each_act_gets_one_leaf_and_a_proof(act: Act) -> None:
    acts = [act(number=number) for number in range(300)]
    assert sequencer.sequence_once() == 300
    assert sequencer.sequence_once() == 0
    acts += [act(number=number) for number in range(300, 310)]
    assert sequencer.sequence_once() == 10
    assert not read(Commitment.objects.exists)
    assert read(lambda: sorted(Leaf.objects.values_list("index", flat=True))) == list(range(310))
    for made in (acts[0], acts[255], acts[256], acts[309]):
        row = verify_bundle(receipt(made.journal_id), trusted())
        assert row["id"] == str(made.journal_id)


def test_checkpoints_are_consistent_with_each_other(act: Act) -> None:
    for count in (1, 2, 5, 250):
        for _ in range(count):
            act()
        sequencer.sequence_once()
    known = trusted()
    notes = read(lambda: list(Checkpoint.objects.order_by("size").values_list("note", flat=True)))
    heads = [open_checkpoint(note, known) for note in notes]
    assert [head.size for head in heads] == [0, 1, 3, 8, 258]
    for old in heads:
        for new in heads:
            if old.size <= new.size:
                proof = read(lambda old=old, new=new: tree.consistency(store.node(), old.size, new.size))
                verify_consistency(old.size, new.size, old.root, new.root, proof)


def test_a_promise_is_kept(act: Act) -> None:
    made = act()
    with transaction.atomic():
        promise = public.promise(made.journal_id).as_json()
        assert public.receipt(made.journal_id) is None
    sequencer.sequence_once()
    assert verify_promise(promise, trusted()) == made.commitment
    bundle = receipt(made.journal_id) | {"promise": promise}
    verify_bundle(bundle, trusted())
    other = act()
    sequencer.sequence_once()
    with pytest.raises(VerificationError, match="another row"):
        verify_bundle(receipt(other.journal_id) | {"promise": promise}, trusted())
    for field, value in promise.items():
        with pytest.raises(VerificationError):
            verify_promise(promise | {field: value + 1 if isinstance(value, int) else value[::-1]}, trusted())


def test_baraka_gets_neither_promise_nor_receipt(act: Act) -> None:
    made = act()
    sequencer.sequence_once()
    for ask in (public.promise, public.receipt):
        baraka = tenancy.acting_as(tenancy.Principal.person(new_id()))
        with baraka, pytest.raises(UnknownEntryError), transaction.atomic():
            ask(made.journal_id)


def test_looks_share_a_leaf_a_minute(act: Act) -> None:
    start = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)
    with clock.frozen(start):
        looks = [act("cases.case.look", number) for number in range(5)]
        act()
        assert sequencer.sequence_once() == 1
    with clock.frozen(start + timedelta(minutes=1)):
        looks.append(act("cases.case.look"))
        assert sequencer.sequence_once() == 5
    with clock.frozen(start + timedelta(minutes=2)):
        assert sequencer.sequence_once() == 1
    assert state().size == 3
    for made in looks:
        assert verify_bundle(receipt(made.journal_id), trusted())["id"] == str(made.journal_id)
    bundle = receipt(looks[3].journal_id)
    with pytest.raises(VerificationError):
        verify_bundle(bundle | {"position": 2}, trusted())


def test_an_act_is_not_kept_waiting_by_many_looks(act: Act) -> None:
    """A list that is taken out is a look at everybody in it; an act's place was promised."""
    minute = clock.now().replace(second=0, microsecond=0)
    with clock.frozen(minute - timedelta(minutes=2)):
        looks = [act("cases.case.look", number) for number in range(6)]
    made = act()
    assert sequencer.sequence_once(limit=4) == 4
    verify_bundle(receipt(made.journal_id), trusted())
    known = read(lambda: set(Leaf.objects.values_list("journal_id", flat=True)))
    assert known == {made.journal_id, *(one.journal_id for one in looks[:3])}
    assert sequencer.sequence_once(limit=4) == 3
    assert read(Commitment.objects.count) == 0


def test_two_sequencers_at_once_double_nothing(act: Act) -> None:
    made = {act(number=number).journal_id for number in range(200)}
    done: list[int] = []

    def run() -> None:
        try:
            for _ in range(20):
                done.append(sequencer.sequence_once(limit=17))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while sequencer.sequence_once():
        pass
    rows = read(lambda: list(Leaf.objects.order_by("index").values_list("index", "journal_id", "commitment")))
    assert [index for index, _, _ in rows] == list(range(200))
    assert {journal for _, journal, _ in rows} == made
    node = tree.of_leaves([leaf_hash(bytes(commitment)) for _, _, commitment in rows])
    assert state().root == tree.root(node, 200)
    assert read(Epoch.objects.count) == 1


@pytest.mark.parametrize("step", ["write_tiles", "add_checkpoint", "copy_out", "names", "tile"])
def test_a_crash_between_steps_loses_nothing(
    act: Act, step: str, monkeypatch: pytest.MonkeyPatch, mirror_dir: Path
) -> None:
    act()
    sequencer.sequence_once()
    acts = [act(number=number) for number in range(270)]

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    place: Any = {"copy_out": sequencer, "names": Mirror, "tile": Mirror}.get(step, store)
    with monkeypatch.context() as patch:
        patch.setattr(place, {"names": "add_names", "tile": "add_tile"}.get(step, step), die)
        with pytest.raises(Killed):
            sequencer.sequence_once()
    connection.close()
    sequencer.sequence_once()
    assert read(Leaf.objects.count) == 271
    for made in acts[::90]:
        verify_bundle(receipt(made.journal_id), trusted())
    outside = Mirror(mirror_dir)
    head = outside.head(1)
    assert head is not None
    assert head.size == 271
    assert [name.index for name in outside.names(1)] == list(range(271))


def test_copies_make_the_same_tree(act: Act, mirror_dir: Path) -> None:
    for count in (3, 300, 2):
        for _ in range(count):
            act()
        sequencer.sequence_once()
    outside = Mirror(mirror_dir)
    head = outside.head(1)
    assert head is not None
    node = tiles.Reader(lambda level, index: outside.tile(1, level, index)).node
    assert (head.size, head.root) == (305, tree.root(node, 305))
    assert (mirror_dir / "epoch-1/tile/0/000").stat().st_size == 8192
    assert len((mirror_dir / "keys").read_text().splitlines()) == 1


def test_the_log_goes_on_without_a_place_for_copies(act: Act, mirror_dir: Path) -> None:
    mirror_dir.write_text("a file where the folder should be")
    made = act()
    assert sequencer.sequence_once() == 1
    mirror_dir.unlink()
    sequencer.sequence_once()
    assert [name.journal_id for name in Mirror(mirror_dir).names(1)] == [str(made.journal_id)]


def test_a_restored_backup_opens_a_signed_epoch(act: Act, mirror_dir: Path) -> None:
    old = act()
    sequencer.sequence_once()
    kept = state()
    with transaction.atomic():
        lost = act()
        transaction.set_rollback(True)
    # The copies know of a second leaf that this database has never committed: as after a restoration.
    outside = Mirror(mirror_dir)
    signer = read(lambda: keys.signer(kept.origin))
    hashes = read(lambda: store.tile(0, 0)) + leaf_hash(lost.commitment)
    outside.add_tile(1, 0, 0, hashes)
    root = tree.root(tree.of_leaves(tiles.split(hashes)), 2)
    outside.add_checkpoint(1, signer.checkpoint(2, root), "2026-01-01T00:00")
    new = act()
    assert sequencer.sequence_once() == 1
    epoch = read(lambda: Epoch.objects.get(number=2))
    text = open_note(epoch.statement, trusted())
    assert "base 1 " in text
    assert f"previous {kept.origin} 2 " in text
    for made in (old, new):
        bundle = receipt(made.journal_id)
        verify_bundle(bundle, trusted())
        assert bundle["checkpoint"].startswith(f"{kept.origin}/2\n")
    assert outside.epochs() == [1, 2]
    assert len(outside.tile(1, 0, 0)) == 64
    assert sequencer.sequence_once() == 0


@override_settings(ROOT_URLCONF="jumuishi.evidence.web.machine_urls")
def test_public_files(act: Act, client: Client) -> None:
    assert client.get("/evidence/checkpoint").status_code == 404
    for _ in range(258):
        act()
    sequencer.sequence_once()
    known = [VerifierKey.parse(line) for line in client.get("/evidence/keys").content.decode().splitlines()]
    answer = client.get("/evidence/checkpoint")
    head = open_checkpoint(answer.content.decode(), known)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    full, partial = client.get("/evidence/tile/0/000"), client.get("/evidence/tile/0/001.p/2")
    assert "immutable" in full["Cache-Control"]
    assert "immutable" not in partial["Cache-Control"]
    hashes = tiles.split(full.content + partial.content)
    assert tree.root(tree.of_leaves(hashes), 258) == head.root
    assert client.get("/evidence/1/tile/1/000.p/1").content == tree.root(tree.of_leaves(hashes[:256]), 256)
    for path in ("0/001", "0/001.p/3", "0/002.p/1", "1/000", "entries/001", "entries/0", "0/0", "x/000", "0/000.p/256"):
        assert client.get(f"/evidence/tile/{path}").status_code == 404, path
    # A monitor that has never heard of us recomputes the leaves from the entries.
    bundles = client.get("/evidence/tile/entries/000").content + client.get("/evidence/1/tile/entries/001.p/2").content
    assert [leaf_hash(bundles[at + 2 : at + 34]) for at in range(0, len(bundles), 34)] == hashes
    assert {bundles[at : at + 2] for at in range(0, len(bundles), 34)} == {b"\x00\x20"}
    assert open_note(client.get("/evidence/epochs").content.decode(), known).startswith("jumuishi evidence epoch v1\n")


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_the_verifier_alone_without_us(act: Act, tmp_path: Path) -> None:
    made = act()
    sequencer.sequence_once()
    with transaction.atomic():
        promise = public.promise(made.journal_id).as_json()
    bundle = receipt(made.journal_id)
    (tmp_path / "keys").write_text("\n".join(public.verifier_keys()))
    root = Ed25519PrivateKey.generate()
    listed = {"root": b64(root.public_key().public_bytes_raw()), "evidence": public.verifier_keys()}
    signature = root.sign(json.dumps(listed, sort_keys=True, separators=(",", ":")).encode())
    (tmp_path / "keys.json").write_text(json.dumps(listed | {"signature": b64(signature)}))
    (tmp_path / "forged.json").write_text(json.dumps(listed | {"signature": b64(signature), "added": []}))
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    (tmp_path / "promise.json").write_text(json.dumps(promise))
    (tmp_path / "false.json").write_text(json.dumps(bundle | {"salt": bundle["row"][:22] + "=="}))
    (tmp_path / "noise.json").write_text("[]")
    source = Path(sequencer.__file__).with_name("verifier.py")
    copied = tmp_path / "verifier.py"
    copied.write_text(source.read_text())

    environment = {"PATH": os.environ["PATH"]}

    def run(name: str, keys: str = "keys") -> int:
        command = [sys.executable, "-I", "-B", str(copied), str(tmp_path / name), "--keys", str(tmp_path / keys)]
        return subprocess.run(command, env=environment, capture_output=True, check=False).returncode

    assert [run("bundle.json"), run("bundle.json", "keys.json"), run("promise.json")] == [0, 0, 0]
    assert [run("false.json"), run("noise.json"), run("absent.json"), run("bundle.json", "noise.json")] == [1, 1, 1, 1]
    assert run("bundle.json", "forged.json") == 1
    # The command of the house, in a shell that knows of no installation.
    ours = [sys.executable, "-c", "from jumuishi.project.cli import main; main()", "evidence", "verify"]
    arguments = [str(tmp_path / "bundle.json"), "--keys", str(tmp_path / "keys")]
    told = subprocess.run([*ours, *arguments], env=environment, capture_output=True, check=False, text=True)
    assert (told.returncode, told.stdout[:8]) == (0, "genuine:"), told.stderr
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, jumuishi.evidence.verifier; print(*sys.modules)"],
        capture_output=True, check=True, text=True,
    ).stdout.split()  # fmt: skip
    assert not [name for name in loaded if name.partition(".")[0] in ("django", "psycopg")]
    assert [name for name in loaded if name.startswith("jumuishi")] == [
        "jumuishi", "jumuishi.evidence", "jumuishi.evidence.verifier",
    ]  # fmt: skip


def test_every_flipped_bit_of_row_and_salt_is_caught(act: Act) -> None:
    made = act()
    sequencer.sequence_once()
    bundle, keys = receipt(made.journal_id), trusted()
    for field in ("row", "salt", "checkpoint"):
        text = bundle[field]
        for at in range(0, len(text), 3):
            changed = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
            with pytest.raises(VerificationError):
                verify_bundle(bundle | {field: changed}, keys)
