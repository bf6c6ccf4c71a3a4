"""How a message travels between two nodes and is put together again, byte by byte, at the other end.

Headers may arrive in another order, in other letters, with some that a proxy added; a consumer's system may itself use
names that the nodes use. So the sender lists the names as they were, sets colliding ones aside, and signs a digest over
the whole message; what does not come together again is not believed.
"""

from dataclasses import dataclass

from jumuishi.exchange.signing import base
from jumuishi.exchange.signing.base import Head, RequestHead, ResponseHead, only
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.request import Request, reread_request

KEPT = "Jumuishi-Kept-"
_NODE = frozenset({
    "signature", "signature-input", base.DIGEST, base.PURPOSE, base.AGREEMENT, base.CHECKPOINT, base.MESSAGE,
    base.NAMES, rules.CLIENT, rules.SERVICE, rules.MESSAGE_ID,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request at the provider's node, as it was at the consumer's."""

    request: Request
    purpose: str
    agreement: str


def _aside(name: str) -> str:
    lower = name.lower()
    return f"{KEPT}{name}" if lower in _NODE or lower.startswith(KEPT.lower()) else name


def _carried(headers: Headers, message: bytes, body: str) -> Headers:
    return (
        *((_aside(name), value) for name, value in headers),
        (base.MESSAGE, digest_of(message)),
        (base.NAMES, ",".join(name for name, _ in headers)),
        (base.DIGEST, body),
    )


def _restored(head: Head) -> Headers:
    waiting = {name: iter(values) for name, values in head.fields.items()}
    names = only(head, base.NAMES)
    try:
        return tuple([(name, next(waiting[_aside(name).lower()])) for name in (names.split(",") if names else ())])
    except (KeyError, StopIteration) as error:
        raise NotBelieved(Flaw.HEADERS, "one is missing") from error


def crossing(request: Request, *, purpose: str, agreement: str, body: str) -> Headers:
    """The headers between the nodes, to be signed. `body` is its Content-Digest."""
    return (
        (rules.CLIENT, request.client.wire),
        (rules.SERVICE, request.service.wire),
        (rules.MESSAGE_ID, request.message_id),
        (base.PURPOSE, purpose),
        (base.AGREEMENT, agreement),
        *_carried(request.headers, request.message, body),
    )


def arrived(head: RequestHead) -> Arrived:
    """Put a request together whose signature was believed; raises NotBelieved."""
    try:
        request = reread_request(head.method, head.target, _restored(head))
    except XRoadError as error:
        raise NotBelieved(Flaw.HEADERS, error.message) from error
    said = (
        (base.MESSAGE, digest_of(request.message)),
        (rules.CLIENT, request.client.wire),
        (rules.SERVICE, request.service.wire),
        (rules.MESSAGE_ID, request.message_id),
    )
    for name, value in said:
        if only(head, name) != value:
            raise NotBelieved(Flaw.HEADERS, name)
    return Arrived(request, only(head, base.PURPOSE), only(head, base.AGREEMENT))


def response_message(status: int, headers: Headers) -> bytes:
    """The bytes that an answer's record stands for, as `Request.message` is for a request."""
    return f"{status}\r\n".encode() + rules.lines(headers)


def crossing_back(status: int, headers: Headers, *, checkpoint: str, body: str) -> Headers:
    """An answer's headers between the nodes, to be signed. `checkpoint` is the provider's latest, in base64."""
    return ((base.CHECKPOINT, checkpoint), *_carried(headers, response_message(status, headers), body))


def arrived_back(head: ResponseHead) -> tuple[Headers, str]:
    """An answer's own headers and the provider's checkpoint, once its signature was believed; raises NotBelieved."""
    headers = _restored(head)
    try:
        rules.check_message(headers)
    except XRoadError as error:
        raise NotBelieved(Flaw.HEADERS, error.message) from error
    if only(head, base.MESSAGE) != digest_of(response_message(head.status, headers)):
        raise NotBelieved(Flaw.HEADERS, base.MESSAGE)
    return headers, only(head, base.CHECKPOINT)
