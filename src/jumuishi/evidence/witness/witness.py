"""The one act of a witness: to cosign a checkpoint, or to say why not."""

import base64
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jumuishi.evidence.verifier import (
    COSIGNATURE,
    EM_DASH,
    UntrustedError,
    VerificationError,
    cosigned_message,
    key_id,
    open_checkpoint,
    read_checkpoint,
    read_note,
    verify_consistency,
)
from jumuishi.evidence.witness import asking
from jumuishi.evidence.witness.memory import Memory, Watched

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


@dataclass(frozen=True)
class Answer:
    """An HTTP status, what the body is, and the body."""

    status: int
    body: str
    kind: str = TEXT


class Witness:
    """Cosigns what continues what it has cosigned before; one request after the other."""

    def __init__(self, memory: Memory, now: Callable[[], float] = time.time) -> None:
        self._memory, self._now, self._alone = memory, now, threading.Lock()
        self.name, self._key = memory.name, memory.key()
        self._public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._key_id = key_id(self.name, self._public, COSIGNATURE)

    @property
    def vkey(self) -> str:
        """The public key, as a policy names it."""
        return f"{self.name}+{self._key_id.hex()}+{base64.b64encode(COSIGNATURE + self._public).decode()}"

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer an `add-checkpoint` request as C2SP tlog-witness has it."""
        try:
            asked = asking.read(body)
            head = read_checkpoint(asked.note)
        except VerificationError as error:
            return Answer(400, f"{error}\n")
        log = self._memory.log(head.origin)
        if log is None:
            return Answer(404, "this log is not watched here\n")
        try:
            open_checkpoint(asked.note, log.trusted)
        except UntrustedError as error:
            return Answer(403, f"{error}\n")
        if asked.old > head.size:
            return Answer(400, "the old size is larger than the checkpoint's\n")
        with self._alone:
            return self._decide(asked, head.origin)

    def _decide(self, asked: asking.Request, origin: str) -> Answer:
        """What was seen is looked at, replaced and signed in one go, so that no two requests pass each other."""
        log, head = self._memory.log(origin), read_checkpoint(asked.note)
        assert log is not None  # noqa: S101  # logs are added before the first request and never leave
        seen = log.head
        if asked.old != seen.size:
            return Answer(409, f"{seen.size}\n", SIZE)
        if head.size == seen.size and head.root != seen.root:
            self._accuse(log, asked.note)
            return Answer(409, f"{seen.size}\n", SIZE)
        try:
            verify_consistency(seen.size, head.size, seen.root, head.root, asked.proof)
        except VerificationError as error:
            return Answer(422, f"{error}\n")
        # Remembered first: whoever is killed between the two has signed nothing that it doesn't remember.
        self._memory.keep(replace(log, note=asked.note))
        return Answer(200, self._cosign(read_note(asked.note)[0]))

    def _cosign(self, text: str) -> str:
        at = int(self._now())
        signature = self._key.sign(cosigned_message(at, text.encode()))
        blob = base64.b64encode(self._key_id + at.to_bytes(8, "big") + signature).decode()
        return f"{EM_DASH}{self.name} {blob}\n"

    def _accuse(self, log: Watched, note: str) -> None:
        """Two roots of one size, both signed by the log: there is no honest way to that."""
        if log.note:
            self._memory.accuse(log, note)
            sys.stderr.write(f"{log.origin} has signed two histories of size {log.head.size}\n")
