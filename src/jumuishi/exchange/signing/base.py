"""What is signed: the components, their values, the text over them (RFC 9421 2.5)."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from jumuishi.exchange.signing.fields import quoted
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.keys import SigningKey
from jumuishi.exchange.xroad.headers import Headers

LABEL = "exchange"
TAG = "jumuishi-exchange-1"

PURPOSE = "jumuishi-purpose"
AGREEMENT = "jumuishi-agreement"
CHECKPOINT = "jumuishi-checkpoint"
MESSAGE = "jumuishi-message-digest"
NAMES = "jumuishi-names"
DIGEST = "content-digest"

_REQUEST = (
    '"@method"', '"@authority"', '"@request-target"', '"x-road-client"', '"x-road-service"', '"x-road-id"',
    f'"{PURPOSE}"', f'"{AGREEMENT}"', f'"{MESSAGE}"', f'"{DIGEST}"',
)  # fmt: skip
_RESPONSE = ('"@status"', '"signature";req', f'"{CHECKPOINT}"', f'"{MESSAGE}"', f'"{DIGEST}"')
_PARAMETERS = {"created": int, "expires": int, "nonce": str, "keyid": str, "alg": str, "tag": str}


class _Fields:
    """The headers of a message by name, gathered once: each is asked for several times."""

    headers: Headers

    @cached_property
    def fields(self) -> Mapping[str, list[str]]:
        """The values of each field, by its name in small letters."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, value in self.headers:
            found[name.lower()].append(value)
        return dict(found)


@dataclass(frozen=True)
class RequestHead(_Fields):
    """A request between nodes. `authority` is the asked node's name as the directory has it, not as a header says."""

    method: str
    authority: str
    target: str
    headers: Headers


@dataclass(frozen=True)
class ResponseHead(_Fields):
    """An answer between nodes, to a request with that Signature header."""

    status: int
    request_signature: str
    headers: Headers


Head = RequestHead | ResponseHead


def only(head: Head, name: str) -> str:
    """The value of a field that must be there once, without a line's end or other letters than ASCII's."""
    values = head.fields.get(name, ())
    if len(values) != 1 or not values[0].isascii() or not values[0].isprintable() or values[0] != values[0].strip():
        raise NotBelieved(Flaw.FIELD, name)
    return values[0]


def components_of(head: Head) -> tuple[str, ...]:
    """The components of a message, by its kind."""
    return _REQUEST if isinstance(head, RequestHead) else _RESPONSE


def _value(head: Head, component: str) -> str:
    if component[1] != "@":
        if component == '"signature";req' and isinstance(head, ResponseHead):
            return head.request_signature
        return only(head, component[1:-1])
    if isinstance(head, ResponseHead):
        return str(head.status)
    return {'"@method"': head.method, '"@authority"': head.authority, '"@request-target"': head.target}[component]


def base(head: Head, components: tuple[str, ...], input_text: str) -> bytes:
    """The text that is signed, over components in that order; raises NotBelieved where a field is not there once."""
    lines = [f"{component}: {_value(head, component)}" for component in components]
    text = "\n".join([*lines, f'"@signature-params": {input_text}'])
    if not text.isascii() or text.count("\n") != len(lines):
        raise NotBelieved(Flaw.FIELD, "not one line of ASCII each")
    return text.encode()


@dataclass(frozen=True, slots=True)
class Life:
    """When a signature was made, until when it counts (seconds since 1970), and its nonce: 128 random bits or more."""

    created: int
    expires: int
    nonce: str


def checked_parameters(found: Mapping[str, int | str]) -> tuple[Life, str, str]:
    """Life, keyid and algorithm of a signature; raises NotBelieved unless all are there, typed, and no other."""
    if set(found) != set(_PARAMETERS) or any(type(found[name]) is not kind for name, kind in _PARAMETERS.items()):
        raise NotBelieved(Flaw.PARAMETERS)
    if found["tag"] != TAG or len(str(found["nonce"])) < 16:
        raise NotBelieved(Flaw.PARAMETERS, "tag or nonce")
    life = Life(int(found["created"]), int(found["expires"]), str(found["nonce"]))
    return life, str(found["keyid"]), str(found["alg"])


def signed(head: Head, key: SigningKey, life: Life) -> Headers:
    """The headers that sign a message whose other headers are all there; raises NotBelieved where one is missing."""
    components = components_of(head)
    text = (
        f"({' '.join(components)});created={life.created};expires={life.expires};nonce={quoted(life.nonce)}"
        f";keyid={quoted(key.keyid)};alg={quoted(key.algorithm)};tag={quoted(TAG)}"
    )
    signature = key.sign(base(head, components, text))
    return (("Signature-Input", f"{LABEL}={text}"), ("Signature", signature_value(signature)))


def signature_value(signature: bytes, label: str = LABEL) -> str:
    """A Signature header."""
    return f"{label}=:{b64encode(signature).decode()}:"
