"""What falls due without anybody asking: a late request goes up to the head, a registration about to end is told."""

from datetime import date
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import add_months
from jumuishi.privacy import figures
from jumuishi.privacy.actions.requests import thing_of
from jumuishi.privacy.models import Registration, Request


@identity.action("privacy.request.escalate")
def escalate(*, actor: Actor, request_id: UUID) -> None:
    """A request passed its time: the heads and the officer are told by letter, once."""
    row = Request.objects.select_for_update().get(id=request_id)
    identity.must(actor, "privacy.clock", thing_of(row))
    if row.escalated_at is None:
        row.escalated_at = clock.now()
        row.save(update_fields=["escalated_at"])
        said = t("privacy.mail_late", "sw", number=group(row.number), kind=t(f"privacy.kind_{row.kind}", "sw"))
        write(row.institution_id, t("privacy.mail_late_subject", "sw"), said)
    identity.record(actor, thing_of(row), after={"escalated_at": row.escalated_at})


@identity.action("privacy.registration.remind")
def remind(*, actor: Actor, registration_id: UUID) -> None:
    """The registration with the commission ends soon: the officer and the heads are told, once."""
    row = Registration.objects.select_for_update().get(id=registration_id)
    thing = Thing("institution", row.institution_id, row.institution_id)
    identity.must(actor, "privacy.clock", thing)
    if row.reminded_at is None:
        row.reminded_at = clock.now()
        row.save(update_fields=["reminded_at"])
        said = t("privacy.mail_registration", "sw", number=row.number, day=say_date(row.expires_on, "sw"))
        write(row.institution_id, t("privacy.mail_registration_subject", "sw"), said)
    identity.record(actor, thing, after={"registration": row.number, "reminded_at": row.reminded_at})


def remind_from(row: Registration) -> date:
    """The day from which the end of a registration is told."""
    months = figures.figures_of(row.institution_id)["renew"].value or 0
    return add_months(row.expires_on, -months)


def write(institution_id: UUID, subject: str, text: str) -> None:
    """A letter to the heads of an institution and to whoever answers for data there."""
    roles = {institutions.data_role(institution_id), "head"}
    people = {one for role in roles for one in institutions.role_holders(institution_id, role)}
    for found in identity.standings(people).values():
        identity.send_mail(to=found.email, subject=subject, text=text, purpose="privacy.due")
