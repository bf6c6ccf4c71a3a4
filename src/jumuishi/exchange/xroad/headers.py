"""Which headers travel, which are dropped, which are made. A header is a name and a value, its bytes read as Latin-1.

A name keeps its case and the list its order, for both are hashed. Nothing is joined or split.
"""

import re

from jumuishi.exchange.xroad.errors import bad_request

Headers = tuple[tuple[str, str], ...]

CLIENT = "x-road-client"
SERVICE = "x-road-service"
MESSAGE_ID = "x-road-id"
REQUEST_ID = "x-road-request-id"
REQUEST_HASH = "x-road-request-hash"
SERVER = "x-road-security-server"
PARTY = "x-road-represented-party"
ERROR = "x-road-error"

# Of one hop only, or telling where the sender stands; the length is made anew.
HOP = frozenset({
    "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
})  # fmt: skip
# The exchange's own word in an answer: a provider can't say these.
OWN = frozenset({MESSAGE_ID, CLIENT, SERVICE, REQUEST_ID, REQUEST_HASH, ERROR})
# Where one is repeated the last counts, and only that one reaches the provider, which might have read the first.
ONE = frozenset({CLIENT, MESSAGE_ID, SERVER, PARTY})
# A provider's framework may take verb or address from these instead of the request line, and no right looks at them.
_OVERRIDES = frozenset({
    "x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url",
})  # fmt: skip

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile("[\t\x20-\x7e\x80-\xff]*")


def check_headers(headers: Headers) -> None:
    """Raises XRoadError where a name is no token or a value holds a control character (RFC 9110 5.5)."""
    for name, value in headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise bad_request("Invalid header")


def check_message(headers: Headers) -> None:
    """As `check_headers`, for a message as it goes on: none of one hop, none that leads a provider elsewhere.

    Nor one with "_" that many servers read as another's "-": X_Road_Client would be a second X-Road-Client.
    """
    check_headers(headers)
    for name, _ in headers:
        lower = name.lower()
        read_as = lower.replace("_", "-")
        disguised = read_as != lower and (read_as in HOP or read_as.startswith("x-road-"))
        if lower in HOP or read_as in _OVERRIDES or disguised:
            raise bad_request(f"Header {name} is not taken")


def last(headers: Headers, name: str) -> str:
    """The value that counts of a header that may be repeated: the last; '' where there is none."""
    size = len(name)
    for known, value in reversed(headers):
        if len(known) == size and known.lower() == name:
            return value
    return ""


def without(headers: Headers, names: frozenset[str]) -> Headers:
    """The headers but those, in their order."""
    return tuple(one for one in headers if one[0].lower() not in names)


def only_last(headers: Headers, names: frozenset[str]) -> Headers:
    """Of each of those headers the last, the others as they are."""
    kept: list[tuple[str, str]] = []
    seen: set[str] = set()
    for name, value in reversed(headers):
        lower = name.lower()
        if lower in names and lower in seen:
            continue
        seen.add(lower)
        kept.append((name, value))
    return tuple(reversed(kept))


def lines(headers: Headers) -> bytes:
    """`Name:Value` with no space, a CRLF after each: how they are hashed."""
    return b"".join(f"{name}:{value}\r\n".encode() for name, value in headers)
