"""Who may do what with documents and keys."""

from jumuishi.identity.public import is_authority, is_of_institution, is_owner, is_system, policy
from jumuishi.identity.types import Actor, Thing


@policy("documents.document.issue")
def may_issue(actor: Actor, thing: Thing) -> bool:
    """The platform, when a case comes to its issue; an officer of the institution."""
    return is_system(actor, thing) or is_of_institution(actor, thing)


@policy("documents.document.revoke")
def may_revoke(actor: Actor, thing: Thing) -> bool:
    """The platform, or an officer of the institution that issued it, never one whom it belongs to."""
    return is_system(actor, thing) or (is_of_institution(actor, thing) and actor.person_id != thing.person_id)


@policy("documents.document.read")
def may_read(actor: Actor, thing: Thing) -> bool:
    """The person it belongs to, an officer of the institution, the platform."""
    return is_owner(actor, thing) or is_of_institution(actor, thing) or is_system(actor, thing)


@policy("documents.key.manage")
def may_manage_keys(actor: Actor, thing: Thing) -> bool:
    """The platform, or the authority."""
    return is_system(actor, thing) or is_authority(actor, thing)
