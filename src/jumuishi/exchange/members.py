"""An institution's identifier on the wire: drawn from its kind and its slug, never stored."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from jumuishi.exchange.xroad.identifiers import ClientId, MemberId
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef

# Private bodies by their kind, all others public; the classes as they are commonly named.
PRIVATE = {"company": "COM"}
PUBLIC = "GOV"


def _member(found: InstitutionRef) -> MemberId:
    return MemberId(settings.EXCHANGE_INSTANCE, PRIVATE.get(found.kind, PUBLIC), found.slug)


def members(institution_ids: Iterable[UUID]) -> dict[UUID, tuple[MemberId, InstitutionRef]]:
    """The approved ones of these institutions, with their identifiers."""
    found = institutions.institutions(institution_ids)
    return {one.id: (_member(one), one) for one in found.values() if one.state == "approved"}


def member_of(institution_id: UUID) -> MemberId:
    """Raises LookupError for an institution that is not approved."""
    return members([institution_id])[institution_id][0]


def subsystem_of(member: MemberId, code: str) -> ClientId:
    """A member's subsystem."""
    return ClientId(member.instance, member.member_class, member.member_code, code)


def client_of(institution_id: UUID, subsystem: str) -> ClientId:
    """An institution's subsystem; raises LookupError for an institution that is not approved."""
    return subsystem_of(member_of(institution_id), subsystem)
