"""An officer who lost the second factor: two others of the institution, together, let that officer enrol again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from jumuishi.identity import accounts, appointments, factors, limits
from jumuishi.identity.actions import action, record
from jumuishi.identity.events import FactorsRemoved
from jumuishi.identity.models import Account, Recovery
from jumuishi.identity.policy import is_authority, is_of_institution, must, policy
from jumuishi.identity.types import Actor, Invitation, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell


@dataclass(frozen=True)
class RecoveryView:
    """A recovery that waits for its second person."""

    id: UUID
    person_id: UUID
    name: str
    asked_by: UUID
    reason: str
    created_at: datetime


@policy("identity.recovery.head")
def _may_recover_head(actor: Actor, thing: Thing) -> bool:
    """The authority, never for itself; that two of its people agreed is the room above's to keep."""
    return is_authority(actor, thing) and actor.person_id not in (None, thing.person_id)


@policy("identity.recovery.ask")
def _may_ask(actor: Actor, thing: Thing) -> bool:
    """Somebody else of the officer's institution, in a role that the room above named for it."""
    return (
        is_of_institution(actor, thing)
        and actor.person_id not in (None, thing.person_id)
        and actor.has(*appointments.recovery_roles())
    )


policy("identity.recovery.approve")(_may_ask)


@action("identity.recovery.ask")
def ask_recovery(*, actor: Actor, person_id: UUID, reason: str) -> UUID:
    """Ask that an officer of one's institution may enrol again; returns the recovery, asked twice the one that waits.

    Raises NotAllowedError.
    """
    with tenancy.acting_as(tenancy.Principal.system()):
        account = Account.objects.filter(person_id=person_id, is_active=True).first()
        thing = _thing(actor, account)
        must(actor, "identity.recovery.ask", thing)
        if account is None or actor.institution_id is None or actor.person_id is None:
            raise NotAllowedError("identity.recovery.ask")
        limits.one_at_a_time(f"identity.recovery {account.id}")
        since = clock.now() - clock.seconds(settings.IDENTITY_LIFE["enrolment_seconds"])
        waits = Recovery.objects.filter(
            account=account, institution_id=actor.institution_id, asked_by_id=actor.person_id, approved_at=None,
            reason=reason[:300], created_at__gte=since,
        ).first()  # fmt: skip
        if waits is not None:
            record(actor, thing, after={"recovery": str(waits.id), "sent_again": True})
            return waits.id
        made = Recovery.objects.create(
            account=account,
            institution_id=actor.institution_id,
            asked_by_id=actor.person_id,
            reason=reason[:300],
            created_at=clock.now(),
        )
        record(actor, thing, after={"recovery": str(made.id), "reason": made.reason})
    return made.id


@action("identity.recovery.approve")
def approve_recovery(*, actor: Actor, recovery_id: UUID) -> Invitation:
    """The second person agrees: factors are taken away, sessions end, an enrolment link (72 hours) goes to the mailbox.

    Raises NotAllowedError also when one asked for it oneself, or when it is older than an enrolment lives.
    """
    if actor.institution_id is None:
        raise NotAllowedError("identity.recovery.approve")
    with tenancy.acting_as(tenancy.Principal.system()):
        oldest = clock.now() - clock.seconds(settings.IDENTITY_LIFE["enrolment_seconds"])
        found = (
            Recovery.objects.select_for_update(of=("self",))
            .select_related("account__person")
            .filter(id=recovery_id, institution_id=actor.institution_id, approved_at=None, created_at__gt=oldest)
            .first()
        )
        if found is None or found.asked_by_id == actor.person_id:
            raise NotAllowedError("identity.recovery.approve")
        thing = _thing(actor, found.account)
        must(actor, "identity.recovery.approve", thing)
        found.approved_by_id, found.approved_at = actor.person_id, clock.now()
        found.save(update_fields=["approved_by", "approved_at"])
        token = _enrol_again(found.account)
        record(actor, thing, after={"recovery": str(found.id), "asked_by": str(found.asked_by_id)})
        tell(FactorsRemoved(found.account.person_id, found.institution_id))
    return Invitation(found.account.person_id, token)


@action("identity.recovery.head")
def recover_head(*, actor: Actor, email: str) -> Invitation:
    """Let the head who signs in with this e-mail enrol again. Raises NotAllowedError, Account.DoesNotExist."""
    with tenancy.acting_as(tenancy.Principal.system()):
        account = Account.objects.select_related("person").get(email=email.strip().lower(), is_active=True)
        thing = accounts.account_thing(account)
        must(actor, "identity.recovery.head", thing)
        token = _enrol_again(account)
        record(actor, thing)
    return Invitation(account.person_id, token)


def _enrol_again(account: Account) -> str:
    factors.remove_all(account.id)
    return accounts.send_enrolment(account, "")


def open_recoveries(actor: Actor) -> list[RecoveryView]:
    """What waits for a second person in the actor's institution; nothing for whoever may not approve."""
    if actor.institution_id is None or not actor.has(*appointments.recovery_roles()):
        return []
    with tenancy.acting_as(tenancy.Principal.system()):
        oldest = clock.now() - clock.seconds(settings.IDENTITY_LIFE["enrolment_seconds"])
        rows = Recovery.objects.select_related("account__person").filter(
            institution_id=actor.institution_id, approved_at=None, created_at__gt=oldest
        )
        return [
            RecoveryView(
                row.id, row.account.person_id, row.account.person.name, row.asked_by_id, row.reason, row.created_at
            )
            for row in rows.order_by("created_at")
        ]


def _thing(actor: Actor, account: Account | None) -> Thing:
    """The account, belonging to the actor's institution only while its person holds a post there."""
    if account is None:
        raise NotAllowedError("identity.recovery.ask")
    posts = appointments.appointments_of(account.person_id)
    here = any(post.institution_id == actor.institution_id for post in posts)
    return Thing("account", account.id, actor.institution_id if here else None, account.person_id)
