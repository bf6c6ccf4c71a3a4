"""Each way to weaken, change or reuse a signature between nodes is refused, by name."""

from dataclasses import replace

import pytest

from jumuishi.exchange.signing.base import (
    AGREEMENT,
    CHECKPOINT,
    MESSAGE,
    PURPOSE,
    TAG,
    Life,
    components_of,
    only,
)
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.signing.flaws import Flaw
from jumuishi.exchange.signing.verify import Window
from jumuishi.exchange.tests.nodes import (
    CLIENT,
    LIFE,
    NOW,
    PROVIDER,
    answer,
    asked,
    believed,
    changed,
    refused,
)


@pytest.mark.parametrize("key", ["council-p256", "council-ed"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-road-client", "TZ-DEV/GOV/LGA-07/schools"), ("x-road-service", "TZ-DEV/GOV/REG-01/business/other"),
        ("x-road-id", "another"), (PURPOSE, "tax"), (AGREEMENT, "a2"), (MESSAGE, digest_of(b"x")),
        ("content-digest", digest_of(b"x")),
    ],
)  # fmt: skip
def test_no_field_of_a_request_changes(key: str, name: str, value: str) -> None:
    head = asked(key=key)
    assert refused(changed(head, name, value)) is Flaw.SIGNATURE
    assert refused(changed(head, name, None)) is Flaw.FIELD
    assert refused(replace(head, headers=(*head.headers, (name.title(), value)))) is Flaw.FIELD


def test_nor_verb_nor_node_nor_address() -> None:
    for changes in (
        {"method": "DELETE"},
        {"authority": "other.go.tz"},
        {"target": "/r1/x"},
        {"target": asked().target + "&"},
    ):
        assert refused(replace(asked(), **changes)) is Flaw.SIGNATURE  # type: ignore[arg-type]


def test_no_field_of_an_answer_changes_nor_the_request_that_it_answers() -> None:
    head = answer(asked())
    assert believed(head).key.keyid == "registry-ed"
    other = asked(purpose="tax")
    for wrong in (
        replace(head, status=201),
        replace(head, request_signature=only(other, "signature")),
        changed(head, CHECKPOINT, "b3RoZXI="),
        changed(head, MESSAGE, digest_of(b"x")),
        changed(head, "content-digest", digest_of(b"x")),
    ):
        assert refused(wrong) is Flaw.SIGNATURE
    for name in (CHECKPOINT, MESSAGE, "content-digest"):
        assert refused(changed(head, name, None)) is Flaw.FIELD


def _input(**changes: str) -> str:
    """A Signature-Input with parts replaced; good as it is but for its signature."""
    parts = {
        "label": "exchange", "inside": " ".join(components_of(asked())), "created": f";created={NOW}",
        "expires": f";expires={NOW + 120}", "nonce": f';nonce="{LIFE.nonce}"', "keyid": ';keyid="council-p256"',
        "alg": ';alg="ecdsa-p256-sha256"', "tag": f';tag="{TAG}"', "more": "",
    } | changes  # fmt: skip
    return "{label}=({inside}){created}{expires}{nonce}{keyid}{alg}{tag}{more}".format(**parts)


FIXED = components_of(asked())


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        (_input(inside=" ".join(FIXED[1:])), Flaw.COMPONENTS),
        (_input(inside=" ".join((*FIXED, FIXED[0]))), Flaw.COMPONENTS),
        (_input(inside=" ".join((*FIXED, '"accept"'))), Flaw.COMPONENTS),
        (_input(inside=" ".join((*FIXED[:-1], '"content-digest";sf'))), Flaw.COMPONENTS),
        (_input(inside=" ".join((*FIXED[:-1], '"Content-Digest"'))), Flaw.COMPONENTS),
        (_input(inside=""), Flaw.COMPONENTS),
        *((_input(**{name: ""}), Flaw.PARAMETERS) for name in ("created", "expires", "nonce", "keyid", "alg", "tag")),
        (_input(more=';x="y"'), Flaw.PARAMETERS),
        (_input(more=";created=1"), Flaw.PARAMETERS),
        (_input(tag=';tag="other"'), Flaw.PARAMETERS),
        (_input(nonce=';nonce="short"'), Flaw.PARAMETERS),
        (_input(created=f';created="{NOW}"'), Flaw.PARAMETERS),
        (_input(keyid=";keyid=7"), Flaw.PARAMETERS),
        (_input(nonce=";nonce"), Flaw.PARAMETERS),
        (_input(created=f";created=0{NOW}"), Flaw.UNREADABLE),
        (_input(created=f";created={NOW}.0"), Flaw.UNREADABLE),
        (_input(inside=FIXED[0] + "  " + " ".join(FIXED[1:])), Flaw.UNREADABLE),
        (_input(inside=" " + " ".join(FIXED)), Flaw.UNREADABLE),
        (_input() + " ", Flaw.UNREADABLE),
        (_input(label="Exchange"), Flaw.UNREADABLE),
        (_input(label="other"), Flaw.UNREADABLE),
        (f"{_input()}, {_input(label='two')}", Flaw.SEVERAL_SIGNATURES),
        (f"{_input()}, {_input()}", Flaw.SEVERAL_SIGNATURES),
        (_input(nonce=f';nonce="{"x" * 5000}"'), Flaw.UNREADABLE),
        (_input(keyid=';keyid="nobody"'), Flaw.UNKNOWN_KEY),
        (_input(keyid=';keyid="registry-p256"'), Flaw.ANOTHERS_KEY),
        (_input(alg=';alg="ed25519"'), Flaw.ALGORITHM),
        (_input(alg=';alg="hmac-sha256"'), Flaw.ALGORITHM),
        (_input(alg=';alg="rsa-v1_5-sha256"'), Flaw.ALGORITHM),
        (_input(keyid=';keyid="council-ed"'), Flaw.ALGORITHM),
        (_input(keyid=';keyid="council-ed"', alg=';alg="ed25519"'), Flaw.SIGNATURE),
        (_input(expires=f";expires={NOW + 121}"), Flaw.SIGNATURE),
        ("", Flaw.UNREADABLE),
    ],
)
def test_each_way_to_weaken_a_signature_is_refused_by_name(value: str, flaw: Flaw) -> None:
    assert refused(changed(asked(), "signature-input", value)) is flaw


