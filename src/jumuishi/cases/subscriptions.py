"""What this room does on hearing others' facts; each handler stands being told twice."""

from uuid import UUID

from django.db.models import Q

from jumuishi.cases import jobs as own_jobs
from jumuishi.cases import messages
from jumuishi.cases.actions import clocks, money
from jumuishi.cases.events import TaskEscalated
from jumuishi.cases.models import (
    Attachment,
    Batch,
    Case,
    Dispute,
    Draft,
    Item,
    Look,
    Mandate,
    Mention,
    MoveItem,
    Note,
    SavedList,
    Task,
)
from jumuishi.cases.visits import tending
from jumuishi.cases.visits.models import Visit
from jumuishi.documents.events import DocumentRestored, DocumentRevoked, DocumentSuspended
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.institutions.events import AppointmentEnded, HolidayAnnounced, HoursChanged
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.events import subscribe
from jumuishi.payments import public as payments
from jumuishi.payments.events import (
    BillExpired,
    BillPaid,
    BillPartPaid,
    ControlNumberReceived,
    RefundDue,
    RefundSettled,
)
from jumuishi.payments.types import OWED, Bill, MoneyState, Refund, RefundState
from jumuishi.services import public as services
from jumuishi.services.events import EditionWithdrawn


@subscribe(ControlNumberReceived)
def tell_where_to_pay(event: ControlNumberReceived) -> None:
    """The applicant gets the control number with the amount and its last day."""
    case = Case.objects.filter(id=event.case_id).first()
    bill = payments.bill_by_control_number(event.control_number)
    if case is not None and bill is not None and bill.state in OWED:
        messages.tell_bill(case, bill)


@subscribe(BillPartPaid)
def tell_what_is_missing(event: BillPartPaid) -> None:
    """The applicant learns that something arrived, and how much is still to be paid."""
    case = Case.objects.filter(id=event.case_id).first()
    bill = _bill(event.case_id, event.bill_id)
    if case is not None and bill is not None and bill.state is MoneyState.PART_PAID:
        messages.tell_part_paid(case, bill, event.paid, event.missing)


@subscribe(BillPaid)
def take_the_money(event: BillPaid) -> None:
    """The applicant gets a receipt, and the case goes on: each fee of the bill is settled."""
    case = Case.objects.filter(id=event.case_id).first()
    bill = _bill(event.case_id, event.bill_id)
    if case is None or bill is None:
        return
    messages.tell_paid(case, bill, payments.money_of_cases([case.id])[case.id].payments)
    money.money_arrived(actor=Actor.system(), case_id=case.id, bill=bill)


@subscribe(BillExpired)
def ask_again_for_a_number(event: BillExpired) -> None:
    """A bill that never got its control number could not be paid: that is not the applicant's fault."""
    bill = _bill(event.case_id, event.bill_id)
    case = Case.objects.filter(id=event.case_id).first()
    if case is None or bill is None or bill.control_number or bill.state is not MoneyState.EXPIRED:
        return
    # The case's own clock ran out at the same instant, and may not have been looked at yet.
    clocks.turn_clock(actor=Actor.system(), case_id=case.id)
    case.refresh_from_db()
    if money.bill_to_renew(case) is not None:
        money.renew_bill(actor=Actor.system(), case_id=case.id)


@subscribe(RefundDue)
def tell_of_refund(event: RefundDue) -> None:
    """The payer learns that money goes back, how much and by when."""
    case, refund = _refund(event)
    if case is not None and refund is not None and refund.state is RefundState.OPEN:
        messages.tell_refund(case, refund)


@subscribe(RefundSettled)
def tell_of_money_back(event: RefundSettled) -> None:
    """The payer learns that the money went back, under which reference."""
    case, refund = _refund(event)
    if case is not None and refund is not None:
        messages.tell_refunded(case, refund)


def _bill(case_id: UUID, bill_id: UUID) -> Bill | None:
    return next((one for one in payments.money_of_cases([case_id])[case_id].bills if one.id == bill_id), None)


def _refund(event: RefundDue | RefundSettled) -> tuple[Case | None, Refund | None]:
    found = payments.money_of_cases([event.case_id])[event.case_id].refunds
    return (
        Case.objects.filter(id=event.case_id).first(),
        next((one for one in found if one.id == event.refund_id), None),
    )


@subscribe(DocumentRevoked)
def tell_the_holder(event: DocumentRevoked) -> None:
    """Whoever holds a document learns at once that it was taken back, and by whom."""
    case, home = Case.objects.filter(id=event.case_id).first(), institutions.institution(event.institution_id)
    if case is not None and home is not None:
        tell = messages.tell_replaced if event.state == "replaced" else messages.tell_revoked
        tell(case, event.number, home.name[case.spoken])


@subscribe(DocumentSuspended)
def tell_of_suspension(event: DocumentSuspended) -> None:
    """Whoever holds a document learns at once that it may not be used for now, and where the reason is."""
    case, home = Case.objects.filter(id=event.case_id).first(), institutions.institution(event.institution_id)
    if case is not None and home is not None:
        messages.tell_suspended(case, event.number, home.name[case.spoken], event.until, event.at)


