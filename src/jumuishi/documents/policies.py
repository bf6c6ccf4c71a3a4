"""Who may do what with documents and keys."""

from jumuishi.identity.public import is_authority, is_of_institution, is_owner, is_system, natural_people, policy
from jumuishi.identity.types import Actor, Thing

# A document binds the institution: taking it back is for those who lead it, not for every desk.
LEADERS = ("head", "director")
# Documents that not every officer of their institution may read: the room that has them issued hands them out.
_apart: set[str] = set()


def keep_apart(key: str) -> None:
    """Documents of this key are opened by the platform alone, for whom the room above has let in."""
    _apart.add(key)


def is_apart(key: str) -> bool:
    """Whether documents of this key are handed out by the room above alone."""
    return key in _apart


@policy("documents.document.issue")
def may_issue(actor: Actor, thing: Thing) -> bool:
    """The platform, when a case comes to its issue; an officer of the institution."""
    return is_system(actor, thing) or is_of_institution(actor, thing)


@policy("documents.document.revoke")
def may_revoke(actor: Actor, thing: Thing) -> bool:
    """The platform, or who leads the institution that issued it, never one whom it belongs to."""
    if is_system(actor, thing):
        return True
    both = [one for one in (actor.person_id, thing.person_id) if one is not None]
    people = natural_people(both)
    # Two rows may be one natural person: an officer who proved a phone is the citizen of that phone too.
    own = len({people.get(one, one) for one in both}) < 2
    return is_of_institution(actor, thing) and actor.has(*LEADERS) and not own


@policy("documents.document.suspend")
def may_suspend(actor: Actor, thing: Thing) -> bool:
    """As for taking it back: a licence that is stopped for a week may close a business."""
    return may_revoke(actor, thing)


@policy("documents.document.verify")
def may_verify(actor: Actor, thing: Thing) -> bool:
    """A program of an institution, in its institution's name."""
    return is_of_institution(actor, thing) and actor.has("program")


@policy("documents.document.read")
def may_read(actor: Actor, thing: Thing) -> bool:
    """The person it belongs to, an officer of the institution, the platform."""
    return is_owner(actor, thing) or is_of_institution(actor, thing) or is_system(actor, thing)


@policy("documents.key.manage")
def may_manage_keys(actor: Actor, thing: Thing) -> bool:
    """The platform, or the authority."""
    return is_system(actor, thing) or is_authority(actor, thing)
