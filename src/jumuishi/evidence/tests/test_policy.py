"""Whose cosignatures count, and how many: C2SP tlog-policy."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.evidence.tests.logs import log
from jumuishi.evidence.verifier import (
    COSIGNATURE,
    ED25519,
    Policy,
    VerificationError,
    VerifierKey,
    cosigned_message,
    is_policy,
    key_id,
    open_checkpoint,
    read_keys,
    read_note,
)

SECRETS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(1, 7)]


def vkey(number: int, name: str = "", kind: bytes = COSIGNATURE) -> str:
    name, public = name or f"shahidi.example/{number}", SECRETS[number].public_key().public_bytes_raw()
    return f"{name}+{key_id(name, public, kind).hex()}+{base64.b64encode(kind + public).decode()}"


def cosign(note: str, number: int, at: int = 1_800_000_000, name: str = "") -> str:
    key = VerifierKey.parse(vkey(number, name))
    signature = SECRETS[number].sign(cosigned_message(at, read_note(note)[0].encode()))
    return f"— {key.name} {base64.b64encode(key.key_id + at.to_bytes(8, 'big') + signature).decode()}\n"


def policy(quorum: str = "group wawili 2 w1 w2 w3\nquorum wawili") -> Policy:
    lines = [f"witness w{number} {vkey(number)} http://127.0.0.1:{8000 + number}" for number in (1, 2, 3)]
    return Policy.parse("\n".join([f"log {log().vkey}", *lines, quorum]) + "\n")


def test_a_cosignature_is_over_its_time_and_the_whole_text() -> None:
    note = log(range(5)).checkpoint()
    line = cosign(note, 1, at=1_679_315_147)
    blob = base64.b64decode(line.split(" ")[2])
    assert blob[4:12] == bytes.fromhex("00000000641850cb")
    SECRETS[1].public_key().verify(
        blob[12:], b"cosignature/v1\ntime 1679315147\n" + note.split("\n\n")[0].encode() + b"\n"
    )
    assert policy().cosigned(note + line) == {"w1": 1_679_315_147}


def test_every_flipped_bit_of_a_cosignature_is_caught() -> None:
    note = log(range(5)).checkpoint()
    name, blob = cosign(note, 1).split(" ")[1], bytearray(base64.b64decode(cosign(note, 1).split(" ")[2]))
    for at in range(4, len(blob)):
        for bit in range(8):
            blob[at] ^= 1 << bit
            with pytest.raises(VerificationError):
                policy().cosigned(f"{note}— {name} {base64.b64encode(blob).decode()}\n")
            blob[at] ^= 1 << bit


def test_a_cosignature_of_another_checkpoint_is_false() -> None:
    grown = log(range(6))
    with pytest.raises(VerificationError, match="false"):
        policy().cosigned(grown.checkpoint(6) + cosign(grown.checkpoint(5), 1))


def test_one_witness_twice_is_one_witness() -> None:
    note = log(range(5)).checkpoint()
    twice = note + cosign(note, 1) + cosign(note, 1, at=1_800_000_060)
    assert not policy().is_met(policy().cosigned(twice))
    assert policy().is_met(policy().cosigned(twice + cosign(note, 2)))


def test_a_stranger_counts_for_nothing() -> None:
    note = log(range(5)).checkpoint()
    assert policy().cosigned(note + cosign(note, 4) + cosign(note, 4, name="shahidi.example/1")) == {}


def test_a_witness_that_bears_the_logs_name_is_not_the_log() -> None:
    note, name = log(range(5)).checkpoint(), log().signer.name
    lone = note.split("\n\n")[0] + "\n\n" + cosign(note, 1, name=name)
    with pytest.raises(VerificationError):
        open_checkpoint(lone, [VerifierKey.parse(vkey(1, name))])


@given(st.integers(1, 3), st.integers(1, 2), st.sets(st.sampled_from(["w1", "w2", "w3", "w4", "w5"])))
def test_groups_of_groups_count_as_they_are_written(k: int, top: int, names: set[str]) -> None:
    text = "".join(f"witness w{number} {vkey(number)}\n" for number in range(1, 6))
    text += f"group a {k} w1 w2 w3\ngroup b all w4 w5\ngroup c {top} a b\nquorum c\n"
    inner = [len(names & {"w1", "w2", "w3"}) >= k, {"w4", "w5"} <= names]
    assert Policy.parse(text).is_met(names) == (sum(inner) >= top)


def test_without_a_quorum_nothing_is_cosigned() -> None:
    assert not policy("quorum none").is_met({"w1", "w2", "w3"})


@pytest.mark.parametrize(
    "line",
    [
        f"witness w4 {vkey(1)}",
        f"witness w4 {vkey(1, 'jina.jingine/1')}",
        f"witness w1 {vkey(4)}",
        f"witness none {vkey(4)}",
        f"witness w4 {vkey(4, kind=ED25519)}",
        f"log {vkey(4)}",
        f"log {log().vkey}",
        "group g 0 w1",
        "group g 2 w1",
        "group g any",
        "group g any w1 w1",
        "group g any w9",
        "group g -1 w1",
        "group w1 any w2",
        "group g any w1\ngroup h any w1 w2",
        "quorum w1\nquorum w2",
        "quorum w9",
        "quorum",
        "shahidi w1",
        "witness w4 \x01",
        "",
    ],
)
def test_what_is_no_policy(line: str) -> None:
    with pytest.raises(VerificationError):
        policy(line + ("" if "quorum" in line or not line else "\nquorum w1"))


def test_a_policy_names_the_logs_keys_too() -> None:
    text = f"# mfano\n\nlog {log().vkey} https://mfano.example/evidence\n  witness\tw1 {vkey(1)}\nquorum w1\n"
    assert is_policy(text)
    assert read_keys(text) == [log().signer.verifier]
    assert Policy.parse(text).addresses == {}
    assert not is_policy(log().vkey)
