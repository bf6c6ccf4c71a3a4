"""What the officer adds: lines of the register, the registration with the commission, figures with their source."""

from datetime import date
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.worktime import add_months
from jumuishi.privacy import figures
from jumuishi.privacy.models import Figure, Finding, Processing, Registration, Request
from jumuishi.privacy.types import PrivacyError, State

SYSTEM = tenancy.Principal.system()


def _desk(actor: Actor) -> Thing:
    thing = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "privacy.guard", thing)
    return thing


@identity.action("privacy.figure.set")
def set_figure(*, actor: Actor, name: str, value: int, source: str, checked_on: date) -> None:
    """Say a figure with its source. Requests that wait without a clock get theirs. Raises PrivacyError."""
    thing = _desk(actor)
    if name not in figures.NAMES or not 0 < value < 1000 or not source.strip():
        raise PrivacyError("privacy.figure_wrong")
    said = {"value": value, "source": source.strip()[:200], "checked_on": checked_on, "set_by": actor.who}
    with tenancy.acting_as(SYSTEM):
        before = figures.figures_of(thing.id)[name].value
        Figure.objects.update_or_create(
            institution_id=thing.id, name=name, defaults={**said, "set_at": clock.now()}, create_defaults={
                "id": new_id(), **said, "set_at": clock.now()
            },
        )  # fmt: skip
        if name == "answer":
            for row in Request.objects.filter(institution_id=thing.id, state=State.OPEN, due_at=None):
                row.due_at = figures.due(thing.id, "answer", row.asked_at)
                row.save(update_fields=["due_at"])
        if name == "finding":
            for found in Finding.objects.filter(institution_id=thing.id, closed_at=None, due_at=None):
                found.due_at = figures.due(thing.id, "finding", found.opened_at)
                found.save(update_fields=["due_at"])
    identity.record(actor, thing, before={name: before}, after={name: value, "source": source})


@identity.action("privacy.registration.write")
def write_registration(*, actor: Actor, number: str, registered_on: date) -> None:
    """The registration with the commission; its last day follows from the law's figure. Twice is once.

    Raises PrivacyError.
    """
    thing = _desk(actor)
    years = figures.figures_of(thing.id)["registration"].value
    if not number.strip() or registered_on > institutions.today() or years is None:
        raise PrivacyError("privacy.registration_wrong")
    expires = add_months(registered_on, 12 * years)
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"privacy.registration {thing.id}")
        row = Registration(
            id=new_id(), institution_id=thing.id, number=number.strip()[:40], registered_on=registered_on,
            expires_on=expires, written_at=clock.now(), written_by=actor.who,
        )  # fmt: skip
        last = Registration.objects.filter(institution_id=thing.id).order_by("-written_at", "-id").first()
        same = ("number", "registered_on", "expires_on")
        is_new = last is None or any(getattr(last, one) != getattr(row, one) for one in same)
        if is_new:
            row.save(force_insert=True)
    after = {"number": number, "registered_on": registered_on, "expires_on": expires}
    identity.record(actor, thing, after=after if is_new else {"sent_again": True})


@identity.action("privacy.processing.add")
def add_processing(*, actor: Actor, said: dict[str, str]) -> UUID:
    """A line of the register that no service says; the same words again are the same line. Raises PrivacyError."""
    thing = _desk(actor)
    needed = ("name", "purpose", "basis", "data", "kept")
    if not all(said.get(one, "").strip() for one in needed):
        raise PrivacyError("privacy.line_wrong")
    limits = {"name": 120, "purpose": 300, "basis": 300, "data": 500, "kept": 200, "receivers": 300}
    kept = {one: said.get(one, "").strip()[:most] for one, most in limits.items()}
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"privacy.processing {thing.id}")
        row, is_new = Processing.objects.get_or_create(
            institution_id=thing.id, ended_at=None, **kept,
            defaults={"id": new_id(), "added_at": clock.now(), "added_by": actor.who},
        )  # fmt: skip
    identity.record(actor, thing, after={"line": row.id, **kept} if is_new else {"sent_again": row.id})
    return row.id


@identity.action("privacy.processing.end")
def end_processing(*, actor: Actor, line_id: UUID) -> None:
    """The line holds no more; it stays in the records."""
    thing = _desk(actor)
    with tenancy.acting_as(SYSTEM):
        Processing.objects.filter(id=line_id, institution_id=thing.id, ended_at=None).update(ended_at=clock.now())
    identity.record(actor, thing, after={"line": line_id, "ended": True})
