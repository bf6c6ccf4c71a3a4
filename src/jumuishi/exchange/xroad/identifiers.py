"""Names of members, their subsystems and services, as the wire writes them: parts parted by "/", each encoded alone."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from jumuishi.exchange.xroad.errors import XRoadError, bad_request

# RFC 3986 `pchar` without "%": what may stand in a part as it is.
SAFE = "-._~!$&'()*+,;=:@"
_PART = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+")
_REGISTRABLE = re.compile(r"[A-Za-z0-9'()+,\-.=?]{1,255}")


def decode_part(raw: str) -> str:
    """One part, decoded once. Refuses an empty part, a character that had to be encoded, and what is not UTF-8."""
    if not _PART.fullmatch(raw):
        raise bad_request("Invalid character or empty part in identifier")
    if "%" not in raw:
        return raw
    pieces = raw.encode("ascii").split(b"%")
    data = pieces[0] + b"".join(bytes([int(one[:2], 16)]) + one[2:] for one in pieces[1:])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request("Identifier is not UTF-8") from error


def encode_part(part: str) -> str:
    """One part for a header or an address."""
    return part if "%" not in part and _PART.fullmatch(part) else quote(part, safe=SAFE)


def check_registrable(part: str) -> None:
    """Raises ValueError for a part that may not be registered: other systems would each write it in their own way.

    Letters, digits and '()+,-.=? only, and no part of dots alone, which addresses take for a place.
    """
    if not _REGISTRABLE.fullmatch(part) or not part.strip("."):
        raise ValueError(f"{part!r} can't be part of an identifier")


# The same few systems ask again and again.
@lru_cache(1024)
def _encoded(*parts: str) -> str:
    return "/".join(encode_part(part) for part in parts)


@dataclass(frozen=True, slots=True, order=True)
class MemberId:
    """An institution."""

    instance: str
    member_class: str
    member_code: str

    def __str__(self) -> str:
        return f"MEMBER:{self.instance}/{self.member_class}/{self.member_code}"


@dataclass(frozen=True, slots=True, order=True)
class ClientId:
    """Who asks: a subsystem, or a member itself where the subsystem is ''."""

    instance: str
    member_class: str
    member_code: str
    subsystem_code: str = ""

    @property
    def member(self) -> MemberId:
        """The institution behind it."""
        return MemberId(self.instance, self.member_class, self.member_code)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its parts, three or four."""
        head = (self.instance, self.member_class, self.member_code)
        return (*head, self.subsystem_code) if self.subsystem_code else head

    @property
    def wire(self) -> str:
        """As a header holds it."""
        return _encoded(*self.parts)

    def __str__(self) -> str:
        return f"{'SUBSYSTEM' if self.subsystem_code else 'MEMBER'}:{'/'.join(self.parts)}"


@dataclass(frozen=True, slots=True, order=True)
class ServiceId:
    """What is asked: a service of a subsystem."""

    instance: str
    member_class: str
    member_code: str
    subsystem_code: str
    service_code: str

    @property
    def provider(self) -> ClientId:
        """The subsystem that offers it."""
        return ClientId(self.instance, self.member_class, self.member_code, self.subsystem_code)

    @property
    def wire(self) -> str:
        """As a header or an address holds it."""
        return _encoded(*self.provider.parts, self.service_code)

    def __str__(self) -> str:
        return f"SERVICE:{'/'.join((*self.provider.parts, self.service_code))}"


@dataclass(frozen=True, slots=True, order=True)
class ServerId:
    """The node that a consumer wishes to be answered by."""

    instance: str
    member_class: str
    member_code: str
    server_code: str

    @property
    def wire(self) -> str:
        """As a header holds it."""
        return _encoded(self.instance, self.member_class, self.member_code, self.server_code)

    def __str__(self) -> str:
        return f"SERVER:{self.instance}/{self.member_class}/{self.member_code}/{self.server_code}"


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """On whose behalf a member asks; the class is '' where it was not said."""

    party_class: str
    party_code: str


def _parts(text: str, counts: tuple[int, ...], what: str) -> list[str]:
    """Split before decoding: a slash that was encoded belongs to its part."""
    raw = text.split("/")
    if len(raw) not in counts:
        raise bad_request(f"Invalid {what}")
    try:
        return [decode_part(part) for part in raw]
    except XRoadError as error:
        raise bad_request(f"Invalid {what}") from error


@lru_cache(1024)
def read_client(text: str) -> ClientId:
    """`instance/class/member[/subsystem]`; raises XRoadError."""
    return ClientId(*_parts(text, (3, 4), "Client Id"))


@lru_cache(1024)
def read_service(text: str) -> ServiceId:
    """`instance/class/member/subsystem/service`; raises XRoadError."""
    return ServiceId(*_parts(text, (5,), "Service Id"))


def read_server(text: str) -> ServerId:
    """`instance/class/member/server`; raises XRoadError."""
    return ServerId(*_parts(text, (4,), "SecurityServer Id"))


def read_party(text: str) -> Party:
    """`[class/]code`; raises XRoadError."""
    parts = _parts(text, (1, 2), "RepresentedParty Id")
    return Party(parts[0], parts[1]) if len(parts) == 2 else Party("", parts[0])
