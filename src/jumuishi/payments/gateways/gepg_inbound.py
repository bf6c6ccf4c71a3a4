"""What GePG tells us by callback, each answered by its signed Ack; nothing is acknowledged before it is stored.

Callbacks come late, twice, out of order, or not at all (the daily reconciliation finds those). The same message heard
again is acknowledged again and changes nothing.
"""

import re
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from lxml import etree

from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.payments import models, options
from jumuishi.payments.actions import arrivals, reconcile
from jumuishi.payments.gateways import gepg_codes as codes
from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.gateways.gepg_keys import private_key, public_key
from jumuishi.payments.types import BillStateError, DifferenceKind

SYSTEM = Actor.system()
CONTROL_NUMBER = re.compile(r"99\d{10}")
_KEPT_OF_STRANGERS = 4096
_TOLD = {"gepgBillSubResp", "gepgPmtSpInfo", "gepgSpReconcResp"}


def hear(body: bytes) -> bytes:
    """The signed answer to a callback; must run in a transaction of the platform. Raises WireError, KeysAbsentError."""
    envelope = wire.open_envelope(body, wire.RECONCILIATION_LIMIT)
    if envelope.kind not in _TOLD:
        raise wire.WireError(f"{envelope.kind} is not told by a gateway")
    if envelope.kind != "gepgSpReconcResp" and len(body) > wire.CALLBACK_LIMIT:
        raise wire.WireError("too large")
    keys = options.key_folder()
    reference, kept = "", body
    try:
        message = envelope.read(public_key(keys, "gateway"))
    except wire.BadSignatureError:
        code, kept = codes.BAD_SIGNATURE, body[:_KEPT_OF_STRANGERS]
    else:
        reference, code = _take(envelope.kind, message)
    models.GatewayMessage.objects.create(
        direction="in", kind=envelope.kind, bill_reference=reference[:60], body=kept, answer_code=code, at=clock.now()
    )
    return wire.seal(messages.acknowledgement(envelope.kind, code), private_key(keys, "client"))


def _take(kind: str, message: etree._Element) -> tuple[str, str]:
    if kind == "gepgBillSubResp":
        return _number(message)
    if kind == "gepgPmtSpInfo":
        return _payment(message)
    return _reconciliation(message)


def _bill(reference: str, control_number: str) -> models.Bill | None:
    """By our own id; by its control number when the gateway gives no id of ours."""
    try:
        return models.Bill.objects.filter(id=UUID(reference)).first()
    except ValueError:
        return models.Bill.objects.filter(control_number=control_number).first() if control_number else None


def _number(message: etree._Element) -> tuple[str, str]:
    reference = wire.text(message, "BillTrxInf/BillId")
    number = wire.text(message, "BillTrxInf/PayCntrNum")
    bill = _bill(reference, "")
    if bill is None:
        return reference, codes.NO_BILL
    if wire.text(message, "BillTrxInf/TrxSts") != "GS":
        # Refused after all: its owner sees the code, and the clock of the missing number runs out now.
        refusal = wire.text(message, "BillTrxInf/TrxStsCode")[:8] or codes.FAILURE
        models.Bill.objects.filter(id=bill.id, control_number=None).update(
            refusal_code=refusal, next_attempt_at=None, number_due_at=clock.now()
        )
        return reference, codes.OK
    if not CONTROL_NUMBER.fullmatch(number):
        return reference, codes.NOT_A_CONTROL_NUMBER
    return reference, _name(bill, number)


def _name(bill: models.Bill, number: str) -> str:
    if bill.control_number is None:
        try:
            with transaction.atomic():
                arrivals.take_number(actor=SYSTEM, bill_id=bill.id, control_number=number)
            return codes.OK
        except IntegrityError:
            return codes.DUPLICATE_BILL  # another bill bears that number
        except BillStateError:
            bill.refresh_from_db()  # named by the same callback, heard at the same time
    return codes.OK if bill.control_number == number else codes.DUPLICATE_BILL


