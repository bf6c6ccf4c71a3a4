"""An institution's identifier on the wire: drawn from its kind and its slug, never stored."""

from uuid import UUID

from django.conf import settings

from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServiceId
from jumuishi.institutions import public as institutions

# Public bodies and all others, as X-Road's member classes are commonly named.
CLASSES = {"public": "GOV"}
OTHER = "COM"


def member_of(institution_id: UUID) -> MemberId:
    """Raises LookupError for an institution that is not approved."""
    found = institutions.institution(institution_id)
    if found is None or found.state != "approved":
        raise LookupError(str(institution_id))
    return MemberId(settings.EXCHANGE_INSTANCE, CLASSES.get(found.kind, OTHER), found.slug)


def client_of(institution_id: UUID, subsystem: str) -> ClientId:
    """One of its subsystems."""
    member = member_of(institution_id)
    return ClientId(member.instance, member.member_class, member.member_code, subsystem)


def service_of(institution_id: UUID, subsystem: str, service: str) -> ServiceId:
    """One of its services."""
    member = member_of(institution_id)
    return ServiceId(member.instance, member.member_class, member.member_code, subsystem, service)
