"""A gateway's callback from somebody else: bombs, wrappers, other encodings; nothing unsigned is ever read as XML."""

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.payments import models
from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.tests.test_gepg_wire import KEY, PAYMENT

GOOD = wire.seal(messages.payment_information(PAYMENT), KEY)
INNER = messages.payment_information(PAYMENT)
FORGED = INNER.replace(b"<PaidAmt>70000</PaidAmt>", b"<PaidAmt>1</PaidAmt>")
SIGNATURE = GOOD[GOOD.index(b"<gepgSignature>") : GOOD.index(b"</Gepg>")]
LAUGHS = b"<!DOCTYPE Gepg [<!ENTITY a0 'x'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
)
WRAPPED = {
    "the forged one first": b"<Gepg>" + FORGED + INNER + SIGNATURE + b"</Gepg>",
    "the forged one last": b"<Gepg>" + INNER + FORGED + SIGNATURE + b"</Gepg>",
    "the true one within": b"<Gepg>"
    + FORGED.replace(b"</gepgPmtSpInfo>", INNER + b"</gepgPmtSpInfo>")
    + SIGNATURE
    + b"</Gepg>",
    "the true one after its signature": b"<Gepg>" + FORGED + SIGNATURE + INNER + b"</Gepg>",
    "two signatures": b"<Gepg>" + FORGED + SIGNATURE + SIGNATURE + b"</Gepg>",
    "an envelope within": b"<Gepg>" + GOOD + SIGNATURE + b"</Gepg>",
    "none": b"<Gepg>" + INNER + b"</Gepg>",
    "an empty one": b"<Gepg>" + INNER + b"<gepgSignature></gepgSignature></Gepg>",
    "an instruction": GOOD.replace(b"<PymtTrxInf>", b"<PymtTrxInf><?xml-stylesheet href='http://evil.example'?>"),
    "a namespace": GOOD.replace(b"<Gepg>", b"<Gepg xmlns='http://evil.example'>"),
    "a space before": GOOD.replace(b"<PymtTrxInf>", b"<PymtTrxInf> "),
    "capitals": GOOD.replace(b"Gepg>", b"GEPG>"),
}
BOMBS = {
    "a billion laughs": LAUGHS + GOOD,
    "a file from outside": b'<!DOCTYPE Gepg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD,
    "an address from outside": b'<!DOCTYPE Gepg SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD,
    "another encoding": GOOD.decode().encode("utf-16"),
    "seven bits": b"<?xml version='1.0' encoding='UTF-7'?>" + GOOD.replace(b"<", b"+ADw-"),
    "nothing": b"",
    "a null": GOOD.replace(b"Asha", b"As\0ha"),
    "an attribute of a megabyte": b"<Gepg a='" + b"x" * 1_000_000 + b"'>" + INNER + SIGNATURE + b"</Gepg>",
    "spaces": b"<Gepg>" + b" " * 8_000_000,
    "starts without end": b"<Gepg><gepgPmtSpInfo>" * 300_000,
    "a long signature": b"<Gepg>" + INNER + b"<gepgSignature>" + b"A" * 7_000_000 + b"</gepgSignature></Gepg>",
    "spaces in a signature": b"<Gepg>" + INNER + b"<gepgSignature>" + b" \n" * 100_000 + b"</gepgSignature></Gepg>",
}


@pytest.mark.parametrize("body", [*WRAPPED.values(), *BOMBS.values()], ids=[*WRAPPED, *BOMBS])
def test_what_is_not_signed_as_it_stands_is_refused(body: bytes) -> None:
    began = time.process_time()
    with pytest.raises(wire.WireError):
        wire.open_envelope(body, wire.RECONCILIATION_LIMIT).read(KEY.public_key())
    assert time.process_time() - began < 2


def test_a_signed_message_may_still_be_nonsense() -> None:
    """The gateway's own key says who speaks, not that it makes sense: depth and number stay bounded."""
    for inner in (
        b"<gepgPmtSpInfo>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</gepgPmtSpInfo>",
        b"<gepgPmtSpInfo>" + b"<a/>" * 250_000 + b"</gepgPmtSpInfo>",
        b"<gepgPmtSpInfo>&x;</gepgPmtSpInfo>",
        b"<gepgPmtSpInfo>&#0;&#xD800;</gepgPmtSpInfo>",
    ):
        began = time.process_time()
        with pytest.raises(wire.WireError):
            wire.open_envelope(wire.seal(inner, KEY), wire.RECONCILIATION_LIMIT).read(KEY.public_key())
        assert time.process_time() - began < 5


@settings(max_examples=300, deadline=2000, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, len(GOOD)), st.integers(0, 60), st.integers(0, len(GOOD)), st.integers(0, 300),
    st.binary(max_size=20) | st.sampled_from([b"<!--", b"]]>", b"<![CDATA[", b"&amp;", b"<Gepg>", b"</Gepg>"]),
)  # fmt: skip
def test_no_damage_changes_what_is_believed(at: int, cut: int, source: int, copied: int, put: bytes) -> None:
    """Cut, copied, moved, overwritten anywhere: what is read is what was signed, or nothing."""
    body = GOOD[:at] + put + GOOD[source : source + copied] + GOOD[at + cut :]
    try:
        envelope = wire.open_envelope(body)
        envelope.read(KEY.public_key())
    except wire.WireError:
        return
    assert envelope.inner == INNER
    assert base64.b64encode(envelope.signature) in GOOD


@pytest.mark.database
def test_over_the_door_nothing_of_it_is_kept(db: None, tmp_path: Path) -> None:
    client: Any = Client(raise_request_exception=False)
    with override_settings(JUMUISHI_GEPG_KEYS=str(tmp_path)):
        for name, body in {**BOMBS, **WRAPPED}.items():
            answer = client.post("/payments/gepg/", body, content_type="application/xml")
            assert answer.status_code in (400, 413, 503), (name, answer.status_code)
            assert b"passwd" not in answer.content
    assert models.GatewayMessage.objects.count() == 0
    assert models.Payment.objects.count() == 0
