"""HTTP before a witness: bounded in size, in time and in number."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from typing import Any

from jumuishi.evidence.witness.asking import LONGEST_BODY
from jumuishi.evidence.witness.witness import Answer, Witness

LONGEST_CONNECTION = 30.0
MOST_CONNECTIONS = 32
PATH = "/add-checkpoint"


class Handler(BaseHTTPRequestHandler):
    """One connection; nothing of a request is read beyond its bounds."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "jumuishi-witness", ""
    timeout = 10
    disable_nagle_algorithm = True  # header and body leave in two writes
    server: "Server"

    def do_POST(self) -> None:
        """`<prefix>/add-checkpoint`."""
        # Two lengths, or a length and chunks, are read one way by whatever stands before us and another way here.
        length, *others = self.headers.get_all("Content-Length", [""])
        if others or not length.isascii() or not length.isdigit() or "Transfer-Encoding" in self.headers:
            return self._end(Answer(411, "say how long the body is\n"))
        if len(length) > 9 or int(length) > LONGEST_BODY:
            return self._end(Answer(413, f"at most {LONGEST_BODY} bytes\n"))
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            return self._end(Answer(400, "the body ended early\n"))
        if self.path != self.server.prefix + PATH:
            return self._say(Answer(404, "only add-checkpoint is here\n"))
        return self._say(self.server.witness.add_checkpoint(body))

    def _end(self, answer: Answer) -> None:
        self.close_connection = True
        self._say(answer)

    def _say(self, answer: Answer) -> None:
        data = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Requests are not written down: whoever asks is nobody's business, and a log of them only grows."""


class Server(ThreadingHTTPServer):
    """Takes so many connections at once and keeps none longer than LONGEST_CONNECTION."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], prefix: str, witness: Witness) -> None:
        self.prefix, self.witness = prefix.rstrip("/"), witness
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Wait for a place, so that whoever keeps all of them does so for LONGEST_CONNECTION at most."""
        self._places.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, with an end that the other side can't put off."""
        end = threading.Timer(LONGEST_CONNECTION, _cut, [request])
        end.daemon = True
        end.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            end.cancel()
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is the other side's affair."""


def _cut(connection: socket) -> None:
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:
        return
