"""Signed notes and checkpoints: the known note, and every flipped bit."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jumuishi.evidence.notes import Signer, vkey
from jumuishi.evidence.verifier import VerificationError, VerifierKey, open_checkpoint, open_note

# The key and note that implementations of signed notes test each other with.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("mfano.example/evidence", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def test_the_known_note() -> None:
    signer = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(base64.b64decode(SECRET)[1:]))
    assert vkey(signer.name, signer.public) == PETER
    assert signer.sign(TEXT) == NOTE
    assert open_note(NOTE, [VerifierKey.parse(PETER)]) == TEXT


def test_a_checkpoint_says_what_was_signed() -> None:
    head = open_checkpoint(SIGNER.checkpoint(70_000, bytes(range(32))), [SIGNER.verifier])
    assert (head.origin, head.size, head.root) == ("mfano.example/evidence", 70_000, bytes(range(32)))


def test_every_flipped_bit_is_caught() -> None:
    note = SIGNER.checkpoint(12, b"\x07" * 32).encode()
    for at in range(len(note)):
        for bit in range(8):
            changed = bytearray(note)
            changed[at] ^= 1 << bit
            try:
                text = changed.decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(VerificationError):
                open_checkpoint(text, [SIGNER.verifier])


def test_another_key_of_the_same_name_is_not_trusted() -> None:
    other = Signer(SIGNER.name, Ed25519PrivateKey.generate())
    with pytest.raises(VerificationError):
        open_checkpoint(other.checkpoint(1, bytes(32)), [SIGNER.verifier])


def test_a_checkpoint_needs_the_logs_own_signature() -> None:
    witness = Signer("shahidi.example", Ed25519PrivateKey.generate())
    note = witness.sign(f"{SIGNER.name}\n3\n{base64.b64encode(bytes(32)).decode()}\n")
    with pytest.raises(VerificationError):
        open_checkpoint(note, [SIGNER.verifier, witness.verifier])


def test_unknown_signatures_beside_ours_do_no_harm() -> None:
    witness = Signer("shahidi.example", Ed25519PrivateKey.generate())
    note = SIGNER.checkpoint(3, bytes(32))
    extra = witness.sign(note.split("\n\n")[0] + "\n").rpartition("\n\n")[2]
    assert open_checkpoint(note + extra, [SIGNER.verifier]).size == 3


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n"])
def test_what_can_not_be_a_note(text: str) -> None:
    with pytest.raises(ValueError, match="lines of text"):
        SIGNER.sign(text)


def test_every_changed_letter_of_a_key_is_caught() -> None:
    for at, letter in enumerate(PETER):
        with pytest.raises(VerificationError):
            VerifierKey.parse(PETER[:at] + ("A" if letter != "A" else "B") + PETER[at + 1 :])
