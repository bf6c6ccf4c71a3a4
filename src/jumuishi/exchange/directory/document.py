"""The directory as a document: canonical JSON (RFC 8785) on one line, the authority's signature on the next.

What is signed is the bytes that travel, and a document that is not in canonical form is none, so that one serial has
one text.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from jumuishi.exchange.directory.model import DatedKey, Directory, Member, Node, Service, Subsystem
from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rights import Agreement
from jumuishi.exchange.signing.keys import read_public
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import MemberId, read_client, read_server, read_service
from jumuishi.kernel.canonical import canonical

_TITLE = b"jumuishi-directory-1\n"
T = TypeVar("T")


class UnreadDirectory(ValueError):
    """The document is not signed by the authority, or is none."""


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _member_text(member: MemberId) -> str:
    return str(member).partition(":")[2]


def _data(one: Directory) -> dict[str, Any]:
    told = {"next_key": one.next_key} if one.next_key else {}
    return told | {
        "instance": one.instance,
        "serial": one.serial,
        "rights_version": one.rights_version,
        "issued": _instant(one.issued),
        "expires": _instant(one.expires),
        "members": [
            {"id": _member_text(each.id), "name": each.name, "revoked_at": _instant(each.revoked_at)}
            for each in one.members
        ],
        "nodes": [_node_data(each) for each in one.nodes],
        "subsystems": [{"id": each.id.wire, "name": each.name, "node": each.node.wire} for each in one.subsystems],
        "services": [
            {
                "id": each.id.wire,
                "kind": each.kind,
                "endpoints": [list(pair) for pair in each.endpoints],
                "notice": each.notice,
            }
            for each in one.services
        ],
        "keys": [
            {
                "keyid": each.key.keyid,
                "owner": _member_text(each.key.owner),
                "algorithm": str(each.key.algorithm),
                "public": b64encode(each.key.raw).decode(),
                "since": _instant(each.since),
                "until": _instant(each.until),
                "revoked_at": _instant(each.revoked_at),
            }
            for each in one.keys
        ],
        "agreements": [
            {
                "id": each.id,
                "client": each.client.wire,
                "service": each.service.wire,
                "purpose": each.purpose,
                "legal_basis": each.legal_basis,
                "fields": sorted(each.fields),
                "endpoints": [[end.verb, end.pattern.text] for end in each.endpoints],
                "since": _instant(each.since),
                "until": _instant(each.until),
            }
            for each in one.agreements
        ],
    }


def _node_data(one: Node) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": one.id.wire, "address": one.address, "authority": one.authority, "certificate": one.certificate,
        "recipient": one.recipient,
    }  # fmt: skip
    # Left out where there is none, as in directories from before there were any.
    if one.next_certificate:
        said["next_certificate"] = one.next_certificate
    if one.log:
        said["log"] = list(one.log)
    return said


def written(directory: Directory, keyid: str, key: Ed25519PrivateKey) -> bytes:
    """The document, signed by the authority's key under its number."""
    body = canonical(_data(directory))
    return body + f"\n{keyid} {b64encode(key.sign(_TITLE + body)).decode()}\n".encode()


def read(document: bytes, authority: Mapping[str, Ed25519PublicKey]) -> Directory:
    """The directory in a document that one of the authority's keys signed; raises UnreadDirectory."""
    body, _, line = document.removesuffix(b"\n").partition(b"\n")
    try:
        keyid, signature = line.decode("ascii").split(" ")
        authority[keyid].verify(b64decode(signature, validate=True), _TITLE + body)
    except (ValueError, KeyError, InvalidSignature) as error:
        raise UnreadDirectory("not signed by the authority") from error
    try:
        data = json.loads(body)
        _check_types(data)
        directory = _directory(data)
        if document != body + b"\n" + line + b"\n" or canonical(_data(directory)) != body:
            raise UnreadDirectory("not in its one form")
    except (ValueError, KeyError, TypeError, AttributeError, XRoadError, RecursionError) as error:
        raise UnreadDirectory(str(error)) from error
    return directory


def signed_by(document: bytes) -> str:
    """The number of the key that a document names; `read` says whether that is true."""
    return document.removesuffix(b"\n").rpartition(b"\n")[2].partition(b" ")[0].decode("ascii")


def _check_types(data: dict[str, Any]) -> None:
    """Two numbers, texts, and nothing for an end that is not set: a true is no serial."""

    def check(value: object, key: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                check(inner, name)
        elif isinstance(value, list):
            for inner in value:
                check(inner, "")
        elif type(value) is not (int if key in ("serial", "rights_version") else str) and not (
            value is None and key in ("revoked_at", "until", "notice")
        ):
            raise UnreadDirectory(f"{key} is of another type")

    check(data, "")


def _at(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant has a zone")
    return at


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _at(text)


def _member(text: str) -> MemberId:
    return read_client(text).member


def _each(rows: list[dict[str, Any]], make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    return tuple(map(make, rows))


def _directory(data: dict[str, Any]) -> Directory:
    return Directory(
        instance=data["instance"],
        serial=data["serial"],
        rights_version=data["rights_version"],
        next_key=data.get("next_key", ""),
        issued=_at(data["issued"]),
        expires=_at(data["expires"]),
        members=_each(data["members"], lambda r: Member(_member(r["id"]), r["name"], _maybe(r["revoked_at"]))),
        nodes=_each(
            data["nodes"],
            lambda r: Node(
                read_server(r["id"]),
                r["address"],
                r["authority"],
                r["certificate"],
                r["recipient"],
                next_certificate=r.get("next_certificate", ""),
                log=tuple(r.get("log", ())),
            ),
        ),
        subsystems=_each(
            data["subsystems"], lambda r: Subsystem(read_client(r["id"]), r["name"], read_server(r["node"]))
        ),
        services=_each(
            data["services"],
            lambda r: Service(
                read_service(r["id"]), r["kind"], tuple((verb, rule) for verb, rule in r["endpoints"]), r["notice"]
            ),
        ),
        keys=_each(
            data["keys"],
            lambda r: DatedKey(
                read_public(r["keyid"], _member(r["owner"]), r["algorithm"], b64decode(r["public"], validate=True)),
                _at(r["since"]),
                _maybe(r["until"]),
                _maybe(r["revoked_at"]),
            ),
        ),
        agreements=_each(
            data["agreements"],
            lambda r: Agreement(
                id=r["id"],
                client=read_client(r["client"]),
                service=read_service(r["service"]),
                purpose=r["purpose"],
                legal_basis=r["legal_basis"],
                fields=frozenset(r["fields"]),
                endpoints=tuple(read_endpoint(verb, rule) for verb, rule in r["endpoints"]),
                since=_at(r["since"]),
                until=_maybe(r["until"]),
            ),
        ),
    )
