"""A small edge of the protocol, right in all the kit asks for, and wrong in just the way that it is told."""

import hashlib
import http.client
import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

DROPPED = {
    "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-road-request-id", "x-road-request-hash",
}  # fmt: skip
OWN = {"x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash", "x-road-error"}
ODD = re.compile(r"%2f|%5c|%25|%00|%2e|%c0|;|\\|//|/\.", re.I)
CLIENT, SERVICE, DENIED = "TZ/COM/benki/mikopo", "TZ/GOV/maji/wateja/customers", "TZ/GOV/maji/wateja/siri"
Headers = list[tuple[str, str]]


class Refused(Exception):
    """An error of the exchange: its type and message."""


class Lines:
    """What comes, and whether a line of it held a CR that ends none: the library takes it for an end."""

    def __init__(self, inside: Any) -> None:
        self._inside, self.odd = inside, False

    def readline(self, most: int = -1) -> bytes:
        """The next."""
        line: bytes = self._inside.readline(most)
        self.odd = self.odd or b"\r" in line.removesuffix(b"\r\n")
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inside, name)


class Edge(BaseHTTPRequestHandler):
    """One connection; `fault` and `port` of the provider are set by `edge`."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    fault, port = "", 0

    def setup(self) -> None:
        """As usual, and listen to what comes."""
        super().setup()
        self.rfile: Any = Lines(self.rfile)

    def answer_any(self) -> None:
        """Whatever the verb."""
        self.close_connection = True
        try:
            self._asked()
        except Refused as error:
            self._told(*error.args)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = do_TRACE = answer_any  # noqa: N815

    def parse_request(self) -> bool:
        """As the library does, but for what it takes and a server must not."""
        if not super().parse_request():
            return False
        raw = self.headers.as_string()
        lengths = self.headers.get_all("Content-Length") or []
        coding = self.headers.get_all("Transfer-Encoding") or []
        odd = self.rfile.odd or self.headers.defects or "\0" in raw or re.search(r"\n[ \t]", raw)
        odd = odd or re.search(r"^[^:]*[ \t]:|^:", raw, re.M)
        if self.fault != "smuggles" and (
            odd or len(lengths) > 1 or (lengths and coding) or (lengths and not lengths[0].isdigit())
        ):
            self.send_error(400)
            return False
        return True

    def _asked(self) -> None:
        if self.path == "/listClients":
            return self._clients()
        if not self.path.startswith("/r1/"):
            raise Refused("Client.BadRequest", "Invalid protocol version")
        headers = [(name, value.encode("latin-1").decode()) for name, value in self.headers.items()]
        named = [value for name, value in headers if name.lower() == "x-road-client"]
        if not named:
            raise Refused("Server.ClientProxy.InvalidClientIdentifier", "The client identifier is missing")
        client = named[0 if self.fault == "first-client" else -1]
        if client != CLIENT:
            raise Refused("Server.ClientProxy.UnknownMember", f"Client 'SUBSYSTEM:{client}' not found")
        path, mark, query = self.path.partition("?")
        parts = path.split("/", 7)
        if len(parts) < 7:
            raise Refused("Client.BadRequest", "Invalid request URI")
        service, rest = "/".join(parts[2:7]), f"/{parts[7]}" if len(parts) == 8 else ""
        if parts[6] in ("listMethods", "allowedMethods", "getOpenAPI"):
            return self._meta(parts[6])
        if service == DENIED:
            raise Refused("Server.ServerProxy.AccessDenied", f"Request is not allowed: SERVICE:{service}")
        if service != SERVICE:
            raise Refused("Server.ServerProxy.UnknownService", f"Unknown service: SERVICE:{service}")
        if ODD.search(rest) and self.fault != "lets-tricks-through":
            raise Refused("Client.BadRequest", "Invalid request URI")
        for name, _ in headers:
            if re.match(r"x[-_]http|x-method|x-original|x-rewrite|x_road", name, re.I) and self.fault != "overrides":
                raise Refused("Client.BadRequest", f"Header {name} is not taken")
        self._carried(headers, rest, mark, query)
        return None

    def _carried(self, headers: Headers, rest: str, mark: str, query: str) -> None:
        body, request_id = self._body(), str(uuid4())
        kept = [one for one in headers if one[0].lower() not in DROPPED]
        if self.fault == "passes-hop-headers":
            kept += [one for one in headers if one[0].lower() in ("keep-alive", "user-agent")]
        kept.append(("x-road-request-id", request_id))
        number = self.headers.get("X-Road-Id") or f"TZ-{uuid4()}"
        if not self.headers.get("X-Road-Id"):
            kept.append(("x-road-id", number))
        head = "".join(f"{name}:{value}\r\n" for name, value in kept)
        message = hashlib.sha512(f"{self.command}\r\n{self.path}\r\n{head}".encode()).digest()
        if body and self.fault != "hash-forgets-the-body":
            message = hashlib.sha512(message + hashlib.sha512(body).digest()).digest()
        if self.fault == "decodes-the-query":
            query = unquote(query).replace(" ", "+").encode("ascii", "ignore").decode()
        status, got, data = self._provider(kept, rest + mark + query, body)
        if self.fault == "hides-errors" and status >= 500:
            raise Refused("Server.ServerProxy.ServiceFailed", "The service failed")
        said = [one for one in got if one[0].lower() not in DROPPED | (set() if self.fault == "believes" else OWN)]
        said += [
            ("x-road-id", number), ("x-road-client", CLIENT), ("x-road-request-id", request_id),
            ("x-road-request-hash", b64encode(message).decode()),
        ]  # fmt: skip
        if not any(name.lower() == "x-road-service" for name, _ in said):
            said.append(("x-road-service", SERVICE))
        self._send(status, said, data)

    def _provider(self, headers: Headers, target: str, body: bytes) -> tuple[int, Headers, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(self.command, target or "/", skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value.encode())
        if body or self.command in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        found = connection.getresponse()
        status, got, data = found.status, found.getheaders(), found.read()
        connection.close()
        if status == 302 and self.fault == "follows-redirects":
            return self._provider(headers, urlsplit(dict(got)["Location"]).path, body)
        return status, [(name, value) for name, value in got if name.lower() != "content-length"], data

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            whole = b""
            while size := int(self.rfile.readline(), 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            return whole
        plain: bytes = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return plain

    def _clients(self) -> None:
        parts = ("xroad_instance", "member_class", "member_code", "subsystem_code")
        member = {
            "id": {**dict(zip(parts, CLIENT.split("/"), strict=True)), "object_type": "SUBSYSTEM"},
            "name": "Benki",
        }
        if "application/json" in (self.headers.get("Accept") or ""):
            return self._send(200, [("Content-Type", "application/json")], json.dumps({"member": [member]}).encode())
        return self._send(200, [("Content-Type", "text/xml")], b"<ns2:clientList/>")

    def _meta(self, which: str) -> None:
        if which == "getOpenAPI":
            raise Refused("Server.ServerProxy.InternalError", "Invalid service type: REST")
        parts = ("xroad_instance", "member_class", "member_code", "subsystem_code", "service_code")
        one = {**dict(zip(parts, SERVICE.split("/"), strict=True)), "object_type": "SERVICE", "endpoint_list": []}
        shape = "member" if self.fault == "annex-a" else "service"
        self._send(200, [("Content-Type", "application/json")], json.dumps({shape: [one]}).encode())

    def _told(self, kind: str, message: str) -> None:
        status = 400 if kind.startswith("Client.") else 500
        if kind.endswith("AccessDenied") and self.fault == "forbidden":
            status = 403
        said = {"type": kind, "message": message, "detail": str(uuid4())}
        accept = self.headers.get("Accept") or ""
        if self.fault == "no-detail":
            del said["detail"]
        if "xml" in accept:
            inside = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
            return self._send(
                status, [("Content-Type", "text/xml"), ("X-Road-Error", kind)], f"<error>{inside}</error>".encode()
            )
        return self._send(
            status, [("Content-Type", "application/json"), ("X-Road-Error", kind)], json.dumps(said).encode()
        )

    def _send(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def edge(port: int, fault: str = "") -> Iterator[str]:
    """The edge before a provider at `port`; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Edge,), {"fault": fault, "port": port}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
