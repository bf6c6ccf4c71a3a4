"""The code: every bit counts, claims are cut to fit, a list is believed only from its root and in its time."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import base45
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from jumuishi.documents import code, lists, verifier
from jumuishi.documents.types import Code, CodeError, DocumentState, ListError, Result
from jumuishi.kernel.ids import new_id

AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KID = b"\x01\x02\x03\x04\x05\x06\x07\x08"


@dataclass
class World:
    root: Ed25519PrivateKey
    key: Ed25519PrivateKey
    carried: Code
    text: str
    published: lists.PublishedKey

    def keys(self, **changes: object) -> lists.KeyList:
        made = lists.write_keys([replace(self.published, **changes)], authority=b"", root=self.root, at=AT)  # type: ignore[arg-type]
        return lists.read_keys(json.dumps(made))

    def revoked(self, *numbers: str, at: datetime = AT) -> lists.RevocationList:
        entries = [lists.Revocation(number, AT, DocumentState.REVOKED) for number in numbers]
        made = lists.write_revoked(entries, root=self.root, at=at)
        return lists.read_revoked(json.dumps(made), self.root.public_key().public_bytes_raw())


@pytest.fixture
def world() -> World:
    root, key, issuer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate(), code.short_id(new_id())
    carried = Code(
        issuer,
        "1012345678901234",
        "licence",
        "Leseni ya Biashara",
        date(2026, 11, 25),
        date(2028, 11, 24),
        {"holder": "Asha Juma", "years": 2},
    )
    published = lists.PublishedKey(
        KID,
        issuer,
        {"sw": "Halmashauri", "en": "Council"},
        key.public_key().public_bytes_raw(),
        b"",
        AT - timedelta(days=1),
        AT + timedelta(days=700),
    )
    return World(root, key, carried, code.sign(carried, KID, key), published)


def test_a_suspension_lasts_as_the_list_says_and_is_no_revocation(world: World) -> None:
    def judged(until: date | None, day: int, carried: Code = world.carried) -> verifier.Verdict:
        stopped = lists.Revocation(carried.number, AT, DocumentState.SUSPENDED, until)
        made = lists.write_revoked([stopped], root=world.root, at=AT)
        held = lists.read_revoked(json.dumps(made), world.root.public_key().public_bytes_raw())
        text = code.sign(carried, KID, world.key)
        return verifier.verify_payload(text, world.keys(), held, AT + timedelta(days=day))

    last = AT.date() + timedelta(days=3)
    assert [judged(last, day).result for day in (0, 3, 4)] == [Result.SUSPENDED, Result.SUSPENDED, Result.GENUINE]
    assert (judged(last, 0).since, judged(last, 0).until) == (AT, last)
    # Without a day it stands until a newer list says otherwise, however old this one grows; what expired has expired.
    assert judged(None, 29).result is judged(None, 80).result is Result.SUSPENDED
    short = replace(world.carried, expires_on=AT.date() + timedelta(days=1))
    assert judged(None, 2, short).result is Result.EXPIRED


def test_genuine(world: World) -> None:
    verdict = verifier.verify_payload(world.text, world.keys(), world.revoked(), AT)
    assert verdict.result is Result.GENUINE
    assert verdict.code == world.carried
    assert verdict.warnings == ()
    alone = verifier.verify_payload(world.text, world.keys(), None, AT)
    assert (alone.result, alone.warnings) == (Result.GENUINE, ("revocation_unchecked",))


def test_every_flipped_bit_is_caught(world: World) -> None:
    keys, raw = world.keys(), base45.b45decode(world.text.removeprefix(code.PREFIX))
    for index in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[index] ^= 1 << bit
            text = code.PREFIX + base45.b45encode(bytes(flipped)).decode()
            verdict = verifier.verify_payload(text, keys, None, AT)
            assert verdict.result in (Result.ALTERED, Result.UNKNOWN_KEY), (index, bit)


def test_every_flipped_bit_of_the_text_is_caught(world: World) -> None:
    keys, raw = world.keys(), world.text.encode()
    for index in range(len(raw)):
        for bit in range(8):
            flipped = bytearray(raw)
            flipped[index] ^= 1 << bit
            verdict = verifier.verify_bytes(bytes(flipped), keys, None, AT)
            assert verdict.result in (Result.ALTERED, Result.UNKNOWN_KEY), (index, bit)


def test_another_implementation_reads_it(world: World) -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": KID.decode("latin1")}
    jwk["x"] = lists._b64(world.published.public)
    claims = cwt.decode(base45.b45decode(world.text.removeprefix(code.PREFIX)), cwt.COSEKey.from_jwk(jwk))
    assert claims[1] == world.carried.issuer
    assert claims[4] == int(datetime(2028, 11, 25, tzinfo=UTC).timestamp())


def test_a_space_lost_at_the_end_is_forgiven(world: World) -> None:
    for n in range(400):
        text = code.sign(replace(world.carried, number=f"{n:016d}"), KID, world.key)
        assert code.read(f"\n{text.rstrip()} \n").code.number == f"{n:016d}"


def test_unknown_key_compromised_key_wrong_issuer(world: World) -> None:
    assert verifier.verify_payload(world.text, world.keys(kid=b"87654321"), None, AT).result is Result.UNKNOWN_KEY
    struck = verifier.verify_payload(world.text, world.keys(compromised_at=AT), None, AT)
    assert struck.result is Result.UNKNOWN_KEY
    other = verifier.verify_payload(world.text, world.keys(issuer="somebody-else"), None, AT)
    assert other.result is Result.ALTERED
    late = verifier.verify_payload(world.text, world.keys(not_before=AT + timedelta(days=9)), None, AT)
    assert late.result is Result.ALTERED
    # On a day that had begun in the east when the key ended, or had not ended in the west when it began; no further.
    noon = datetime.combine(world.carried.issued_on, time(12), UTC)
    for change, result in (
        ({"not_before": noon + timedelta(hours=23)}, Result.GENUINE),
        ({"not_before": noon + timedelta(hours=25)}, Result.ALTERED),
        ({"not_after": noon - timedelta(hours=25)}, Result.GENUINE),
        ({"not_after": noon - timedelta(hours=27)}, Result.ALTERED),
    ):
        found = verifier.verify_payload(world.text, world.keys(**change), None, AT)
        assert found.result is result, change


def test_revoked_and_expired(world: World) -> None:
    keys, number = world.keys(), world.carried.number
    assert verifier.verify_payload(world.text, keys, world.revoked(number), AT).result is Result.REVOKED
    last_day = datetime(2028, 11, 24, 23, 59, tzinfo=UTC)
    fresh = replace(keys, expires_at=last_day + timedelta(days=9))
    assert verifier.verify_payload(world.text, fresh, None, last_day).result is Result.GENUINE
    after = last_day + timedelta(minutes=2)
    assert verifier.verify_payload(world.text, fresh, None, after).result is Result.EXPIRED


def test_stale_lists_are_said_to_be_stale(world: World) -> None:
    keys = world.keys()
    month_later = AT + lists.REVOKED_MAX_AGE + timedelta(seconds=1)
    assert verifier.verify_payload(world.text, keys, world.revoked(), month_later).result is Result.STALE
    quarter_later = AT + lists.KEYS_MAX_AGE + timedelta(seconds=1)
    assert verifier.verify_payload(world.text, keys, None, quarter_later).result is Result.STALE
    # What an old list knows to be revoked stays revoked.
    number = world.carried.number
    assert verifier.verify_payload(world.text, keys, world.revoked(number), quarter_later).result is Result.REVOKED


def test_lists_are_believed_from_their_root_only(world: World) -> None:
    made = lists.write_keys([world.published], authority=b"", root=world.root, at=AT)
    for change in (
        {"expires_at": "2099-01-01T00:00:00Z"},
        {"keys": []},
        {"signature": "AA"},
        {"list": "x"},
        {"root": ""},
    ):
        with pytest.raises(ListError):
            lists.read_keys({**made, **change})
    other = Ed25519PrivateKey.generate()
    revoked = lists.write_revoked([], root=other, at=AT)
    with pytest.raises(ListError):
        lists.read_revoked(revoked, world.root.public_key().public_bytes_raw())
    for rubbish in (b"", b"[]", b"{}", b"\xff", b'{"list": 1}'):
        with pytest.raises(ListError):
            lists.read_keys(rubbish)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["holder", "business", "ward", "place"]), st.text(max_size=300), max_size=4))
def test_claims_fit(claims: dict[str, str]) -> None:
    fitted = code.fit_claims(claims)
    assert code._weight(fitted) <= code.CLAIMS_LIMIT
    assert fitted.keys() == claims.keys()
    assert all(claims[key].startswith(str(value)) for key, value in fitted.items())
    if code._weight(claims) <= code.CLAIMS_LIMIT:
        assert fitted == claims


def test_names_alone_too_long() -> None:
    with pytest.raises(CodeError):
        code.fit_claims({"k" * 301: ""})


@given(st.text(max_size=80))
def test_rubbish_is_altered(text: str) -> None:
    with pytest.raises(CodeError):
        code.read(code.PREFIX + text)
