"""What a node says of itself to the centre: its members' systems, services and keys, where its door is, signed.

The centre lets a node speak for members that it names; of those the directory takes what the node says of them.
"""

import json
import time
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from jumuishi.evidence import public as evidence
from jumuishi.exchange import node
from jumuishi.exchange.members import members, subsystem_of
from jumuishi.exchange.models import Node, NodeKey, Service, Subsystem
from jumuishi.exchange.patterns import pattern_of_template
from jumuishi.exchange.signing.keys import read_public
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import canonical

FORMAT = "jumuishi-node-1"
SYSTEM = tenancy.Principal.system()
COUNTS = 300.0
# What was last written to the registers: of each row the number of the transaction that wrote it.
_WRITTEN = """SELECT
  (SELECT md5(string_agg(concat(id, xmin), ',' ORDER BY id)) FROM exchange_node),
  (SELECT md5(string_agg(concat(id, xmin), ',' ORDER BY id)) FROM exchange_node_key),
  (SELECT md5(string_agg(concat(id, xmin), ',' ORDER BY id)) FROM exchange_subsystem),
  (SELECT md5(string_agg(concat(id, xmin), ',' ORDER BY id)) FROM exchange_service)"""
_last: tuple[Any, float, bytes] | None = None


class UnreadStatement(ValueError):
    """It is none, or not signed by the key that it names."""


def said() -> bytes:
    """This node's statement as of now: canonical JSON on one line, key and signature on the next.

    While nobody wrote to the registers it is the same one, for 5 minutes.
    """
    global _last
    with tenancy.acting_as(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        homes = Subsystem.objects.filter(ended_at=None).values_list("institution_id", flat=True).distinct()
        mark = (cursor.fetchone(), members(homes), _log())
    at = time.monotonic()
    if _last is None or _last[0] != mark or at - _last[1] > COUNTS:
        _last = (mark, at, _said())
    return _last[2]


def _next(here: Node) -> dict[str, str]:
    """What takes over from the certificate and the key of now, where it is made already."""
    found, key = {}, node.next_key_of_node(clock.now())
    if here.next_certificate:
        found["next_certificate"] = node.fingerprint(here.next_certificate)
    if key:
        found["next_key"] = b64encode(key).decode()
    return found


def _log() -> list[str]:
    """The keys of this node's log; none before its first epoch is open: until then it has no name that lasts."""
    return evidence.verifier_keys() if evidence.latest_checkpoint() else []


def _said() -> bytes:
    here = node.own()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        rows = list(Subsystem.objects.filter(ended_at=None).order_by("code"))
        homes = members({one.institution_id for one in rows})
        here_are = [one for one in rows if one.institution_id in homes]
        wires = {one.id: subsystem_of(homes[one.institution_id][0], one.code) for one in here_are}
        for home in homes:
            node.key_of_member(home)
        keys = NodeKey.objects.filter(use=node.MESSAGES, institution_id__in=homes).order_by("from_at")
        services = Service.objects.filter(ended_at=None, subsystem_id__in=wires).order_by("code")
        body = canonical(
            {
                "format": FORMAT,
                "name": here.name,
                "instance": here.instance,
                "address": here.endpoint,
                "certificate": node.fingerprint(here.certificate),
                "recipient": node.key_of_parcels().recipient,
                "certificate_until": node.ends_at(here.certificate),
                **_next(here),
                "log": _log(),
                "at": clock.now(),
                "members": sorted(
                    [[one.member_class, one.member_code, home.name["sw"]] for one, home in homes.values()]
                ),
                "subsystems": [[wires[one.id].wire, one.name] for one in rows if one.id in wires],
                "services": [
                    {
                        "subsystem": wires[one.subsystem_id].wire, "code": one.code,
                        "kind": "OPENAPI" if one.openapi else "REST", "notice": one.disabled_notice,
                        "endpoints": [
                            [each["method"], pattern_of_template(each["path"]).text] for each in one.endpoints
                        ],
                    }
                    for one in services
                ],
                "keys": [
                    {
                        "keyid": one.keyid, "owner": "/".join(_three(homes, one)), "algorithm": one.algorithm,
                        "public": b64encode(bytes(one.public)).decode(), "since": one.from_at, "until": one.until_at,
                    }
                    for one in keys
                ],
            }
        )  # fmt: skip
        own = node.key_of_node(clock.now())
        signer = node.opened(own)
    return body + f"\n{b64encode(bytes(own.public)).decode()} {b64encode(signer.sign(body)).decode()}\n".encode()


def _three(homes: Any, row: NodeKey) -> tuple[str, str, str]:
    found = homes[row.institution_id][0]
    return found.instance, found.member_class, found.member_code


def read(document: bytes) -> tuple[dict[str, Any], bytes]:
    """What a statement says, and the public key that signed it; raises UnreadStatement."""
    body, _, line = document.removesuffix(b"\n").partition(b"\n")
    try:
        public, signature = (b64decode(one, validate=True) for one in line.split(b" "))
        key = read_public("statement", read_client("a/b/c").member, "ed25519", public)
        if not key.signed(body, signature):
            raise UnreadStatement("the signature")
        found = json.loads(body)
        if found["format"] != FORMAT or canonical(found) != body:
            raise UnreadStatement("its form")
        datetime.fromisoformat(found["at"])
        if not all(isinstance(found[name], str) for name in ("name", "instance", "address")):
            raise UnreadStatement("its form")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadStatement(str(error)) from error
    return found, public