def _payment(message: etree._Element) -> tuple[str, str]:
    def said(field: str) -> str:
        return wire.text(message, f"PymtTrxInf/{field}")

    reference, number, receipt = said("BillId"), said("PayCtrNum"), said("PayRefId")
    bill = _bill(reference, number)
    if bill is None or not receipt:
        return reference, codes.NO_BILL if bill is None else codes.FAILURE
    if number and (not CONTROL_NUMBER.fullmatch(number) or bill.control_number not in (None, number)):
        return reference, codes.NOT_A_CONTROL_NUMBER
    try:
        arrival = arrivals.Arrival(
            receipt=receipt[:60],
            transaction_reference=said("TrxId")[:60],
            amount=wire.amount(said("PaidAmt")),
            currency=said("CCy"),
            paid_at=wire.instant(said("TrxDtTm"), settings.TIME_ZONE),
            channel=said("UsdPayChnl"),
            provider=said("PspName"),
        )
    except wire.WireError:
        return reference, codes.WRONG_AMOUNT
    if arrival.currency != bill.currency:
        return reference, codes.WRONG_AMOUNT
    return reference, accept(bill, number, arrival)


def accept(bill: models.Bill, number: str, arrival: arrivals.Arrival) -> str:
    """Take money once: the code for the first time and for an honest repeat is OK, for a receipt reused it is not."""
    known = models.Payment.objects.filter(institution_id=bill.institution_id, receipt=arrival.receipt).first()
    if known is None:
        try:
            with transaction.atomic():
                arrivals.take_payment(actor=SYSTEM, bill_id=bill.id, control_number=number, arrival=arrival)
            return codes.OK
        except IntegrityError:
            known = models.Payment.objects.filter(institution_id=bill.institution_id, receipt=arrival.receipt).first()
            if known is None:
                return codes.NOT_A_CONTROL_NUMBER  # another bill bears that number
    return codes.OK if (known.bill_id, known.amount) == (bill.id, arrival.amount) else codes.DUPLICATE_PAYMENT


def _reconciliation(message: etree._Element) -> tuple[str, str]:
    number = wire.text(message, "ReconcBatchInfo/SpReconcReqId")
    run = (
        models.Reconciliation.objects.filter(number=int(number)).first()
        if re.fullmatch(r"[0-9]{1,18}", number)
        else None
    )
    if run is None:
        return number, codes.FAILURE
    if run.answered_at is not None:
        return number, codes.OK
    heard: set[str] = set()
    matched, recovered = 0, 0
    differing: dict[tuple[str, str], reconcile.Found] = {}
    for row in message.iterfind("ReconcTrans/ReconcTrxInf"):
        receipt = wire.text(row, "PayRefId")[:60]
        heard.add(receipt)
        found = _compared(row, receipt)
        if isinstance(found, reconcile.Found):
            differing[found.receipt, found.control_number] = found
        elif found:
            recovered += 1
        else:
            matched += 1
    reconcile.close(
        actor=SYSTEM,
        run_id=run.id,
        heard=frozenset(heard),
        matched=matched,
        recovered=recovered,
        differing=list(differing.values()),
    )
    return number, codes.OK


def _compared(row: etree._Element, receipt: str) -> reconcile.Found | bool:
    """How one payment that the gateway lists differs; else whether its callback had not come (it is taken now)."""
    number = wire.text(row, "BillCtrNum")[:20]
    bill = _bill(wire.text(row, "SpBillId"), number)
    try:
        theirs: int | None = wire.amount(wire.text(row, "PaidAmt"))
    except wire.WireError:
        theirs = None
    whose = bill.institution_id if bill else None
    unknown = reconcile.Found(DifferenceKind.UNKNOWN, whose, receipt, number, theirs=theirs)
    if bill is None or not receipt:
        return unknown
    known = models.Payment.objects.filter(institution_id=bill.institution_id, receipt=receipt).first()
    if known is None:
        return True if _recover(bill, row, receipt) else unknown
    if (known.bill_id, known.amount) == (bill.id, theirs):
        return False
    return reconcile.Found(DifferenceKind.AMOUNT, whose, receipt, number, known.amount, theirs)


def _recover(bill: models.Bill, row: etree._Element, receipt: str) -> bool:
    """A payment whose callback never came."""
    try:
        arrival = arrivals.Arrival(
            receipt=receipt,
            transaction_reference=wire.text(row, "pspTrxId")[:60],
            amount=wire.amount(wire.text(row, "PaidAmt")),
            currency=wire.text(row, "CCy"),
            paid_at=wire.instant(wire.text(row, "TrxDtTm"), settings.TIME_ZONE),
            channel=wire.text(row, "UsdPayChnl"),
            provider=wire.text(row, "PspName"),
            found_by="reconciliation",
        )
    except wire.WireError:
        return False
    number = wire.text(row, "BillCtrNum")
    usable = CONTROL_NUMBER.fullmatch(number) and bill.control_number in (None, number)
    return arrival.currency == bill.currency and accept(bill, number if usable else "", arrival) == codes.OK
