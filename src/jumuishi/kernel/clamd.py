"""clamd's INSTREAM (clamd(8)) over TCP or a Unix socket: pieces, their length before each, a zero; one line back."""

import socket
import struct
from collections.abc import Iterable

_SECONDS = 10.0
_LINE = 4096


class ScannerAwayError(Exception):
    """The scanner does not answer, or not in a way that we know; nothing is known about the file."""


class Clamd:
    """The scanner at an address: `tcp://HOST:PORT` or `unix:/PATH`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def scan(self, chunks: Iterable[bytes]) -> str:
        """The name of what was found in a stream, empty for nothing. Raises ScannerAwayError."""
        try:
            with self._door() as door:
                door.sendall(b"zINSTREAM\0")
                for chunk in filter(None, chunks):
                    door.sendall(struct.pack("!I", len(chunk)) + chunk)
                door.sendall(struct.pack("!I", 0))
                answer = self._line(door)
        except (OSError, ValueError) as error:
            raise ScannerAwayError(f"{self.address}: {error}") from error
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return ""
        if said.endswith(" FOUND"):
            return said.removesuffix(" FOUND")
        raise ScannerAwayError(f"{self.address}: {answer}")

    def _door(self) -> socket.socket:
        kind, _, rest = self.address.partition(":")
        if kind == "unix":
            door = socket.socket(socket.AF_UNIX)
            door.settimeout(_SECONDS)
            try:
                door.connect(rest)
            except OSError:
                door.close()
                raise
            return door
        if kind != "tcp":
            raise ValueError("a scanner's address is tcp://HOST:PORT or unix:/PATH")
        host, _, port = rest.removeprefix("//").rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)

    @staticmethod
    def _line(door: socket.socket) -> str:
        found = b""
        while not found.endswith(b"\0") and len(found) < _LINE:
            part = door.recv(_LINE)
            if not part:
                break
            found += part
        return found.rstrip(b"\0\n").decode("utf-8", "replace")
