"""What this room holds about a person: bills, payments, money that goes back."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count

from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.payments.models import Bill, Payment, RefundTask

_BILL = ("id", "case_id", "lines", "amount", "asked", "currency", "payer_name", "phone", "description",
         "control_number", "issued_at", "expires_at", "cancelled_at", "returned_at", "return_reason")  # fmt: skip
_PAYMENT = ("id", "bill_id", "receipt", "transaction_reference", "amount", "currency", "paid_at", "channel", "provider")
_REFUND = ("id", "case_id", "amount", "currency", "reason", "state", "opened_at", "due_at", "settled_at", "reference")


class Money(Holder):
    """Kept for the books, whatever becomes of the application; the payer's name and phone go with it."""

    room = "payments"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Bills by institution, with the money that came and went on them."""
        rows = Bill.objects.filter(person_id=person_id).values_list("institution_id").annotate(count=Count("id"))
        return [in_words("payments", "bill", home, count) for home, count in rows.order_by("institution_id")]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each bill, each payment, each refund."""
        one = {} if institution_id is None else {"institution_id": institution_id}
        for bill in Bill.objects.filter(person_id=person_id, **one).order_by("issued_at").iterator(chunk_size=500):
            yield Copy("bill", bill.institution_id, data_of(bill, *_BILL))
        for paid in Payment.objects.filter(person_id=person_id, **one).order_by("paid_at").iterator(chunk_size=500):
            yield Copy("payment", paid.institution_id, data_of(paid, *_PAYMENT))
        for back in RefundTask.objects.filter(person_id=person_id, **one).order_by("opened_at").iterator(500):
            yield Copy("refund", back.institution_id, data_of(back, *_REFUND))


register_holder(Money())
