"""clamd as tests meet it."""

import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

VIRUS = b"%PDF-1.4\nX5O!-THE-STANDARD-TEST-FILE\n%%EOF\n"


class FakeClamd:
    """Speaks clamd's INSTREAM: finds whatever holds the mark; remembers what it was sent."""

    def __init__(self, family: int, address: Any) -> None:
        self.door = socket.socket(family)
        self.door.bind(address)
        self.door.listen()
        self.seen: list[bytes] = []
        self.answer = ""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line:
                self._one(line)

    def _one(self, line: socket.socket) -> None:
        stream = line.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        body = b""
        while size := struct.unpack("!I", stream.read(4))[0]:
            body += stream.read(size)
        self.seen.append(body)
        said = self.answer or ("stream: Eicar-Signature FOUND" if b"STANDARD-TEST-FILE" in body else "stream: OK")
        line.sendall(said.encode() + b"\0")

    def close(self) -> None:
        self.door.close()


@pytest.fixture
def clamd() -> Iterator[FakeClamd]:
    """A scanner that this installation asks."""
    fake = FakeClamd(socket.AF_INET, ("127.0.0.1", 0))
    with override_settings(CLAMD=f"tcp://127.0.0.1:{fake.door.getsockname()[1]}"):
        yield fake
    fake.close()
