"""Sign-ins that were refused to a known account: journalled, so that owner, head and auditor see them.

Bounded: whoever floods an account with guesses writes few rows an hour; the last of them says that more came.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from jumuishi.evidence import public as evidence
from jumuishi.identity import limits
from jumuishi.identity.actions import action, record
from jumuishi.identity.models import Account
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import tenancy
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t

VERB = "identity.account.refuse"
MOST_AN_HOUR = 5


@dataclass(frozen=True)
class Refusal:
    """One refused sign-in: `what` was wrong (password, factor), from which network; `more`: others came that hour."""

    at: datetime
    what: str
    network: str
    more: bool


def note(account: Account, what: str, address: str) -> None:
    """Journal that a wrong password or factor was shown for the account, unless enough was said within the hour."""
    if limits.hit(str(account.id), "journal.refused", MOST_AN_HOUR - 1, 3600):
        _note(actor=Actor.person(None), account=account, what=what, address=address, more=False)
    elif limits.hit(str(account.id), "journal.refused.more", 1, 3600):
        _note(actor=Actor.person(None), account=account, what=what, address=address, more=True)


@action(VERB)
def _note(*, actor: Actor, account: Account, what: str, address: str, more: bool) -> None:
    with tenancy.acting_as(tenancy.Principal.system()):
        after = {"what": what, "network": limits.network_of(address), **({"more": True} if more else {})}
        record(actor, Thing("account", account.id, person_id=account.person_id), after=after)


def refusals_of(person_id: UUID, *, limit: int = 5) -> list[Refusal]:
    """The newest refused sign-ins of a person's account; the caller has asked its own policy who may see them."""
    with as_system():
        account = Account.objects.filter(person_id=person_id).values_list("id", flat=True).first()
        if account is None:
            return []
        entries = evidence.newest(thing_kind="account", thing_id=account, verb=VERB, limit=limit)
    return [_refusal(one.at, (one.body or {}).get("after") or {}) for one in entries]


def _refusal(at: datetime, after: dict[str, Any]) -> Refusal:
    return Refusal(at, after.get("what", "password"), after.get("network", ""), bool(after.get("more")))


def in_words(person_id: UUID, lang: str) -> list[str]:
    """The same, a line each, for a page."""
    found = []
    for one in refusals_of(person_id):
        at = say_instant(one.at, lang, settings.TIME_ZONE)
        line = t(f"identity.refused_{one.what}", lang, at=at, network=one.network)
        found.append(f"{line} {t('identity.refused_more', lang)}" if one.more else line)
    return found