def test_the_good_one_of_these_is_good() -> None:
    assert believed(changed(asked(), "signature-input", _input())).life == LIFE


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        ("exchange=:AAAA:", Flaw.SIGNATURE), ("exchange=::", Flaw.SIGNATURE), ("exchange=:AAA:", Flaw.UNREADABLE),
        ("exchange=:AAB=:", Flaw.UNREADABLE), ("exchange=AAAA", Flaw.UNREADABLE), ("other=:AAAA:", Flaw.UNREADABLE),
        ("exchange=:AAAA:, exchange=:AAAA:", Flaw.SEVERAL_SIGNATURES), ("", Flaw.UNREADABLE),
        ("exchange=:" + "A" * 88 + ":", Flaw.UNREADABLE), (f"exchange=:{'A' * 86}==:", Flaw.SIGNATURE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["council-p256", "council-ed"])
def test_a_signature_that_is_none(key: str, value: str, flaw: Flaw) -> None:
    got = refused(changed(asked(key=key), "signature", value))
    assert got is (Flaw.SIGNATURE if value.count("A") == 88 else flaw)


def test_without_or_with_two_signatures() -> None:
    head = asked()
    for name in ("signature", "signature-input"):
        assert refused(changed(head, name, None)) is Flaw.UNSIGNED
        twice = replace(head, headers=(*head.headers, (name, only(head, name))))
        assert refused(twice) is Flaw.SEVERAL_SIGNATURES


def test_a_member_signs_for_itself_only() -> None:
    assert refused(asked(), owner=PROVIDER) is Flaw.ANOTHERS_KEY
    assert refused(asked(key="registry-ed")) is Flaw.ANOTHERS_KEY
    assert refused(asked(), key_of=lambda _: None) is Flaw.UNKNOWN_KEY
    assert believed(asked(), owner=CLIENT).key.owner == CLIENT


@pytest.mark.parametrize(
    ("created", "expires", "flaw"),
    [
        (NOW + 60, NOW + 61, None), (NOW + 61, NOW + 62, Flaw.NOT_YET), (NOW - 300, NOW - 60, None),
        (NOW - 300, NOW - 61, Flaw.TOO_OLD), (NOW, NOW + 300, None), (NOW, NOW + 301, Flaw.LIVES_TOO_LONG),
        (NOW, NOW - 1, Flaw.LIVES_TOO_LONG), (NOW - 360, NOW - 60, None), (NOW - 361, NOW - 61, Flaw.TOO_OLD),
        (0, NOW, Flaw.LIVES_TOO_LONG), (-1, 0, Flaw.TOO_OLD), (NOW, NOW, None),
    ],
)  # fmt: skip
def test_a_signature_has_a_time(created: int, expires: int, flaw: Flaw | None) -> None:
    head = asked(life=Life(created, expires, LIFE.nonce))
    if flaw is None:
        assert believed(head).life.created == created
    else:
        assert refused(head) is flaw


def test_the_window_is_the_callers() -> None:
    head = asked(life=Life(NOW - 7, NOW - 2, LIFE.nonce))
    assert refused(head, window=Window(skew=1, longest=10)) is Flaw.TOO_OLD
    assert believed(head, window=Window(skew=2, longest=5))
