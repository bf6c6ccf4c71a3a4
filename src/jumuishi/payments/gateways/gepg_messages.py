"""The messages of GePG version 4, from our figures to its fields; one function a message."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.gateways.protocol import Account, BillRequest

FULL, PARTIAL, EXACT = "1", "2", "3"


def bill_request(request: BillRequest, zone: str) -> bytes:
    """gepgBillSubReq: one bill to be named. Equivalent amounts repeat the amounts: the currency is the country's."""
    whole = str(request.amount)
    items: list[wire.Tree] = [
        {
            "BillItemRef": line.fee,
            "UseItemRefOnPay": "N",
            "BillItemAmt": str(line.amount),
            "BillItemEqvAmt": str(line.amount),
            "BillItemMiscAmt": "0",
            "GfsCode": request.account.gfs_code,
        }
        for line in request.lines
    ]
    return wire.build(
        "gepgBillSubReq",
        {
            "BillHdr": {"SpCode": request.account.sp_code, "RtrRespFlg": "true"},
            "BillTrxInf": {
                "BillId": str(request.bill_id),
                "SubSpCode": request.account.sub_sp_code,
                "SpSysId": request.account.system_id,
                "BillAmt": whole,
                "MiscAmt": "0",
                "BillExprDt": wire.local(request.expires_at, zone),
                "PyrId": request.payer_id,
                "PyrName": request.payer_name,
                "BillDesc": request.description,
                "BillGenDt": wire.local(request.issued_at, zone),
                "BillGenBy": request.account.system_id,
                "BillApprBy": request.account.system_id,
                "PyrCellNum": request.phone.lstrip("+"),
                "PyrEmail": "",
                "Ccy": request.currency,
                "BillEqvAmt": whole,
                "RemFlag": "true",
                "BillPayOpt": PARTIAL if request.partial else EXACT,
                "BillItems": {"BillItem": items},
            },
        },
    )


def cancel_request(bill_id: UUID, account: Account, reason: str) -> bytes:
    """gepgBillCanclReq: take a bill back."""
    return wire.build(
        "gepgBillCanclReq",
        {"SpCode": account.sp_code, "SpSysId": account.system_id, "CanclReasn": reason, "BillId": str(bill_id)},
    )


def reconciliation_request(number: int, account: Account, day: date) -> bytes:
    """gepgSpReconcReq: all payments of a day, to come by callback."""
    return wire.build(
        "gepgSpReconcReq",
        {
            "SpReconcReqId": str(number),
            "SpCode": account.sp_code,
            "SpSysId": account.system_id,
            "TnxDt": day.isoformat(),
            "ReconcOpt": "1",
        },
    )


ACKS = {
    "gepgBillSubReq": ("gepgBillSubReqAck", "TrxStsCode"),
    "gepgBillSubResp": ("gepgBillSubRespAck", "TrxStsCode"),
    "gepgPmtSpInfo": ("gepgPmtSpInfoAck", "TrxStsCode"),
    "gepgSpReconcReq": ("gepgSpReconcReqAck", "ReconcStsCode"),
    "gepgSpReconcResp": ("gepgSpReconcRespAck", "ReconcStsCode"),
}


def answer_to(kind: str) -> str:
    """The message that answers a request at once."""
    return "gepgBillCanclResp" if kind == "gepgBillCanclReq" else ACKS[kind][0]


def acknowledgement(kind: str, code: str) -> bytes:
    """The answer to a message; raises KeyError for a kind that is not answered so."""
    name, field = ACKS[kind]
    return wire.build(name, {field: code})


def cancel_answer(bill_id: str, code: str, *, done: bool) -> bytes:
    """gepgBillCanclResp: what became of a cancellation, at once."""
    return wire.build(
        "gepgBillCanclResp",
        {"BillCanclTrxDt": {"BillId": bill_id, "TrxSts": "GS" if done else "GF", "TrxStsCode": code}},
    )


def bill_answer(bill_id: str, control_number: str) -> bytes:
    """gepgBillSubResp: the control number, later and by callback."""
    return wire.build(
        "gepgBillSubResp",
        {"BillTrxInf": {"BillId": bill_id, "PayCntrNum": control_number, "TrxSts": "GS", "TrxStsCode": "7101"}},
    )


PAYMENT_FIELDS = (
    "TrxId", "SpCode", "PayRefId", "BillId", "PayCtrNum", "BillAmt", "PaidAmt", "BillPayOpt", "CCy", "TrxDtTm",
    "UsdPayChnl", "PyrCellNum", "PyrEmail", "PyrName", "PspReceiptNumber", "PspName", "CtrAccNum",
)  # fmt: skip


def payment_information(fields: Mapping[str, str]) -> bytes:
    """gepgPmtSpInfo: money arrived; the fields by their names on the wire."""
    return wire.build("gepgPmtSpInfo", {"PymtTrxInf": {name: fields.get(name, "") for name in PAYMENT_FIELDS}})


RECONCILED_FIELDS = (
    "SpBillId", "BillCtrNum", "pspTrxId", "PaidAmt", "CCy", "PayRefId", "TrxDtTm", "CtrAccNum", "UsdPayChnl",
    "PspName", "PspCode", "DptCellNum", "DptName", "DptEmailAddr", "Remarks",
)  # fmt: skip


def reconciliation_answer(number: str, sp_code: str, payments: list[Mapping[str, str]]) -> bytes:
    """gepgSpReconcResp: every payment of the day that was asked for."""
    listed: list[wire.Tree] = [{name: one.get(name, "") for name in RECONCILED_FIELDS} for one in payments]
    return wire.build(
        "gepgSpReconcResp",
        {
            "ReconcBatchInfo": {"SpReconcReqId": number, "SpCode": sp_code, "SpName": "", "ReconcStsCode": "7101"},
            "ReconcTrans": {"ReconcTrxInf": listed},
        },
    )
