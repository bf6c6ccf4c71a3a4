"""A relay on loopback that counts what goes over the air both ways, whoever of the browser sends it, its worker too."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Relay:
    """Bytes carried so far: requests, answers and their headers; the address to open in place of the house's."""

    def __init__(self, address: str) -> None:
        self.carried = 0
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
            far = socket.create_connection(self.to)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while piece := one.recv(65_536):
                with self.lock:
                    self.carried += len(piece)
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            one.close()
            other.close()


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
