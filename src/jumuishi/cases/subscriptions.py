"""What this room does on hearing others' facts; each handler stands being told twice."""

from uuid import UUID

from django.db.models import Q

from jumuishi.cases import jobs as own_jobs
from jumuishi.cases import messages
from jumuishi.cases.actions import clocks
from jumuishi.cases.models import Attachment, Case, Draft, Note, Task
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions.events import HolidayAnnounced
from jumuishi.kernel import jobs
from jumuishi.kernel.events import subscribe
from jumuishi.payments import public as payments
from jumuishi.payments.events import BillPaid, ControlNumberReceived


@subscribe(ControlNumberReceived)
def tell_where_to_pay(event: ControlNumberReceived) -> None:
    """The applicant gets the control number with the amount."""
    case = Case.objects.filter(id=event.case_id).first()
    if case is not None:
        bill = payments.bill_by_control_number(event.control_number)
        messages.tell_bill(case, event.control_number, event.amount, bill.amount.currency if bill else "")


@subscribe(BillPaid)
def take_the_money(event: BillPaid) -> None:
    """The case goes on: each fee of the bill is settled."""
    bill = next(
        (one for one in payments.bills_of_cases([event.case_id])[event.case_id] if one.id == event.bill_id), None
    )
    if bill is None:
        return
    amounts: dict[str, int] = {}
    for line in bill.lines:
        amounts[line.fee] = amounts.get(line.fee, 0) + line.amount
    clocks.money_arrived(actor=Actor.system(), case_id=event.case_id, amounts=amounts, receipt=str(bill.id))


@subscribe(HolidayAnnounced)
def count_anew(event: HolidayAnnounced) -> None:
    """Every open case whose clocks a day off may move: one job each, so that one that fails stops no other."""
    open_cases = Case.objects.filter(outcome="")
    if event.institution_id is not None:
        away = Task.objects.filter(institution_id=event.institution_id, state=Task.State.OPEN).values("case_id")
        open_cases = open_cases.filter(Q(institution_id=event.institution_id) | Q(id__in=away))
    for case_id in open_cases.values_list("id", flat=True).iterator(chunk_size=1000):
        jobs.later(own_jobs.reckon_case, lock=f"case:{case_id}", case_id=str(case_id))


@identity.on_guest_attached
def move_drafts(guest_id: UUID, person_id: UUID) -> None:
    """What a guest began or submitted is the person's who proved a phone: the guest's own code has ended."""
    for model in (Draft, Attachment, Case, Task, Note):
        model.objects.filter(person_id=guest_id).update(person_id=person_id)
