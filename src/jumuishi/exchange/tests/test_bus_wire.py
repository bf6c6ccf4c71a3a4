"""The bus's envelope: signed as it is sent, believed in each form that is in use, and in no other."""

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.bus import wire
from jumuishi.exchange.bus.wire import Keys, NotBelieved

DER, PKCS8 = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
CURVES = {"secp256r1": ec.SECP256R1(), "secp256k1": ec.SECP256K1()}
DATA: dict[str, Any] = {"apiCode": "API-1", "esbBody": {"b": "Asha & Juma <1>", "a": ["1", "2"], "c": {"d": "é"}}}
EcKey = ec.EllipticCurvePrivateKey


def private(key: EcKey) -> str:
    return b64encode(key.private_bytes(DER, PKCS8, serialization.NoEncryption())).decode()


def public(key: EcKey) -> str:
    return b64encode(key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)).decode()


def pair(curve: str = "secp256r1") -> tuple[Keys, Keys]:
    """Ours, and the bus's."""
    ours, bus = (ec.derive_private_key(one, CURVES[curve]) for one in (7, 8))
    return Keys.read(private(ours), public(bus), curve), Keys.read(private(bus), public(ours), curve)


@pytest.mark.parametrize("curve", wire.CURVES)
@pytest.mark.parametrize("form", wire.FORMS)
def test_what_one_writes_the_other_reads(curve: str, form: str) -> None:
    ours, bus = pair(curve)
    sent = wire.written(wire.REQUEST, DATA, ours, form)
    assert wire.read(sent, bus, form) == DATA
    assert sent.startswith(b"<esbrequest><data>" if form == "xml" else b'{"data":{')
    for old, new in ((b"Asha", b"Juma"), (b"API-1", b"API-2")):
        with pytest.raises(NotBelieved, match="signature"):
            wire.read(sent.replace(old, new), bus, form)
    with pytest.raises(NotBelieved, match="signature"):
        wire.read(sent, ours, form)


def test_a_key_of_another_curve_is_no_key() -> None:
    r1, k1 = (ec.derive_private_key(9, one) for one in CURVES.values())
    for own, other, curve in ((r1, k1, "secp256r1"), (k1, r1, "secp256k1"), (r1, r1, "secp256k1"), (r1, r1, "P-256")):
        with pytest.raises(ValueError, match="curve"):
            Keys.read(private(own), public(other), curve)


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(DATA, ensure_ascii=False, separators=(",", ":")),
        json.dumps(DATA, ensure_ascii=False, separators=(",", ":"), sort_keys=True), json.dumps(DATA, indent=1),
    ],
    ids=["compact", "sorted", "as it came"],
)  # fmt: skip
def test_each_form_in_use_is_believed(said: str) -> None:
    """Clients sign a compact text, verify a sorted one, and send a third."""
    ours, bus = pair()
    signature = b64encode(bus.own.sign(said.encode(), ec.ECDSA(hashes.SHA256()))).decode()
    for text in (json.dumps(DATA, indent=1), said):
        if text == said or "\n" not in said:
            raw = f'{{ "signature" : "{signature}" , "data" : {text} }}'.encode()
            assert wire.read(raw, ours, "json") == DATA
    loose = json.dumps(DATA, ensure_ascii=False)
    odd = b64encode(bus.own.sign(loose.encode(), ec.ECDSA(hashes.SHA256()))).decode()
    with pytest.raises(NotBelieved, match="signature"):
        wire.read(f'{{"data":{said},"signature":"{odd}"}}'.encode(), ours, "json")


@pytest.mark.parametrize(
    ("form", "raw"),
    [
        ("json", b"[]"), ("json", b"{}"), ("json", b'{"data":{}}'),
        ("json", b'{"data":{},"data":{},"signature":"AA=="}'),
        ("json", b'{"data":{"a":1,"a":2},"signature":"AA=="}'), ("json", b'{"data":1,"signature":"AA=="}'),
        ("json", b'{"data":{},"signature":"AA==","x":1}'), ("json", b'{"data":{},"signature":"AA=="} x'),
        ("json", b"\xff"),
        ("json", b'{"data":' + b"[" * 5000 + b"]" * 5000 + b',"signature":"AA=="}'), ("xml", b"<a/>"), ("xml", b""),
        ("xml", b'<!DOCTYPE a [<!ENTITY b "c">]><esbrequest><data>&b;</data><signature>AA==</signature></esbrequest>'),
        ("xml", b"<esbrequest><data><a></data><signature>AA==</signature></esbrequest>"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(form: str, raw: bytes) -> None:
    with pytest.raises(NotBelieved):
        wire.read(raw, pair()[0], form)


@pytest.mark.parametrize("curve", wire.CURVES)
def test_a_closed_body_is_opened_by_its_reader_alone(curve: str) -> None:
    ours, bus = pair(curve)
    body = wire.closed(b'{"NIN": "19000101"}', ours.bus)
    assert wire.is_closed(body)
    assert wire.opened(body, bus.own) == b'{"NIN": "19000101"}'
    der = ec.derive_private_key(5, CURVES[curve])
    for changes in ({"iv": body["iv"][::-1]}, {"encryptedData": "AAAA"}, {"ephemeralKey": public(der)}, {"iv": "?"}):
        with pytest.raises(NotBelieved):
            wire.opened(body | changes, bus.own)
    with pytest.raises(NotBelieved):
        wire.opened(body, ours.own)


WORDS = st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans() | st.none(), max_size=4)


@given(st.dictionaries(st.text(min_size=1), WORDS | st.lists(WORDS, max_size=3), max_size=4))
def test_whatever_is_written_in_json_is_read(data: dict[str, Any]) -> None:
    ours, bus = pair()
    try:
        sent = wire.written(wire.REQUEST, data, ours, "json")
    except UnicodeEncodeError:
        return
    assert wire.read(sent, bus, "json") == data
