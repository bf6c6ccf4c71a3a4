"""A request of the REST message protocol: read, hashed, handed on, with path and query as they came."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass

from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad.errors import Fault, Where, XRoadError, bad_request
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.identifiers import (
    ClientId,
    Party,
    ServerId,
    ServiceId,
    read_client,
    read_party,
    read_server,
    read_service,
)
from jumuishi.exchange.xroad.refusals import client_missing

VERBS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
METASERVICES = frozenset({"listMethods", "allowedMethods", "getOpenAPI"})
# Nobody registers a service under a code that the protocol answers itself.
RESERVED = METASERVICES | {"listClients", "getWsdl"}
# It is signed and looked for later, so it is a line of plain letters.
_ID = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_TARGET = re.compile(r"/[\x21\x22\x24-\x3e\x40-\x7e]*(?:\?[\x21\x22\x24-\x7e]*)?")


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is what follows the service, raw: '' or from its slash on; `query` is None without a "?"."""

    verb: str
    raw_path: str
    query: str | None
    headers: Headers
    client: ClientId
    service: ServiceId
    path: str
    message_id: str
    request_id: str
    server: ServerId | None
    party: Party | None

    @property
    def target(self) -> str:
        """Path and query, as they came."""
        return self.raw_path if self.query is None else f"{self.raw_path}?{self.query}"

    @property
    def message(self) -> bytes:
        """What the protocol calls the request message: the bytes that its hash and its record stand for."""
        return f"{self.verb}\r\n{self.target}\r\n".encode() + rules.lines(self.headers)

    @property
    def is_meta(self) -> bool:
        """Whether the protocol answers it itself: GET on one of its own service codes."""
        return self.verb == "GET" and self.service.service_code in METASERVICES

    def request_hash(self, body: bytes | None) -> str:
        """X-Road-Request-Hash; `body` is the SHA-512 of the body, None where it had no byte."""
        head = hashlib.sha512(self.message).digest()
        return b64encode(head if body is None else hashlib.sha512(head + body).digest()).decode()

    def forwarded(self) -> Headers:
        """The headers that the provider's system gets: of those that name somebody only the one that counts."""
        return rules.only_last(self.headers, rules.ONE)


def is_ours(target: str) -> bool:
    """Whether an address is of this protocol at all."""
    return target.startswith("/r1/")


def read_request(verb: str, target: str, headers: Headers, *, instance: str, request_id: str, fresh: str) -> Request:
    """Read a request line and headers as they came from a consumer's system; raises XRoadError.

    `request_id` and `fresh` are two new UUIDs: the request's own, and the message's where the client gave none.
    """
    kept = (
        *rules.without(headers, rules.HOP | {rules.REQUEST_ID, rules.REQUEST_HASH}),
        (rules.REQUEST_ID, request_id),
    )
    if not rules.last(kept, rules.CLIENT):
        raise client_missing()
    if not rules.last(kept, rules.MESSAGE_ID):
        kept = (*kept, (rules.MESSAGE_ID, f"{instance}-{fresh}"))
    return reread_request(verb, target, kept)


def reread_request(verb: str, target: str, headers: Headers) -> Request:
    """A request from the line and headers of its message, as the other node has them; raises XRoadError."""
    if verb not in VERBS:
        raise XRoadError(Where.CLIENT, Fault.INVALID_HTTP_METHOD, message=f"Unsupported REST verb: {verb[:20]!r}")
    if not _TARGET.fullmatch(target):
        raise bad_request("Invalid request URI")
    rules.check_message(headers)
    raw_path, mark, query = target.partition("?")
    parts = raw_path.split("/", 7)
    if len(parts) < 7:
        raise bad_request("Invalid request URI")
    if parts[1] != "r1":
        raise bad_request(f"Invalid protocol version {parts[1][:20]}")
    service = read_service("/".join(parts[2:7]))
    message_id, request_id = rules.last(headers, rules.MESSAGE_ID), rules.last(headers, rules.REQUEST_ID)
    if not _ID.fullmatch(message_id) or not _ID.fullmatch(request_id):
        raise bad_request("Invalid X-Road-Id")
    server, party = rules.last(headers, rules.SERVER), rules.last(headers, rules.PARTY)
    return Request(
        verb=verb,
        raw_path=raw_path,
        query=query if mark else None,
        headers=headers,
        client=read_client(rules.last(headers, rules.CLIENT)),
        service=service,
        path=f"/{parts[7]}" if len(parts) == 8 else "",
        message_id=message_id,
        request_id=request_id,
        server=read_server(server) if server else None,
        party=read_party(party) if party else None,
    )


def provider_address(url: str, path: str, query: str | None) -> str:
    """Where the provider's system is asked: its address, the path (one slash where both have it), the query as it came.

    `path` is a SafePath's `wire`; raises ValueError for an address with a query or fragment.
    """
    if "?" in url or "#" in url:
        raise ValueError("a service's address has no query")
    joined = url + (path[1:] if url.endswith("/") and path.startswith("/") else path)
    return joined if query is None else f"{joined}?{query}"
