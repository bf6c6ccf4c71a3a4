"""Who may ask what: agreements, and the decision over one request, with its reason.

A decision costs the same whatever the number of members and agreements: it looks only at those between this client and
this service. It carries the path as it must be forwarded, so that nothing but what was decided reaches a provider.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jumuishi.exchange.paths import SafePath, UnsafePath, read_path
from jumuishi.exchange.patterns import Endpoint
from jumuishi.exchange.xroad import refusals
from jumuishi.exchange.xroad.errors import XRoadError, bad_request
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServiceId

MOST_ENDPOINTS = 200
_CODE = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The data's owner lets a system ask a service for one purpose, on a legal basis, for some fields and a time."""

    id: str
    client: ClientId
    service: ServiceId
    purpose: str
    legal_basis: str
    fields: frozenset[str]
    endpoints: tuple[Endpoint, ...]
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        # Both go into signed headers.
        if not _CODE.fullmatch(self.id) or not _CODE.fullmatch(self.purpose):
            raise ValueError("an agreement's number and purpose are codes of plain letters")
        if not self.endpoints or len(self.endpoints) > MOST_ENDPOINTS:
            raise ValueError(f"an agreement has 1 to {MOST_ENDPOINTS} endpoints")
        if self.until is not None and self.until <= self.since:
            raise ValueError("an agreement ends after it begins")


class Reason(StrEnum):
    """Why not. The order is how near the request came: of several agreements the nearest one speaks."""

    PATH_UNSAFE = "path_unsafe"
    MEMBER_REVOKED = "member_revoked"
    SERVICE_UNKNOWN = "service_unknown"
    NO_AGREEMENT = "no_agreement"
    PATH = "path"
    VERB = "verb"
    PURPOSE = "purpose"
    OVER = "over"
    NOT_YET = "not_yet"
    PURPOSE_UNSAID = "purpose_unsaid"
    SERVICE_DISABLED = "service_disabled"


_NEAR = {reason: at for at, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes, under this agreement; `path` is what may be forwarded."""

    agreement: Agreement
    path: SafePath


@dataclass(frozen=True, slots=True)
class Denied:
    """No. `values` fill the text `exchange.denied_<reason>`; an instant among them is for the page to write."""

    reason: Reason
    values: Mapping[str, str | datetime] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The text that says it to people."""
        return f"exchange.denied_{self.reason}"

    def on_the_wire(self, service: ServiceId) -> XRoadError:
        """What a system that speaks the REST message protocol is told: less, for a stranger may be asking."""
        if self.reason is Reason.PATH_UNSAFE:
            return bad_request("Invalid request URI")
        if self.reason is Reason.SERVICE_UNKNOWN:
            return refusals.unknown_service(service)
        if self.reason is Reason.SERVICE_DISABLED:
            return refusals.service_disabled(service, str(self.values["notice"]))
        return refusals.not_allowed(service)


@dataclass(frozen=True, slots=True)
class Rights:
    """All that stands at one version of the directory. `services` holds each one's notice, None while it is on."""

    agreements: tuple[Agreement, ...]
    services: Mapping[ServiceId, str | None]
    revoked: frozenset[MemberId] = frozenset()
    between: Mapping[tuple[ClientId, ServiceId], tuple[Agreement, ...]] = field(init=False)

    def __post_init__(self) -> None:
        index: dict[tuple[ClientId, ServiceId], list[Agreement]] = defaultdict(list)
        for one in self.agreements:
            index[one.client, one.service].append(one)
        object.__setattr__(self, "between", {pair: tuple(found) for pair, found in index.items()})

    def decide(
        self, client: ClientId, service: ServiceId, verb: str, path: str, at: datetime, purpose: str = ""
    ) -> Allowed | Denied:
        """Whether this may be asked now. `path` is raw as it came; without a purpose the only agreement's is meant."""
        try:
            safe = read_path(path)
        except UnsafePath as error:
            return Denied(Reason.PATH_UNSAFE, {"why": str(error)})
        for member in (client.member, service.provider.member):
            if member in self.revoked:
                return Denied(Reason.MEMBER_REVOKED, {"member": str(member)})
        if service not in self.services:
            return Denied(Reason.SERVICE_UNKNOWN, {"service": str(service)})
        names = {"client": str(client), "service": str(service)}
        nearest, found = Denied(Reason.NO_AGREEMENT, names), list[Agreement]()
        for one in self.between.get((client, service), ()):
            missing = _missing(one, verb, safe, at, purpose)
            if missing is None:
                found.append(one)
            elif _NEAR[missing.reason] > _NEAR[nearest.reason]:
                nearest = missing
        if not found:
            return nearest
        if len({one.purpose for one in found}) > 1:
            return Denied(Reason.PURPOSE_UNSAID, {"purposes": ", ".join(sorted({one.purpose for one in found}))})
        notice = self.services[service]
        if notice is not None:
            return Denied(Reason.SERVICE_DISABLED, {"notice": notice})
        return Allowed(found[0], safe)

    def endpoints(self, client: ClientId, service: ServiceId, at: datetime) -> tuple[tuple[str, str], ...]:
        """What a client may ask of a service now, as (verb, rule), for allowedMethods; () for a revoked member."""
        if client.member in self.revoked or service.provider.member in self.revoked:
            return ()
        live = (one for one in self.between.get((client, service), ()) if _when(one, at) is None)
        return tuple(dict.fromkeys((end.verb, end.pattern.text) for one in live for end in one.endpoints))


def _when(one: Agreement, at: datetime) -> Denied | None:
    if at < one.since:
        return Denied(Reason.NOT_YET, {"since": one.since})
    if one.until is not None and at >= one.until:
        return Denied(Reason.OVER, {"until": one.until})
    return None


def _missing(one: Agreement, verb: str, path: SafePath, at: datetime, purpose: str) -> Denied | None:
    """What keeps an agreement from covering a request, as near to a yes as it comes; None where it covers it."""
    covering = [end for end in one.endpoints if end.pattern.covers(path.segments)]
    if not covering:
        return Denied(Reason.PATH, {"path": "/" + "/".join(path.segments)})
    if not any(end.takes(verb) for end in covering):
        return Denied(Reason.VERB, {"verb": verb})
    if purpose and purpose != one.purpose:
        return Denied(Reason.PURPOSE, {"purpose": purpose})
    return _when(one, at)
