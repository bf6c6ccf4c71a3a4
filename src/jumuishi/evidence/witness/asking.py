"""The body of an `add-checkpoint` request (C2SP tlog-witness): written by a log, read by a witness."""

import base64
import re
from dataclasses import dataclass

from jumuishi.evidence.verifier import VerificationError, unbase64

LONGEST_PROOF = 63
LONGEST_BODY = 131_072  # 63 hashes, and a note with sixteen of the longest signatures


@dataclass(frozen=True)
class Request:
    """The size that the log believes the witness to have seen, the proof from there, and the new checkpoint."""

    old: int
    proof: list[bytes]
    note: str

    def body(self) -> bytes:
        """The bytes of the request."""
        lines = [f"old {self.old}", *(base64.b64encode(step).decode() for step in self.proof), "", self.note]
        return "\n".join(lines).encode()


def read(body: bytes) -> Request:
    """The request that a body is; raises VerificationError."""
    try:
        head, blank, note = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise VerificationError("the request is no text") from error
    first, *steps = head.split("\n")
    size = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first, re.ASCII)
    if not blank or size is None or len(steps) > LONGEST_PROOF:
        raise VerificationError("the request is malformed")
    proof = [unbase64(step) for step in steps]
    if any(len(step) != 32 for step in proof):
        raise VerificationError("the request is malformed")
    return Request(int(size[1]), proof, note)
