"""Who may do what with money."""

from jumuishi.identity.public import is_of_institution, is_owner, is_system, policy
from jumuishi.identity.types import Actor, Thing
from jumuishi.payments.rules import ESCALATION_ROLES, OWNER_ROLE


def _asks_for_it(actor: Actor, thing: Thing) -> bool:
    """The platform, the person whose case it is, or an officer of the institution."""
    return is_system(actor, thing) or is_owner(actor, thing) or is_of_institution(actor, thing)


policy("payments.bill.issue")(_asks_for_it)
policy("payments.bill.cancel")(_asks_for_it)
policy("payments.bill.reissue")(_asks_for_it)
policy("payments.bill.read")(_asks_for_it)
policy("payments.refund.open")(_asks_for_it)


def _is_accountant(actor: Actor, thing: Thing) -> bool:
    return is_of_institution(actor, thing) and actor.has(OWNER_ROLE)


@policy("payments.books.read")
def may_read_books(actor: Actor, thing: Thing) -> bool:
    """The institution's accountants, and those who answer for what they leave undone."""
    return is_of_institution(actor, thing) and actor.has(OWNER_ROLE, *ESCALATION_ROLES)


@policy("payments.refund.settle")
def may_settle(actor: Actor, thing: Thing) -> bool:
    """An accountant of the institution, who never gives money back to himself."""
    return _is_accountant(actor, thing) and actor.person_id is not None and actor.person_id != thing.person_id


policy("payments.difference.settle")(_is_accountant)


@policy("payments.account.set")
def may_set_account(actor: Actor, thing: Thing) -> bool:
    """The platform, or an accountant of the institution."""
    return is_system(actor, thing) or _is_accountant(actor, thing)
