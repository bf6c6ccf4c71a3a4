"""A body too large to be digested before its first byte: it goes in frames and closes with a record of its own.

A frame is its length in four bytes and that many bytes. Length 0 ends the body; the closing record follows as one more
frame: length and digest of the body, signed together with the head's signature by the head's key. The reader holds back
the last frame until the record is good, so that nobody ever has a whole body that is not what was signed.
"""

from base64 import b64decode, b64encode

from jumuishi.exchange.signing.digest import BodyDigest
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.keys import SigningKey
from jumuishi.exchange.signing.verify import Believed

# A body up to this size is digested before the first byte leaves, and goes as it is.
WHOLE_UP_TO = 1024 * 1024
MOST_FRAME = 1024 * 1024
_TITLE = "jumuishi-exchange-close-1"


def frames(chunk: bytes) -> bytes:
    """The next bytes of a body as frames."""
    cut = (chunk[at : at + MOST_FRAME] for at in range(0, len(chunk), MOST_FRAME))
    return b"".join(len(one).to_bytes(4, "big") + one for one in cut)


def _signed_text(head: bytes, body: str) -> bytes:
    return f"{_TITLE}\n{b64encode(head).decode()}\n{body}".encode()


def closing(body: BodyDigest, head: bytes, key: SigningKey) -> bytes:
    """The end of a body and its closing record. `head` is the signature of the head that it belongs to."""
    text = f"{body.length}\n{body.header}\n"
    signature = b64encode(key.sign(_signed_text(head, text))).decode()
    record = f"{text}{signature}\n".encode()
    return bytes(4) + len(record).to_bytes(4, "big") + record


class FrameReader:
    """Reads a body in frames, in any pieces that the network makes of it, in constant memory."""

    def __init__(self, head: Believed) -> None:
        self.body = BodyDigest()
        self.closed_by = b""
        self._head, self._pending, self._held, self._ended = head, bytearray(), b"", False

    def feed(self, data: bytes) -> list[bytes]:
        """The bytes of the body that may go on; the last ones come with the closing record. Raises NotBelieved."""
        self._pending += data
        passed: list[bytes] = []
        while len(self._pending) >= 4:
            size = int.from_bytes(self._pending[:4], "big")
            if size > MOST_FRAME or self.closed_by:
                raise NotBelieved(Flaw.BODY, "frame")
            if len(self._pending) < 4 + size:
                break
            frame = bytes(self._pending[4 : 4 + size])
            del self._pending[: 4 + size]
            if self._ended:
                self._close(frame)
            elif size == 0:
                self._ended = True
                continue
            if self._held:
                passed.append(self._held)
            self._held = b"" if self.closed_by else frame
            if not self.closed_by:
                self.body.update(frame)
        return passed

    def finish(self) -> None:
        """At the end of what came; raises NotBelieved where the body was cut off or more came than was signed."""
        if not self.closed_by or self._pending:
            raise NotBelieved(Flaw.BODY, "cut off")

    def _close(self, record: bytes) -> None:
        text, _, signature = record[:-1].rpartition(b"\n")
        measured = f"{self.body.length}\n{self.body.header}"
        if text != measured.encode() or record[-1:] != b"\n":
            raise NotBelieved(Flaw.BODY, "digest")
        try:
            raw = b64decode(signature, validate=True)
        except ValueError as error:
            raise NotBelieved(Flaw.UNREADABLE, "closing record") from error
        if not self._head.key.signed(_signed_text(self._head.signature, f"{measured}\n"), raw):
            raise NotBelieved(Flaw.SIGNATURE, "closing record")
        self.closed_by = raw
