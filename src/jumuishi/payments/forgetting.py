"""What the books keep of an erased case: amounts, dates, control numbers and receipts; no name, no phone."""

from uuid import UUID

from jumuishi.payments.models import Bill, GatewayMessage, Payment, RefundTask

NOBODY = UUID(int=0)


def forget_case(case_id: UUID) -> None:
    """Drop the payer from a case's bills, payments and refunds, and from what went over the wire about them.

    A step of the action that erases the case: called as the system, recorded there.
    """
    bills = Bill.objects.filter(case_id=case_id)
    ids = list(bills.values_list("id", flat=True))
    spoken = [str(one) for one in ids] + [one.hex for one in ids]
    spoken += [one for one in bills.values_list("control_number", flat=True) if one]
    GatewayMessage.objects.filter(bill_reference__in=spoken).update(body=b"")
    Payment.objects.filter(bill_id__in=ids).update(person_id=NOBODY)
    RefundTask.objects.filter(case_id=case_id).update(person_id=NOBODY)
    bills.update(person_id=NOBODY, payer_name="", phone="", return_reason="")
