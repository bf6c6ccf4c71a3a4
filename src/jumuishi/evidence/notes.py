"""Signing of notes and checkpoints (C2SP signed-note, tlog-checkpoint) with Ed25519; reading them is the verifier's."""

import base64
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jumuishi.evidence.verifier import ED25519, EM_DASH, VerifierKey, key_id


@dataclass(frozen=True)
class Signer:
    """A private key and the name under which it signs."""

    name: str
    key: Ed25519PrivateKey

    @cached_property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half, for whoever checks."""
        return VerifierKey(self.name, key_id(self.name, self.public), self.public)

    def sign(self, text: str) -> str:
        """The signed note of a text that ends with a newline; raises ValueError on one that can't be a note."""
        if not text.endswith("\n") or any(ord(char) < 0x20 and char != "\n" for char in text):
            raise ValueError("a note is lines of text")
        blob = self.verifier.key_id + self.key.sign(text.encode())
        return f"{text}\n{EM_DASH}{self.name} {base64.b64encode(blob).decode()}\n"

    def checkpoint(self, size: int, root: bytes) -> str:
        """The signed statement that this log has so many leaves and this root."""
        return self.sign(f"{self.name}\n{size}\n{base64.b64encode(root).decode()}\n")


def vkey(name: str, public: bytes) -> str:
    """The text of a public key: "name+hash+base64"."""
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"
