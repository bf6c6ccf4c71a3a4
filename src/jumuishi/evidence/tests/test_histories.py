"""Two histories of one log are found and proven; an honest log is never accused."""

import contextlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.evidence.accusing import exported, imported, proves
from jumuishi.evidence.histories import Relation, TwoHistories, compare, follow
from jumuishi.evidence.notes import Signer
from jumuishi.evidence.tests.logs import Log, fork, log
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import VerificationError

KEYS = [log().signer.verifier]
sizes = st.integers(0, 700)


@given(sizes, sizes)
def test_a_log_that_grows_is_consistent(one: int, other: int) -> None:
    honest = log(range(max(one, other)))
    notes = honest.checkpoint(one), honest.checkpoint(other)
    proof = honest.proof(*sorted((one, other)))
    assert compare(*notes, proof, KEYS) is compare(*reversed(notes), proof, KEYS) is Relation.CONSISTENT
    assert follow(*notes, KEYS, honest.tile) is None


@given(sizes, st.integers(1, 300), st.integers(1, 300))
def test_two_histories_are_found_and_the_finding_convinces_anybody(shared: int, one: int, other: int) -> None:
    first, second = fork(shared, one, other)
    seen, latest = first.checkpoint(), second.checkpoint()
    larger = second if second.size >= first.size else first
    found = follow(seen, latest, KEYS, larger.tile)
    assert isinstance(found, TwoHistories)
    assert (found.one, found.other, found.origin) == (seen, latest, first.signer.name)
    assert compare(found.one, found.other, found.proof, KEYS) is Relation.INCONSISTENT
    assert compare(found.other, found.one, found.proof, KEYS) is Relation.INCONSISTENT


@given(st.integers(0, 40), st.integers(1, 20), st.integers(1, 20))
def test_a_finding_travels_as_a_file_and_counts_under_the_logs_keys_alone(shared: int, one: int, other: int) -> None:
    first, second = fork(shared, one, other)
    larger = second if second.size >= first.size else first
    found = follow(first.checkpoint(), second.checkpoint(), KEYS, larger.tile)
    assert found is not None
    again = imported(json.loads(json.dumps(exported(found))))
    assert again == found
    stranger = Log([], Signer(first.signer.name, Ed25519PrivateKey.generate())).vkey
    for keys, counts in (([first.vkey], True), ([stranger, first.vkey], True), ([stranger], False), ([], False)):
        assert proves(again, keys) is counts
    assert not proves(TwoHistories(found.origin, found.one, found.one, found.proof), [first.vkey])


@pytest.mark.parametrize("data", [None, [], {}, {"format": "jumuishi-two-histories-1", "origin": 1}])
def test_what_is_no_finding_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="no two histories"):
        imported(data)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_an_honest_log_is_never_accused(old: int, grown: int, data: st.DataObject) -> None:
    """Whatever proof somebody makes up, and whatever tiles the line gives."""
    honest = log(range(old + grown))
    seen, latest = honest.checkpoint(old), honest.checkpoint()
    hashes = st.sampled_from([*honest.proof(old, honest.size), honest.root(old), bytes(32)])
    proof = data.draw(st.lists(hashes | st.binary(min_size=32, max_size=32), max_size=12))
    assert compare(seen, latest, proof, KEYS) is not Relation.INCONSISTENT

    def torn(path: str) -> bytes:
        tile = bytearray(honest.tile(path))
        at = data.draw(st.integers(0, len(tile) - 1))
        tile[at] ^= 1
        return bytes(tile[: data.draw(st.sampled_from([len(tile), len(tile) - 32]))])

    with contextlib.suppress(LogError):
        assert follow(seen, latest, KEYS, torn) is None


def test_without_a_proof_nothing_is_known_of_two_sizes() -> None:
    honest = log(range(9))
    assert compare(honest.checkpoint(4), honest.checkpoint(9), None, KEYS) is Relation.UNKNOWN
    assert compare(honest.checkpoint(4), honest.checkpoint(9), [], KEYS) is Relation.UNKNOWN
    assert compare(honest.checkpoint(9), honest.checkpoint(9), None, KEYS) is Relation.CONSISTENT


def test_a_tree_of_nothing_with_a_root_is_a_lie() -> None:
    honest = log(range(3))
    lie = honest.signer.checkpoint(0, bytes(32))
    assert compare(lie, honest.checkpoint(), None, KEYS) is Relation.INCONSISTENT


def test_only_what_the_log_signed_counts_against_it() -> None:
    one, other = fork(5, 1, 1)
    stranger = Log(other.leaves, Signer(one.signer.name, Ed25519PrivateKey.generate()))
    with pytest.raises(VerificationError):
        compare(one.checkpoint(), stranger.checkpoint(), None, KEYS)
    elsewhere = Log(other.leaves, Signer("jirani.example/evidence", Ed25519PrivateKey.generate()))
    with pytest.raises(VerificationError, match="two logs"):
        compare(one.checkpoint(), elsewhere.checkpoint(), None, [*KEYS, elsewhere.signer.verifier])


def test_a_line_that_fails_is_no_finding() -> None:
    honest = log(range(300))

    def away(path: str) -> bytes:
        raise ConnectionError(path)

    with pytest.raises(ConnectionError, match=r"1/000\.p/1"):
        follow(honest.checkpoint(290), honest.checkpoint(), KEYS, away)
    with pytest.raises(LogError):
        follow(honest.checkpoint(290), honest.checkpoint(), KEYS, lambda _path: b"")
