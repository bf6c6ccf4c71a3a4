"""The consumer's end: requests whose every byte is known, for the request hash is over them."""

import http.client
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

WAIT = 60.0
CLIENT = "X-Road-Client"


@dataclass(frozen=True)
class Answer:
    """What came back, headers in their order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for known, value in self.headers if known.lower() == name.lower()]

    def one(self, name: str) -> str:
        """Its value where it is there once, else ''."""
        found = self.all(name)
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True)
class Edge:
    """Where the protocol is spoken; `more` are headers of every request, such as a key that the edge asks for."""

    url: str
    more: tuple[tuple[str, str], ...] = ()
    ca: str = ""

    def ask(
        self, verb: str, target: str, headers: Iterable[tuple[str, str]] = (), body: bytes | Iterable[bytes] = b"",
        *, chunked: bool = False,
    ) -> Answer:  # fmt: skip
        """One request with these headers, in this order, and none besides but Host and the length."""
        connection = self._connection()
        try:
            connection.putrequest(verb, self._root + target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", self._at.netloc)
            for name, value in (*self.more, *headers):
                connection.putheader(name, value.encode())
            if chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            elif isinstance(body, bytes) and (body or verb in ("POST", "PUT", "PATCH")):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None, encode_chunked=chunked)
            found = connection.getresponse()
            return Answer(found.status, tuple(found.getheaders()), found.read())
        finally:
            connection.close()

    def raw(self, data: bytes, wait: float = 5.0) -> bytes:
        """What comes back for these very bytes, until the other side closes or says nothing more for a while."""
        at = self._at
        with socket.create_connection((at.hostname or "", self._port), timeout=wait) as plain:
            line = self._tls().wrap_socket(plain, server_hostname=at.hostname) if at.scheme == "https" else plain
            line.sendall(data)
            found = b""
            try:
                while piece := line.recv(65_536):
                    found += piece
            except (TimeoutError, ConnectionResetError):
                pass
            return found

    @property
    def host(self) -> str:
        """For the Host header of raw requests."""
        return self._at.netloc

    @property
    def _at(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def _root(self) -> str:
        return self._at.path.rstrip("/")

    @property
    def _port(self) -> int:
        return self._at.port or (443 if self._at.scheme == "https" else 80)

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca or None)

    def _connection(self) -> http.client.HTTPConnection:
        host = self._at.hostname or ""
        if self._at.scheme == "https":
            return http.client.HTTPSConnection(host, self._port, timeout=WAIT, context=self._tls())
        return http.client.HTTPConnection(host, self._port, timeout=WAIT)
