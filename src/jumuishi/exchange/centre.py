"""The centre: nodes are let in, and the directory of all of them is signed; each of its own members' changes too."""

from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import VerificationError
from jumuishi.exchange import node, statement
from jumuishi.exchange.directory import document
from jumuishi.exchange.directory.model import DatedKey, Directory, Member, Node, Service, Subsystem
from jumuishi.exchange.models import Directory as Kept
from jumuishi.exchange.models import Neighbour, RevokedMember
from jumuishi.exchange.models import Node as OwnNode
from jumuishi.exchange.news import changed
from jumuishi.exchange.signing.keys import read_public
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import MemberId, ServerId, ServiceId, read_client
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.ids import new_id

# A directory counts so long without a newer one; see directory.standing for what comes after.
COUNTS = timedelta(days=2)
# It is signed anew at the latest when so much of that is left, also where nothing changed.
LEFT = timedelta(days=1)
KEPT = 20
# A log's keys: one for each of its epochs and signing keys.
LOG_KEYS = 100
SYSTEM = tenancy.Principal.system()
Pairs = Sequence[tuple[str, str]]


@identity.policy("exchange.neighbour.admit")
def may_admit(actor: Actor, thing: Thing) -> bool:
    """Alone: whoever keeps the centre's machine, by its command line."""
    return identity.is_system(actor, thing)


