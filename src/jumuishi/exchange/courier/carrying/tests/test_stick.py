"""A stick goes between two nodes that have no line: all arrives once, in order, both ways, whatever befalls it."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from jumuishi.evidence.models import JournalRow
from jumuishi.exchange.courier.bundle import names
from jumuishi.exchange.courier.carrying import reading, waiting
from jumuishi.exchange.courier.carrying.tests.keyboard import made_of
from jumuishi.exchange.courier.carrying.tests.pair import BANK, WATER, Far, Near, carry_directory, two_nodes

pytestmark = pytest.mark.slow
Nodes = tuple[Near, Far]


@pytest.fixture(scope="module")
def nodes(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with two_nodes(database, world, tmp_path_factory.mktemp("second")) as found:
        carry_directory(found[1], tmp_path_factory.mktemp("directory"))
        yield found


def bundles(stick: Path, sender: str = "") -> list[Path]:
    return sorted(stick.glob(f"{sender}*{names.SUFFIX}"))


def stick(path: Path, name: str) -> Path:
    found = path / name
    found.mkdir()
    return found


def settled(here: Near, there: Far, folder: Path) -> None:
    """A stick goes there and back, and nothing waits any more."""
    here.courier("pack", "--to", "maji", str(folder))
    there.courier("pack", "--to", "kituo", str(folder))
    for _ in range(2):
        there.courier("unpack", str(folder))
        here.courier("unpack", str(folder))
    assert here.do("under_way") == there.do("under_way") == [0, 0, 0]


def test_both_directions_and_back_on_one_stick(nodes: Nodes, tmp_path: Path) -> None:
    here, there = nodes
    sent = here.do("send", slug="benki-mfano", to=WATER, subjects=["a1", "a2", "a1"], body="Habari")
    said = here.courier("pack", "--to", "maji", str(tmp_path))
    assert "ujumbe 3" in said
    assert "Toa flashi kwa usalama" in said
    assert here.do("under_way")[0] == 3
    back = there.do("send", slug="maji-mfano", to=BANK, subjects=["az"], body="Na kwako")
    assert "umeingia, ujumbe 3" in there.courier("unpack", str(tmp_path))
    assert there.do("came", prefix="a") == [
        ["a1", 1, sent[0], "Habari"], ["a1", 2, sent[2], "Habari"], ["a2", 1, sent[1], "Habari"],
    ]  # fmt: skip
    # The answer lies on the same stick: what is acknowledged, and what waited there for us.
    assert [one.name.split("--")[:2] for one in bundles(tmp_path)] == [["kituo", "maji"], ["maji", "kituo"]]
    assert "bundle" in here.courier("unpack", "--lang", "en", str(tmp_path))
    assert here.do("under_way")[0] == 0
    assert here.do("came", prefix="az") == [["az", 1, back[0], "Na kwako"]]
    with transaction.atomic():
        verbs = set(JournalRow.objects.values_list("verb", flat=True))
    assert {"exchange.bundle.pack", "exchange.bundle.take", "exchange.parcel.take"} <= verbs
    settled(here, there, stick(tmp_path, "last"))
    assert "Hakuna kinachosubiri" in here.courier("pack", "--to", "maji", str(tmp_path))


def test_the_same_again_is_said_and_changes_nothing(nodes: Nodes, tmp_path: Path) -> None:
    here, there = nodes
    sent = here.do("send", slug="benki-mfano", to=WATER, subjects=["b"] * 3)
    here.courier("pack", "--to", "maji", str(tmp_path))
    (first,) = bundles(tmp_path)
    second = stick(tmp_path, "second")
    here.courier("pack", "--to", "maji", str(second))
    there.courier("unpack", str(first))
    assert "ulishaingia" in there.courier("unpack", "--no-answer", str(first))
    # Another file with the same messages is taken, and they are there once.
    assert "umeingia" in there.courier("unpack", "--no-answer", str(second))
    assert [one[2] for one in there.do("came", prefix="b")] == sent
    settled(here, there, stick(tmp_path, "last"))


def test_torn_altered_and_foreign_files_are_refused_in_words(nodes: Nodes, tmp_path: Path) -> None:
    here, there = nodes
    here.do("send", slug="benki-mfano", to=WATER, subjects=["c"], body="Siri ya Asha")
    here.courier("pack", "--to", "maji", str(tmp_path))
    (good,) = bundles(tmp_path)
    data = good.read_bytes()
    assert b"Asha" not in data
    assert "mfano.ujumbe" not in good.name

    def refused(name: str, content: bytes, code: int, *words: str) -> None:
        bad = tmp_path / name
        bad.write_bytes(content)
        for lang, word in zip(("sw", "en"), words, strict=True):
            said = there.courier("unpack", "--no-answer", "--lang", lang, str(bad), code=code)
            assert word in said, said

    refused("nusu.mzigo", data[:100], 2, "limenakiliwa nusu", "copied by half")
    refused("robo.mzigo", data[:-10], 2, "limeharibika", "damaged")
    refused("kosa.mzigo", data[:300] + b"x" + data[301:], 2, "limeharibika", "damaged")
    refused("picha.mzigo", b"\x89PNG" + bytes(5000), 1, "si faili la mzigo", "no bundle")
    said = here.courier("unpack", str(good), code=1)
    assert "si wa seva hii" in said
    missing = there.courier("unpack", str(tmp_path / "hakuna.mzigo"), code=2)
    assert "haisomeki" in missing
    assert there.do("came", prefix="c") == []
    # One bad file keeps no good one back, and nothing of all that was lost.
    assert "umeingia" in there.courier("unpack", "--no-answer", str(tmp_path), code=2)
    assert len(there.do("came", prefix="c")) == 1
    settled(here, there, stick(tmp_path, "last"))


def test_a_stick_that_is_lost_is_known_and_its_messages_go_again(
    nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = nodes
    monkeypatch.setattr(waiting, "MOST_BYTES", 200_000)
    sent = here.do("send", slug="benki-mfano", to=WATER, subjects=["d"], body="1")
    lost = stick(tmp_path, "lost")
    here.courier("pack", "--to", "maji", str(lost))
    number = int(bundles(lost)[0].name.split("--")[2].split("-")[0])
    shutil.rmtree(lost)
    # The next one in several files, of which one never comes: it is missed by its number at both ends.
    sent += here.do("send", slug="benki-mfano", to=WATER, subjects=["d"] * 3, body="x" * 50_000)
    sent += here.do("send", slug="benki-mfano", to=WATER, subjects=["dz"] * 80, body=noise())
    here.courier("pack", "--to", "maji", "--size", "1", str(tmp_path))
    files = bundles(tmp_path, "kituo")
    assert len(files) > 2
    files[0].unlink()
    there.courier("unpack", str(tmp_path))
    assert f"haikufika hapa: {number}, {number + 1}" in there.courier("status")
    here.courier("unpack", str(tmp_path))
    assert f"haikufika kwake: {number}, {number + 1}" in here.courier("status")
    assert "Pakia upya" in here.courier("status")
    again = stick(tmp_path, "again")
    settled(here, there, again)
    assert [one[2] for one in there.do("came", prefix="d")] == sent
    assert "haikufika hapa:" not in there.courier("status")
    assert "haikufika kwake:" not in here.courier("status")


def noise() -> str:
    return b"".join(made_of(30_000)).hex()


def test_a_kill_in_the_middle_costs_nothing(nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = nodes
    monkeypatch.setattr(waiting, "MOST", 5)
    sent = there.do("send", slug="maji-mfano", to=BANK, subjects=[f"e{n % 7}" for n in range(1100)])
    there.courier("pack", "--to", "kituo", str(tmp_path))
    taken: list[int] = []
    real = reading.taking.take

    def killed(*args: Any, **given: Any) -> Any:
        taken.append(len(args[0].messages))
        if len([one for one in taken if one]) == 2:
            raise KeyboardInterrupt
        return real(*args, **given)

    here.do("send", slug="benki-mfano", to=WATER, subjects=[f"e{n % 7}" for n in range(40)])
    here.courier("pack", "--to", "maji", str(tmp_path))
    monkeypatch.setattr(reading.taking, "take", killed)
    with pytest.raises(KeyboardInterrupt):
        here.courier("unpack", str(tmp_path))
    assert len(here.do("came", prefix="e")) == 500
    monkeypatch.undo()
    here.courier("unpack", str(tmp_path))
    came = here.do("came", prefix="e")
    assert sorted(one[2] for one in came) == sorted(sent)
    for n in range(7):
        assert [one[2] for one in came if one[0] == f"e{n}"] == sent[n::7]
    settled(here, there, stick(tmp_path, "last"))
    assert len(there.do("came", prefix="e")) == 40


def test_a_large_body_comes_in_parts_over_several_sticks(nodes: Nodes, tmp_path: Path) -> None:
    here, there = nodes
    here.do("send", slug="benki-mfano", to=WATER, subjects=["f"], large=7_000_000)
    here.courier("pack", "--to", "maji", "--size", "2", str(tmp_path))
    files = bundles(tmp_path, "kituo")
    assert len(files) >= 2
    # The last file is lost: what came stays, and the rest is asked for.
    files[-1].unlink()
    there.courier("unpack", str(tmp_path))
    _, came, _ = there.do("under_way")
    assert 0 < came < 7_000_000
    assert there.do("came", prefix="f")[0][3] is None
    here.courier("unpack", str(tmp_path))
    again = stick(tmp_path, "again")
    here.courier("pack", "--to", "maji", str(again))
    rest = sum(one.stat().st_size for one in bundles(again))
    assert rest < 7_000_000 - came + 200_000
    there.courier("unpack", str(again))
    assert there.do("came", prefix="f")[0][3] == sha256(b"".join(made_of(7_000_000))).hexdigest()
    settled(here, there, stick(tmp_path, "last"))
