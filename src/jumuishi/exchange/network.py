"""What the authority reads of the network: nodes and how they stand, members, this node, findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jumuishi.exchange import node, standing
from jumuishi.exchange.directory.model import Directory
from jumuishi.exchange.directory.standing import Grade
from jumuishi.exchange.models import Finding, Neighbour, NodeKey, RevokedMember, SeenLog
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
STATES = ("waiting", "in", "revoked", "out")


@dataclass(frozen=True)
class Stand:
    """How a node stands: `state` is one of STATES; the first of its keys' ends; when its log was last compared."""

    row: Neighbour
    state: str
    keys_end: datetime | None
    certificate_ends: datetime | None
    compared: datetime | None
    problem: str
    has_finding: bool


@dataclass(frozen=True)
class Here:
    """This node: the directory that it goes by with its grade, None before the first; when what is its own ends."""

    name: str
    endpoint: str
    centre_address: str
    directory: Directory | None
    grade: Grade | None
    key_ends: datetime | None
    certificate_ends: datetime
    next_certificate_at: datetime | None


def nodes(text: str = "", state: str = "") -> QuerySet[Neighbour]:
    """Newest first; by words of name, address and members, and by how they stand."""
    rows = Neighbour.objects.all()
    for word in text.split()[:4]:
        rows = rows.filter(Q(name__icontains=word) | Q(endpoint__icontains=word) | Q(members__icontains=word))
    wanted = {
        "waiting": Q(wish__isnull=False), "in": Q(admitted_at__isnull=False, revoked_at=None),
        "revoked": Q(revoked_at__isnull=False), "out": Q(admitted_at=None),
    }  # fmt: skip
    return (rows.filter(wanted[state]) if state in wanted else rows).order_by("-asked_at", "-id")


def stands(rows: Iterable[Neighbour]) -> list[Stand]:
    """How each stands, whatever their number in two questions."""
    found = list(rows)
    names = [one.name for one in found]
    seen: dict[str, SeenLog] = {}
    for log in SeenLog.objects.filter(node__in=names).order_by("seen_at"):
        seen[log.node] = log
    accused = set(Finding.objects.filter(node__in=names, closed_at=None).values_list("node", flat=True))
    return [_stand(one, seen.get(one.name), one.name in accused) for one in found]


def _stand(row: Neighbour, log: SeenLog | None, has_finding: bool) -> Stand:
    if row.wish is not None:
        state = "waiting"
    elif row.revoked_at is not None:
        state = "revoked"
    else:
        state = "in" if row.admitted_at is not None else "out"
    newest: dict[str, str] = {}
    for key in row.statement.get("keys", []):
        newest[key["owner"]] = max(newest.get(key["owner"], ""), key["until"])
    ends = [datetime.fromisoformat(one) for one in newest.values()]
    certificate = row.statement.get("certificate_until")
    return Stand(
        row, state, min(ends, default=None), datetime.fromisoformat(certificate) if certificate else None,
        log.checked_at if log else None, log.problem if log else "", has_finding,
    )  # fmt: skip


def node_of(neighbour_id: UUID) -> Neighbour | None:
    """One node."""
    return Neighbour.objects.filter(id=neighbour_id).first()


def here() -> Here:
    """This node as it stands now."""
    own = node.own()
    with tenancy.acting_as(SYSTEM):
        found = standing.standing()
        newest: dict[UUID | None, datetime] = {}
        for home, until in NodeKey.objects.values_list("institution_id", "until_at"):
            newest[home] = max(newest.get(home, until), until)
    return Here(
        own.name, own.endpoint, own.centre_address, found[0] if found else None, found[1] if found else None,
        min(newest.values(), default=None), node.ends_at(own.certificate), own.next_made_at,
    )  # fmt: skip


def revoked_members() -> dict[tuple[str, str], RevokedMember]:
    """Whose word does not count now."""
    rows = RevokedMember.objects.filter(restored_at=None)
    return {(one.member_class, one.member_code): one for one in rows}


def findings(state: str = "") -> QuerySet[Finding]:
    """Newest first: "open", or all."""
    rows = Finding.objects.filter(closed_at=None) if state == "open" else Finding.objects.all()
    return rows.order_by("-found_at", "-id")


def finding_of(finding_id: UUID) -> Finding | None:
    """One of them."""
    return Finding.objects.filter(id=finding_id).first()


def open_findings() -> int:
    """How many wait for somebody; needs the system principal, or the authority's."""
    return Finding.objects.filter(closed_at=None).count()


@identity.action("exchange.neighbour.export")
def export(*, actor: Actor, text: str, state: str) -> list[Stand]:
    """The list to be taken out."""
    thing = Thing("exchange_network", new_id())
    identity.must(actor, "exchange.neighbour.manage", thing)
    identity.record(actor, thing, after={"text": text, "state": state, "at": clock.now()})
    return stands(nodes(text, state))


def members_of(directory: Directory | None, text: str) -> Sequence[Any]:
    """The directory's members by identifier, searched."""
    rows = directory.members if directory else ()
    words = [one.lower() for one in text.split()[:4]]
    found = sorted(rows, key=lambda one: one.id)
    return [one for one in found if all(word in f"{one.id} {one.name}".lower() for word in words)]