@identity.policy("exchange.neighbour.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """The authority's head or registrar; whoever keeps the centre's machine, by its command line."""
    return identity.is_system(actor, thing) or (identity.is_authority(actor, thing) and actor.has("head", "registrar"))


def thing_of(neighbour_id: UUID) -> Thing:
    """A node as the policies see it."""
    return Thing("neighbour", neighbour_id)


@identity.action("exchange.neighbour.admit")
def admit(*, actor: Actor, statement_text: bytes, members: Pairs) -> UUID:
    """Let a node in at once, to speak for these members (class, code); again, with its statement of now.

    For who keeps the centre's machine: the authority's people do it by two (`admitting`). Raises ExchangeRefusedError.
    """
    identity.must(actor, "exchange.neighbour.admit", thing_of(new_id()))
    row = let_in(statement_text, members, by=actor.person_id, wished_by=None)
    identity.record(actor, thing_of(row.id), after={"name": row.name, "members": row.members, "endpoint": row.endpoint})
    issue()
    return row.id


def checked(statement_text: bytes, members: Pairs) -> tuple[dict[str, Any], bytes]:
    """What a statement says and the key that signed it, fit to be let in for these members. Refuses others' names.

    Raises ExchangeRefusedError.
    """
    try:
        said, public = statement.read(statement_text)
    except statement.UnreadStatement:
        raise ExchangeRefusedError("exchange.bad_statement", "statement") from None
    if said["instance"] != node.own().instance or said["name"] == node.own().name:
        raise ExchangeRefusedError("exchange.other_instance", "statement")
    known = Neighbour.objects.filter(name=said["name"]).exclude(admitted_at=None).first()
    # Who lost its keys is revoked, and comes again with others.
    if known is not None and known.revoked_at is None and public not in _keys_of(known):
        raise ExchangeRefusedError("exchange.other_node", "statement")
    others = Neighbour.objects.exclude(name=said["name"]).exclude(admitted_at=None)
    if {tuple(one) for other in others for one in other.members} & set(members):
        raise ExchangeRefusedError("exchange.member_elsewhere", "members")
    if any(evidence.origin_in(key) in _logs_of_others(said["name"]) for key in _log_of(said)):
        raise ExchangeRefusedError("exchange.log_elsewhere", "statement")
    try:
        _check_fits(Neighbour(name=said["name"], members=sorted(map(list, members)), log=[]), said)
    except statement.UnreadStatement:
        raise ExchangeRefusedError("exchange.bad_statement", "statement") from None
    return said, public


def _check_fits(row: Neighbour, said: dict[str, Any]) -> None:
    """Raises UnreadStatement where nobody could read a directory with this in it: one node's words stop no other's."""
    own, _ = statement.read(statement.said())
    others = Neighbour.objects.exclude(name=row.name).exclude(admitted_at=None)
    key = Ed25519PrivateKey.generate()
    try:
        made = _joined([(own, None), *((one.statement, one) for one in others), (said, row)], {}, 1, clock.now(), "")
        document.read(document.written(made, "trial", key), {"trial": key.public_key()})
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, XRoadError) as error:
        raise statement.UnreadStatement(str(error)) from error


def let_in(statement_text: bytes, members: Pairs, *, by: UUID | None, wished_by: UUID | None) -> Neighbour:
    """The node's row, in from now on; needs a transaction. Raises ExchangeRefusedError."""
    said, public = checked(statement_text, members)
    known = Neighbour.objects.select_for_update().filter(name=said["name"]).first()
    row = known or Neighbour(id=new_id(), name=str(said["name"])[:60], asked_at=clock.now())
    row.endpoint, row.statement, row.public = str(said["address"])[:200], said, public
    row.next_public = _next_public(said)
    row.members, row.admitted_at, row.admitted_by = sorted(map(list, members)), clock.now(), by
    row.revoked_at, row.reason, row.wish, row.wished_by = None, "", None, wished_by
    row.log = _with(row.log, said)
    row.save()
    return row


def _keys_of(row: Neighbour) -> set[bytes]:
    """The keys that sign its statements: the one of now, and the next one that it told."""
    return {bytes(one) for one in (row.public, row.next_public) if one}


def _next_public(said: dict[str, Any]) -> bytes:
    try:
        return b64decode(said.get("next_key", ""), validate=True)
    except (ValueError, TypeError):
        return b""


def members_known() -> dict[tuple[str, str], str]:
    """Whom this centre's nodes speak for (class, code), with their names."""
    own, _ = statement.read(statement.said())
    found = {(one[0], one[1]): str(one[2]) for one in own["members"]}
    for row in Neighbour.objects.exclude(admitted_at=None):
        names = {(one[0], one[1]): str(one[2]) for one in row.statement["members"]}
        found |= {(one[0], one[1]): names.get((one[0], one[1]), one[1]) for one in row.members}
    return found


def origins_of(row: Neighbour) -> list[str]:
    """The names that its log had, the latest last."""
    return list(dict.fromkeys(evidence.origin_in(key) for key in row.log or ()))


@identity.action("exchange.neighbour.revoke")
def revoke(*, actor: Actor, neighbour_id: UUID, reason: str) -> None:
    """A node speaks for nobody any more; twice is once. Raises ExchangeRefusedError."""
    row = Neighbour.objects.select_for_update().filter(id=neighbour_id).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.neighbour.manage", thing_of(row.id))
    if not reason.strip():
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    if row.revoked_at is None:
        row.revoked_at, row.reason = clock.now(), reason.strip()[:300]
        row.save(update_fields=["revoked_at", "reason"])
    identity.record(actor, thing_of(row.id), after={"revoked_at": row.revoked_at, "reason": row.reason})
    issue()


def hear(name: str, statement_text: bytes) -> bool:
    """Take a newer statement of a node that is in; whether it said anything new. Raises UnreadStatement."""
    said, public = statement.read(statement_text)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = Neighbour.objects.select_for_update().filter(name=name, revoked_at=None).first()
        if row is None or said["name"] != name or public not in _keys_of(row) or said["at"] < row.statement["at"]:
            return False
        news = _lasting(said) != _lasting(row.statement)
        if news:
            _check_fits(row, said)
        kept, row.log = row.log, _with(row.log, said)
        row.statement, row.endpoint, row.heard_at = said, str(said["address"])[:200], clock.now()
        # Whoever signs by the next key once signs by the one before it no more.
        row.public, row.next_public = public, _next_public(said)
        row.save(update_fields=["statement", "endpoint", "heard_at", "log", "public", "next_public"])
    return news or row.log != kept


def _log_of(said: dict[str, Any]) -> list[str]:
    """The keys of its log that a statement tells, as far as they are keys."""
    found, told = [], said.get("log", [])
    for key in told if isinstance(told, list) else []:
        with suppress(VerificationError, AttributeError):
            evidence.origin_in(key)
            found.append(str(key))
    return found[:LOG_KEYS]


def _logs_of_others(name: str) -> set[str]:
    rows = Neighbour.objects.exclude(name=name).exclude(admitted_at=None).values_list("log", flat=True)
    return {evidence.origin_in(key) for keys in [evidence.verifier_keys(), *rows] for key in keys or ()}


def _with(kept: list[str] | None, said: dict[str, Any]) -> list[str]:
    """All keys that a node's log ever had: it takes none back. A log that is another node's stays that one's."""
    taken = _logs_of_others(said["name"])
    fresh = [key for key in _log_of(said) if key not in (kept or ()) and evidence.origin_in(key) not in taken]
    return [*(kept or ()), *fresh][:LOG_KEYS]


def _lasting(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key != "at"}


def issue(*, only_if_needed: bool = False) -> int:
    """Sign a directory of what stands now; its serial. With `only_if_needed`, where it would say the same, none.

    One that was signed while this node's clock was ahead is taken by nobody until then: it is signed anew.
    """
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        identity.one_at_a_time("exchange.directory")
        now = clock.now()
        own, _ = statement.read(statement.said())
        next_key = str(own.get("next_key", ""))
        rows = list(Neighbour.objects.exclude(admitted_at=None).order_by("name"))
        said: list[tuple[dict[str, Any], Neighbour | None]] = [(own, None), *((one.statement, one) for one in rows)]
        last = Kept.objects.order_by("-serial").first()
        gone = {(one.member_class, one.member_code): one for one in RevokedMember.objects.filter(restored_at=None)}
        mark = digest([
            [[_lasting(one), row and [row.members, row.revoked_at, row.log]] for one, row in said],
            sorted([*pair, str(one.revoked_at)] for pair, one in gone.items()), next_key,
        ])  # fmt: skip
        stands = last is not None and last.mark == mark and last.fetched_at <= now < last.fetched_at + COUNTS - LEFT
        if only_if_needed and last is not None and stands:
            return last.serial
        serial = max(int(now.timestamp()), (last.serial if last else 0) + 1)
        made = _joined(said, {pair: one.revoked_at for pair, one in gone.items()}, serial, now, next_key)
        key = node.key_of_node(now)
        private = node.opened(key).private
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError("the directory is signed by Ed25519")
        Kept.objects.create(serial=serial, body=document.written(made, key.keyid, private), mark=mark, fetched_at=now)
        OwnNode.objects.update(centre_key=bytes(key.public), next_centre_key=node.next_key_of_node(now))
        old = Kept.objects.order_by("-serial").values_list("serial", flat=True)[KEPT:]
        Kept.objects.filter(serial__in=list(old)).delete()
        changed()
        return serial


def _joined(
    said: Iterable[tuple[dict[str, Any], Neighbour | None]], gone: Mapping[tuple[str, str], datetime], serial: int,
    now: datetime, next_key: str,
) -> Directory:  # fmt: skip
    instance = node.own().instance
    found: dict[str, list[Any]] = {name: [] for name in ("members", "nodes", "subsystems", "services", "keys")}
    for one, row in said:
        revoked = row.revoked_at if row else None
        may = {(each[0], each[1]) for each in (row.members if row else one["members"])}
        mine = {each: MemberId(instance, *each) for each in may}
        names = {(each[0], each[1]): each[2] for each in one["members"] if (each[0], each[1]) in may}
        if not names:
            continue
        first = min(names)
        server = ServerId(instance, *first, one["name"])
        found["members"] += [
            Member(mine[each], name, revoked or gone.get(each)) for each, name in sorted(names.items())
        ]
        log = tuple(row.log or ()) if row else tuple(one["log"])
        found["nodes"].append(
            Node(
                server,
                one["address"],
                one["name"],
                one["certificate"],
                str(one.get("recipient", "")),
                next_certificate=str(one.get("next_certificate", "")),
                log=log,
            )
        )
        within = {mine[each] for each in names}
        systems = [(read_client(wire), name) for wire, name in one["subsystems"]]
        known = {wire for wire, _ in systems if wire.member in within}
        found["subsystems"] += [Subsystem(wire, name, server) for wire, name in systems if wire in known]
        for each in one["services"]:
            home = read_client(each["subsystem"])
            if home in known:
                wire = ServiceId(home.instance, home.member_class, home.member_code, home.subsystem_code, each["code"])
                pairs = tuple((verb, rule) for verb, rule in each["endpoints"])
                found["services"].append(Service(wire, each["kind"], pairs, each["notice"] or None))
        for each in one["keys"]:
            owner = read_client(each["owner"]).member
            if owner in within:
                public = read_public(each["keyid"], owner, each["algorithm"], b64decode(each["public"]))
                since, until = datetime.fromisoformat(each["since"]), datetime.fromisoformat(each["until"])
                found["keys"].append(DatedKey(public, since, until))
    parts = {name: tuple(rows) for name, rows in found.items()}
    # Rights are the provider's own: it decides by its agreements, and nobody else needs to know them.
    return Directory(
        instance=instance,
        serial=serial,
        rights_version=0,
        issued=now,
        expires=now + COUNTS,
        agreements=(),
        next_key=next_key,
        **parts,
    )
