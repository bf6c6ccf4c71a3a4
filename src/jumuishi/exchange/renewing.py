"""Keys and the door's certificate are renewed before they end: the next one is told long before it takes over.

A node may go by a directory that is days old (`standing.TERMS`), so that a key signs only once no such directory is
left that does not name it. The old one signs until then and stays listed: what it signed stays proven.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jumuishi.exchange import node
from jumuishi.exchange.members import members
from jumuishi.exchange.models import Node, NodeKey, Subsystem
from jumuishi.exchange.news import changed
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy

SYSTEM = tenancy.Principal.system()


@identity.policy("exchange.key.renew")
def may_renew(actor: Actor, thing: Thing) -> bool:
    """The node by itself, when it is time; the authority's head or registrar at any time."""
    return identity.is_system(actor, thing) or (identity.is_authority(actor, thing) and actor.has("head", "registrar"))


def is_due() -> bool:
    """Whether anything is near its end and has no successor, or a successor takes over."""
    here, now = node.own(), clock.now()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return bool(_ending(now)) or _certificate_ends(here, now) or _takes_over(here, now)


@identity.action("exchange.key.renew")
def renew(*, actor: Actor, early: bool = False) -> int:
    """Make the successor of each key that is near its end and of the door's certificate; how many keys were made.

    `early`: of each key that has none yet. A certificate that everybody knows by now takes over. Twice is once.
    """
    here, now = node.own(), clock.now()
    identity.must(actor, "exchange.key.renew", Thing("exchange_node", here.id))
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time("exchange.renew")
        row = Node.objects.select_for_update().get()
        made = [node.next_key(use, home, now).keyid for use, home in _ending(now, early=early)]
        said: dict[str, object] = {"keys": made}
        if _takes_over(row, now):
            row.certificate, row.next_certificate, row.next_made_at = node.take_over(), "", None
            row.save(update_fields=["certificate", "next_certificate", "next_made_at"])
            said["certificate"] = node.fingerprint(row.certificate)
        elif _certificate_ends(row, now):
            row.next_certificate, row.next_made_at = node.next_certificate(now), now
            row.save(update_fields=["next_certificate", "next_made_at"])
            said["next_certificate"] = node.fingerprint(row.next_certificate)
        identity.record(actor, Thing("exchange_node", here.id), after=said)
        changed()
    return len(made)


def _ending(now: datetime, *, early: bool = False) -> list[tuple[str, UUID | None]]:
    """Whose newest key ends soon: the node's own, and those of members that have a system here."""
    rows = Subsystem.objects.filter(ended_at=None).values_list("institution_id", flat=True)
    wanted: list[tuple[str, UUID | None]] = [(node.DIRECTORY, None)]
    wanted += [(node.MESSAGES, one) for one in members(set(rows))]
    newest = {(one.use, one.institution_id): one for one in NodeKey.objects.order_by("from_at")}
    found = []
    for one in wanted:
        key = newest.get(one)
        # One that is yet to begin is a successor already.
        if key is not None and key.from_at <= now and (early or key.until_at - node.BEFORE <= now):
            found.append(one)
    return found


def _certificate_ends(here: Node, now: datetime) -> bool:
    return not here.next_certificate and node.ends_at(here.certificate) - node.BEFORE <= now


def _takes_over(here: Node, now: datetime) -> bool:
    """Once everybody knows of it, or just before the end of one that is renewed late."""
    at = here.next_made_at
    return at is not None and min(at + node.KNOWN_AFTER, node.ends_at(here.certificate) - node.JUST_BEFORE) <= now


def warnings(now: datetime) -> list[str]:
    """What ends soon though it should have been renewed; needs the system principal and a transaction."""
    here = Node.objects.first()
    if here is None:
        return []
    late = now + node.BEFORE - node.LATE
    found = []
    rows = NodeKey.objects.filter(use__in=[node.DIRECTORY, node.MESSAGES]).order_by("until_at")
    newest = {(one.use, one.institution_id): one for one in rows}
    homes = members(one for _, one in newest if one is not None)
    for (use, home), key in newest.items():
        is_ours = use == node.DIRECTORY or home in homes
        if is_ours and key.until_at <= late:
            whose = homes[home][0] if home in homes else "this node"
            found.append(f"the exchange's key of {whose} ends on {key.until_at:%Y-%m-%d} and was not renewed")
    ends = node.ends_at(here.next_certificate or here.certificate)
    if ends <= late:
        found.append(f"the certificate of the exchange's door ends on {ends:%Y-%m-%d} and was not renewed")
    return found[:20]
