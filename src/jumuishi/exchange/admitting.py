"""The authority's word on who is on the network: one person wishes a node in, a second agrees; a member goes and comes.

By the command line of the centre's own machine a node is let in at once (`centre.admit`).
"""

from collections.abc import Sequence
from uuid import UUID

from jumuishi.exchange import centre
from jumuishi.exchange.models import Neighbour, RevokedMember
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

Pairs = Sequence[tuple[str, str]]


@identity.action("exchange.neighbour.wish")
def wish(*, actor: Actor, statement_text: bytes, members: Pairs) -> UUID:
    """One person of the authority wants a node to speak for these members (class, code); it waits for a second one.

    The same again, or another wish for the same node, takes its place. Raises ExchangeRefusedError.
    """
    said, public = centre.checked(statement_text, members)
    row = Neighbour.objects.select_for_update().filter(name=said["name"]).first()
    if row is None:
        row = Neighbour(id=new_id(), name=said["name"], asked_at=clock.now(), statement=said, public=public)
    identity.must(actor, "exchange.neighbour.manage", centre.thing_of(row.id))
    if row.admitted_at is None:
        row.statement, row.public, row.endpoint = said, public, str(said["address"])[:200]
    row.wish = {"statement": statement_text.decode(), "members": sorted(map(list, members))}
    row.wished_by, row.wished_at = actor.person_id, clock.now()
    row.save()
    identity.record(actor, centre.thing_of(row.id), after={"name": row.name, "wish": row.wish["members"]})
    return row.id


@identity.action("exchange.neighbour.agree")
def agree(*, actor: Actor, neighbour_id: UUID) -> None:
    """A second natural person agrees with what waits, and the directory names the node; twice is once.

    Raises ExchangeRefusedError: nothing waits, the same person, or what was right a while ago is so no more.
    """
    row = _known(actor, neighbour_id)
    if row.wish is None:
        if row.admitted_at is None or row.revoked_at is not None:
            raise ExchangeRefusedError("exchange.nothing_waits")
        identity.record(actor, centre.thing_of(row.id), after={"admitted_at": row.admitted_at})
        return
    if actor.person_id is None or _same_person(row.wished_by, actor.person_id):
        raise ExchangeRefusedError("exchange.two_people")
    pairs = [(one[0], one[1]) for one in row.wish["members"]]
    let_in = centre.let_in(row.wish["statement"].encode(), pairs, by=actor.person_id, wished_by=row.wished_by)
    identity.record(
        actor, centre.thing_of(row.id),
        after={"name": row.name, "members": let_in.members, "endpoint": let_in.endpoint, "wished_by": row.wished_by},
    )  # fmt: skip
    centre.issue()


@identity.action("exchange.neighbour.drop_wish")
def drop_wish(*, actor: Actor, neighbour_id: UUID) -> None:
    """What waited is not to be; a node that was never in is forgotten with it. Twice is once."""
    row = _known(actor, neighbour_id)
    was = row.wish and row.wish["members"]
    row.wish = row.wished_by = row.wished_at = None
    row.save(update_fields=["wish", "wished_by", "wished_at"])
    identity.record(actor, centre.thing_of(row.id), before={"wish": was}, after={"wish": None})


def _known(actor: Actor, neighbour_id: UUID) -> Neighbour:
    row = Neighbour.objects.select_for_update().filter(id=neighbour_id).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.neighbour.manage", centre.thing_of(row.id))
    return row


def _same_person(one: UUID | None, other: UUID) -> bool:
    if one is None:
        return False
    known = identity.natural_people([one, other])
    return known[one] == known[other]


@identity.action("exchange.member.revoke")
def revoke_member(*, actor: Actor, member: tuple[str, str], reason: str) -> UUID:
    """An institution (class, code) neither asks nor answers, from the next directory on; twice is once.

    Raises ExchangeRefusedError.
    """
    row_id, (member_class, member_code) = new_id(), member
    identity.must(actor, "exchange.neighbour.manage", Thing("exchange_member", row_id))
    if not reason.strip():
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    if member not in centre.members_known():
        raise ExchangeRefusedError("exchange.not_there")
    identity.one_at_a_time(f"exchange.member {member_class}/{member_code}")
    row = _revocation(member) or RevokedMember.objects.create(
        id=row_id, member_class=member_class, member_code=member_code, revoked_at=clock.now(), revoked_by=actor.who,
        reason=reason.strip()[:300],
    )  # fmt: skip
    identity.record(actor, Thing("exchange_member", row.id), after={"member": list(member), "reason": row.reason})
    centre.issue()
    return row.id


@identity.action("exchange.member.restore")
def restore_member(*, actor: Actor, member: tuple[str, str], reason: str) -> None:
    """Its word counts again; by another person than who took it. Raises ExchangeRefusedError."""
    row = _revocation(member)
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.neighbour.manage", Thing("exchange_member", row.id))
    if not reason.strip():
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    if _same_person(row.revoked_by, actor.who):
        raise ExchangeRefusedError("exchange.two_people_restore")
    row.restored_at, row.restored_by, row.restored_for = clock.now(), actor.who, reason.strip()[:300]
    row.save(update_fields=["restored_at", "restored_by", "restored_for"])
    identity.record(
        actor, Thing("exchange_member", row.id), after={"member": list(member), "restored_for": row.restored_for}
    )
    centre.issue()


def _revocation(member: tuple[str, str]) -> RevokedMember | None:
    rows = RevokedMember.objects.select_for_update().filter(restored_at=None)
    return rows.filter(member_class=member[0], member_code=member[1]).first()
