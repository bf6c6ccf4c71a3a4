"""Whose a register is."""

from uuid import UUID

from jumuishi.exchange import members
from jumuishi.exchange.registers.declared import registers
from jumuishi.exchange.xroad.identifiers import read_service
from jumuishi.institutions import public as institutions


def owner_of(register: str) -> UUID | None:
    """The institution of this node that answers for a register; None for one elsewhere, or not connected."""
    found = registers().get(register)
    if found is None or not found.service:
        return None
    member = read_service(found.service).provider.member
    home = institutions.institution_by_slug(member.member_code)
    if home is None or home.state != "approved" or members.member_of(home.id) != member:
        return None
    return home.id
