"""The wire: golden messages byte for byte, signatures over the inner element, and what nobody honest sends."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.gateways.protocol import Account, BillRequest
from jumuishi.payments.types import BillLine

GOLDEN = Path(__file__).parent.parent / "gateways" / "golden"
ZONE = "Africa/Dar_es_Salaam"
BILL = UUID("01900000-0000-7000-8000-000000000001")
ACCOUNT = Account("SP999", "1001", "TMADEUP001", "140101")
KEY: RSAPrivateKey = generate_private_key(public_exponent=65537, key_size=2048)
PAYMENT = {
    "TrxId": "SIM0000000001", "SpCode": "SP999", "PayRefId": "000000000001", "BillId": str(BILL),
    "PayCtrNum": "990000000001", "BillAmt": "70000", "PaidAmt": "70000", "BillPayOpt": "3", "CCy": "TZS",
    "TrxDtTm": "2026-03-02T13:00:00", "UsdPayChnl": "SIMULATOR", "PyrCellNum": "255700000001",
    "PyrName": "Asha Juma", "PspReceiptNumber": "SIM0000000001", "PspName": "SIMULATED PSP",
    "CtrAccNum": "0000000000",
}  # fmt: skip
REQUEST = BillRequest(
    BILL,
    ACCOUNT,
    (BillLine("licence", "Ada ya leseni", 50000), BillLine("form", "Fomu", 20000)),
    70000,
    "TZS",
    False,
    "01900000-0000-7000-8000-000000000002",
    "Asha <Juma> & Wenzake",
    "+255700000001",
    "Leseni ya biashara",
    datetime(2026, 3, 2, 9, tzinfo=UTC),
    datetime(2026, 3, 9, 9, tzinfo=UTC),
)
RECONCILED = {
    "SpBillId": str(BILL), "BillCtrNum": "990000000001", "pspTrxId": "SIM0000000001", "PaidAmt": "70000",
    "CCy": "TZS", "PayRefId": "000000000001", "TrxDtTm": "2026-03-02T13:00:00", "UsdPayChnl": "SIMULATOR",
    "PspName": "SIMULATED PSP",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "built"),
    [
        ("gepgBillSubReq", messages.bill_request(REQUEST, ZONE)),
        ("gepgBillSubReqAck", messages.acknowledgement("gepgBillSubReq", "7101")),
        ("gepgBillSubResp", messages.bill_answer(str(BILL), "990000000001")),
        ("gepgBillSubRespAck", messages.acknowledgement("gepgBillSubResp", "7101")),
        ("gepgPmtSpInfo", messages.payment_information(PAYMENT)),
        ("gepgPmtSpInfoAck", messages.acknowledgement("gepgPmtSpInfo", "7101")),
        ("gepgBillCanclReq", messages.cancel_request(BILL, ACCOUNT, "Ombi limeondolewa")),
        ("gepgBillCanclResp", messages.cancel_answer(str(BILL), "7283", done=True)),
        ("gepgSpReconcReq", messages.reconciliation_request(20260302001, ACCOUNT, date(2026, 3, 2))),
        ("gepgSpReconcReqAck", messages.acknowledgement("gepgSpReconcReq", "7101")),
        ("gepgSpReconcResp", messages.reconciliation_answer("20260302001", "SP999", [RECONCILED])),
        ("gepgSpReconcRespAck", messages.acknowledgement("gepgSpReconcResp", "7101")),
    ],
)
def test_golden(name: str, built: bytes) -> None:
    golden = (GOLDEN / f"{name}.xml").read_bytes().rstrip(b"\n")
    assert built == golden
    opened = wire.open_envelope(wire.seal(golden, KEY))
    assert (opened.kind, opened.inner) == (name, golden)
    assert opened.read(KEY.public_key()).tag == name


def test_there_is_no_golden_file_that_nobody_builds() -> None:
    assert len(list(GOLDEN.glob("*.xml"))) == 12


def test_an_altered_amount_breaks_the_signature() -> None:
    sealed = wire.seal(messages.payment_information(PAYMENT), KEY)
    altered = wire.open_envelope(sealed.replace(b"<PaidAmt>70000<", b"<PaidAmt>90000<"))
    with pytest.raises(wire.BadSignatureError):
        altered.read(KEY.public_key())


def test_another_key_is_another_signature() -> None:
    other = generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(wire.BadSignatureError):
        wire.open_envelope(wire.seal(b"<gepgX>1</gepgX>", other)).read(KEY.public_key())


GOOD = wire.seal(messages.payment_information(PAYMENT), KEY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<Gepg></Gepg>",
        b'<!DOCTYPE Gepg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD,
        GOOD.replace(b"<PymtTrxInf>", b"<PymtTrxInf><!-- -->"),
        GOOD.replace(b"<Gepg>", b"<Gepg><gepgOther>1</gepgOther>"),
        GOOD.replace(b"</Gepg>", b"</Gepg><Gepg/>"),
        GOOD.replace(b"<gepgSignature>", b"<gepgSignature>*"),
        GOOD + b" " * wire.CALLBACK_LIMIT,
        b"\x00" + GOOD,
    ],
)
def test_what_is_no_message(body: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.open_envelope(body).read(KEY.public_key())


def test_a_signed_bomb_is_refused() -> None:
    deep = b"<gepgX>" + b"<a>" * 50 + b"</a>" * 50 + b"</gepgX>"
    with pytest.raises(wire.WireError):
        wire.open_envelope(wire.seal(deep, KEY)).read(KEY.public_key())


@pytest.mark.parametrize(("said", "meant"), [("2000", 2000), ("37500.0", 37500), ("1.00", 1)])
def test_amounts(said: str, meant: int) -> None:
    assert wire.amount(said) == meant


@pytest.mark.parametrize("said", ["", "-1", "0", "10.5", "NaN", "Infinity", "1e99", "12,000"])
def test_what_is_no_amount(said: str) -> None:
    with pytest.raises(wire.WireError):
        wire.amount(said)


@given(st.text(max_size=60))
def test_any_name_survives_the_wire(name: str) -> None:
    inner = wire.build("gepgX", {"PyrName": name})
    read = wire.open_envelope(wire.seal(inner, KEY)).read(KEY.public_key())
    assert wire.text(read, "PyrName") == "".join(c for c in name if c.isprintable()).strip()


@given(st.binary(max_size=300))
def test_noise_is_refused_and_never_crashes(noise: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.open_envelope(b"<Gepg>" + noise + b"</Gepg>").read(KEY.public_key())
