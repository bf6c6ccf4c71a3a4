"""What the protocol answers itself: who there is, what they offer, what I may ask.

`listMethods` exists in two shapes that no one body can serve; this is the one of the examples (Annex B), with
`service` and names in snake_case, which the programs in use read.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from jumuishi.exchange.xroad.errors import xml_text
from jumuishi.exchange.xroad.identifiers import ClientId, ServiceId
from jumuishi.exchange.xroad.refusals import service_code_missing

_IDENTIFIERS = "http://x-road.eu/xsd/identifiers"
_XROAD = "http://x-road.eu/xsd/xroad.xsd"


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its type; the status is 200."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class ListedClient:
    """A member or subsystem with its names."""

    id: ClientId
    name: str
    subsystem_name: str = ""


@dataclass(frozen=True, slots=True)
class ListedService:
    """A service with its endpoints as (verb, path pattern); `kind` is OPENAPI where it has a description, else REST."""

    id: ServiceId
    kind: str
    endpoints: tuple[tuple[str, str], ...]


def _json(value: object) -> Answer:
    return Answer("application/json", json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def list_clients(clients: Iterable[ListedClient], accept: Sequence[str]) -> Answer:
    """Everybody in the directory: JSON where an Accept header names application/json, XML otherwise."""
    if any("application/json" in one.lower() for one in accept):
        return _json({"member": [_client_json(one) for one in clients]})
    members = "".join(_client_xml(one) for one in clients)
    return Answer(
        "text/xml; charset=utf-8",
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<ns2:clientList xmlns:ns1="{_IDENTIFIERS}" xmlns:ns2="{_XROAD}">{members}</ns2:clientList>'.encode(),
    )


def _client_json(one: ListedClient) -> dict[str, object]:
    identifier = {
        "xroad_instance": one.id.instance,
        "member_class": one.id.member_class,
        "member_code": one.id.member_code,
        "subsystem_code": one.id.subsystem_code,
        "object_type": "SUBSYSTEM" if one.id.subsystem_code else "MEMBER",
    }
    found: dict[str, object] = {"id": _said(identifier), "name": one.name}
    return found | ({"subsystem_name": one.subsystem_name} if one.subsystem_name else {})


def _said(fields: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if value}


def _client_xml(one: ListedClient) -> str:
    parts = _said(
        {
            "xRoadInstance": one.id.instance,
            "memberClass": one.id.member_class,
            "memberCode": one.id.member_code,
            "subsystemCode": one.id.subsystem_code,
        }
    )
    inside = "".join(f"<ns1:{name}>{xml_text(value)}</ns1:{name}>" for name, value in parts.items())
    names = "".join(
        f"<ns2:{name}>{xml_text(value)}</ns2:{name}>"
        for name, value in _said({"name": one.name, "subsystemName": one.subsystem_name}).items()
    )
    kind = "SUBSYSTEM" if one.id.subsystem_code else "MEMBER"
    return f'<ns2:member><ns2:id ns1:objectType="{kind}">{inside}</ns2:id>{names}</ns2:member>'


def list_methods(services: Iterable[ListedService]) -> Answer:
    """What a subsystem offers; for allowedMethods the caller hands in only what the client may ask."""
    return _json(
        {
            "service": [
                {
                    "member_class": one.id.member_class,
                    "member_code": one.id.member_code,
                    "object_type": "SERVICE",
                    "service_code": one.id.service_code,
                    "service_type": one.kind,
                    "subsystem_code": one.id.subsystem_code,
                    "xroad_instance": one.id.instance,
                    "endpoint_list": [{"method": verb, "path": path} for verb, path in one.endpoints],
                }
                for one in services
            ]
        }
    )


def described_service(provider: ClientId, query: str | None) -> ServiceId:
    """The service whose description getOpenAPI is asked for: the last `serviceCode`; raises XRoadError without one."""
    pairs = parse_qsl(query or "", keep_blank_values=True)
    code = next((value for name, value in reversed(pairs) if name.lower() == "servicecode"), "")
    if not code:
        raise service_code_missing()
    return ServiceId(provider.instance, provider.member_class, provider.member_code, provider.subsystem_code, code)


def listed_instance(query: str | None, here: str) -> str:
    """The instance whose clients are asked for: the last `xRoadInstance`, this one where none is named."""
    pairs = parse_qsl(query or "", keep_blank_values=True)
    return next((value for name, value in reversed(pairs) if name == "xRoadInstance"), here) or here