@subscribe(DocumentRestored)
def tell_that_it_is_good_again(event: DocumentRestored) -> None:
    """The holder learns that it may be used again."""
    case, home = Case.objects.filter(id=event.case_id).first(), institutions.institution(event.institution_id)
    if case is not None and home is not None:
        messages.tell_restored(case, event.number, home.name[case.spoken], event.at)


@subscribe(HolidayAnnounced)
def count_anew(event: HolidayAnnounced) -> None:
    """Every open case whose clocks a day off may move."""
    _reckon_cases_of(event.institution_id)
    for visit_id in tending.booked_on(event.day, event.institution_id):
        tending.free_of_holiday(actor=Actor.system(), visit_id=visit_id)


@subscribe(HoursChanged)
def count_by_new_hours(event: HoursChanged) -> None:
    """The same for an institution's new hours."""
    _reckon_cases_of(event.institution_id)


def _reckon_cases_of(institution_id: UUID | None) -> None:
    """One job each, so that one that fails stops no other; None is the whole country."""
    open_cases = Case.objects.filter(outcome="")
    if institution_id is not None:
        away = Task.objects.filter(institution_id=institution_id, state=Task.State.OPEN).values("case_id")
        open_cases = open_cases.filter(Q(institution_id=institution_id) | Q(id__in=away))
    for case_id in open_cases.values_list("id", flat=True).iterator(chunk_size=1000):
        jobs.later(own_jobs.reckon_case, lock=f"case:{case_id}", case_id=str(case_id))


@subscribe(TaskEscalated)
def tell_whom_it_escalates_to(event: TaskEscalated) -> None:
    """By SMS whoever has a phone with us; all of them see it on top of their inbox until somebody acts."""
    task = Task.objects.select_related("case").filter(id=event.task_id, state=Task.State.OPEN).first()
    if task is None:
        return
    told = institutions.role_holders(task.institution_id, task.escalate_role)
    # A reviewing institution need not know the roles of the one whose case it is: then its head is told.
    told = told or institutions.role_holders(task.institution_id, "head")
    for person in identity.people(told).values():
        messages.tell_late(task, person)


@subscribe(EditionWithdrawn)
def tell_of_withdrawn_edition(event: EditionWithdrawn) -> None:
    """Whoever has a draft under it can no longer submit it so, and is told."""
    edition = services.edition(event.edition_id)
    if edition is not None:
        jobs.later(own_jobs.tell_of_withdrawn, edition_hash=edition.hash)


@subscribe(AppointmentEnded)
def free_tasks(event: AppointmentEnded) -> None:
    """What lay with somebody who left the post is nobody's, for colleagues to take."""
    mine = Task.objects.filter(institution_id=event.institution_id, assignee_id=event.person_id, state=Task.State.OPEN)
    for role in set(mine.values_list("role", flat=True)):
        if event.person_id not in institutions.role_holders(event.institution_id, role):
            mine.filter(role=role).update(assignee_id=None)


@subscribe(AppointmentEnded)
def pass_on_the_desk(event: AppointmentEnded) -> None:
    """Nothing of who left stays without an owner: shared lists go to the unit, calls to the head, the rest ends."""
    home, gone = event.institution_id, event.person_id
    staff = institutions.people_in(home)
    if any(one.person_id == gone for one in staff):
        return
    for row in SavedList.objects.filter(institution_id=home, owner_id=gone):
        heir = next((one.person_id for one in staff if one.unit_id == row.unit_id), None) if row.unit_id else None
        if heir is None or SavedList.objects.filter(institution_id=home, owner_id=heir, name=row.name).exists():
            row.delete()
        else:
            SavedList.objects.filter(id=row.id).update(owner_id=heir, is_first=False)
    head = next((one.person_id for one in staff if "head" in one.roles), None)
    calls = Mention.objects.filter(institution_id=home, officer_id=gone, seen_at=None)
    calls.update(officer_id=head) if head is not None else calls.update(seen_at=clock.now())
    Batch.objects.filter(
        institution_id=home, officer_id=gone, state__in=[Batch.State.CHOSEN, Batch.State.READY]
    ).delete()


@identity.on_guest_attached
def move_drafts(guest_id: UUID, person_id: UUID) -> None:
    """What a guest began or submitted is the person's who proved a phone: the guest's own code has ended."""
    for model in (Draft, Attachment, Case, Task, Note, Item, Visit, MoveItem, Look, Dispute):
        model.objects.filter(person_id=guest_id).update(person_id=person_id)
    for model in (Draft, Case):
        model.objects.filter(helper_id=guest_id).update(helper_id=person_id)
    Mandate.objects.filter(owner_id=guest_id).exclude(helper_id=person_id).update(owner_id=person_id)
    Mandate.objects.filter(helper_id=guest_id).exclude(owner_id=person_id).update(helper_id=person_id)
