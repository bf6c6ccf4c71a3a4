"""A relay on loopback that counts what goes over the air both ways, whoever of the browser sends it, its worker too."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Relay:
    """Bytes carried so far: requests, answers and their headers; the address to open in place of the house's."""

    def __init__(self, address: str) -> None:
        self.carried = 0
        # So many bytes more go to the house, then every line is cut and none is taken up; None: as many as come.
        self.left: int | None = None
        self.to = (urlsplit(address).hostname or "", urlsplit(address).port or 80)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.lock = threading.Lock()

    def serve(self) -> None:
        """Until the door is closed."""
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            if self.left is not None and self.left <= 0:
                near.close()
                continue
            far = socket.create_connection(self.to)
            for one, other, is_up in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._carry, args=(one, other, is_up), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, is_up: bool) -> None:
        try:
            while piece := one.recv(65_536):
                other.sendall(self._passes(piece, is_up))
                if self.left is not None and self.left <= 0:
                    raise ConnectionResetError
            other.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (one, other):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _passes(self, piece: bytes, is_up: bool) -> bytes:
        """What of a piece still goes through."""
        with self.lock:
            if self.left is not None and is_up:
                piece = piece[: max(0, self.left)]
                self.left -= len(piece)
            self.carried += len(piece)
        return piece


@contextmanager
def relay(address: str) -> Iterator[Relay]:
    """A relay before this address, while the block runs."""
    found = Relay(address)
    threading.Thread(target=found.serve, daemon=True).start()
    try:
        yield found
    finally:
        found.door.shutdown(socket.SHUT_RDWR)
        found.door.close()
