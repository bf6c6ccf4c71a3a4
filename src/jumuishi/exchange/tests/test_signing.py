"""Signatures between nodes: another library believes ours and we believe its; all else is refused by name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, InvalidSignature, algorithms
from http_message_signatures.resolvers import MappingKeyResolver
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.signing.base import (
    AGREEMENT,
    BODY,
    CHECKPOINT,
    FRAMED,
    MESSAGE,
    PURPOSE,
    TAG,
    Head,
    Life,
    RequestHead,
    ResponseHead,
    base,
    components_of,
    only,
)
from jumuishi.exchange.signing.digest import BodyDigest, digest_of
from jumuishi.exchange.signing.fields import read_input
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.keys import Algorithm, SigningKey, algorithm_of, read_public
from jumuishi.exchange.signing.nonces import NonceWindow
from jumuishi.exchange.signing.verify import Window, check_digest
from jumuishi.exchange.tests.nodes import (
    AUTHORITY,
    CLIENT,
    LIFE,
    NOW,
    PRIVATE,
    PROVIDER,
    WINDOW,
    answer,
    asked,
    believed,
    changed,
    key_of,
    signer,
)

ALGORITHMS = {Algorithm.P256: algorithms.ECDSA_P256_SHA256, Algorithm.ED25519: algorithms.ED25519}
KEYS = MappingKeyResolver(
    public_keys={name: key.public_key() for name, key in PRIVATE.items()}, private_keys=dict(PRIVATE)
)


class Oracle(HTTPMessageVerifier):
    # The messages of the tests are of one instant, whatever today is.
    max_clock_skew = timedelta(days=100_000)


def outside(head: Head, request: Any = None) -> Any:
    """A message as the other library sees one."""
    headers = dict(head.headers)
    if isinstance(head, RequestHead):
        url = f"https://{head.authority}{head.target}"
        return SimpleNamespace(method=head.method, url=url, headers=headers, request_target=head.target)
    return SimpleNamespace(status_code=head.status, headers=headers, request=request)


def refused(head: Head, **changes: Any) -> Flaw:
    with pytest.raises(NotBelieved) as error:
        believed(head, **changes)
    return error.value.flaw


@pytest.mark.parametrize("key", ["council-p256", "council-ed"])
@pytest.mark.parametrize("body", [digest_of(b"{}"), ""])
def test_another_library_believes_our_request(key: str, body: str) -> None:
    head = asked(key=key, body=body)
    found = Oracle(signature_algorithm=ALGORITHMS[signer(key).algorithm], key_resolver=KEYS).verify(
        outside(head), max_age=None, expect_tag=TAG, require_components=components_of(head)
    )
    assert found[0].nonce == LIFE.nonce
    assert found[0].covered_components['"@request-target"'] == head.target
    with pytest.raises(InvalidSignature):
        Oracle(signature_algorithm=ALGORITHMS[signer(key).algorithm], key_resolver=KEYS).verify(
            outside(changed(head, PURPOSE, "tax")), max_age=None, expect_tag=TAG
        )


@pytest.mark.parametrize("key", ["registry-p256", "registry-ed"])
@pytest.mark.parametrize("body", [digest_of(b"{}"), ""])
def test_another_library_believes_our_answer(key: str, body: str) -> None:
    to = asked()
    head = answer(to, key=key, body=body)
    found = Oracle(signature_algorithm=ALGORITHMS[signer(key).algorithm], key_resolver=KEYS).verify(
        outside(head, outside(to)), max_age=None, expect_tag=TAG, require_components=components_of(head)
    )
    assert found[0].covered_components['"signature";req'] == only(to.headers, "signature")


@pytest.mark.parametrize("key", ["council-p256", "council-ed"])
@given(data=st.data())
def test_we_believe_another_librarys_request_in_any_order(key: str, data: st.DataObject) -> None:
    bare = changed(changed(asked(), "signature", None), "signature-input", None)
    message = outside(bare)
    HTTPMessageSigner(signature_algorithm=ALGORITHMS[signer(key).algorithm], key_resolver=KEYS).sign(
        message,
        key_id=key,
        created=datetime.fromtimestamp(NOW, UTC),
        expires=datetime.fromtimestamp(NOW + 120, UTC),
        nonce=LIFE.nonce,
        tag=TAG,
        use_existing_digest=True,
        label=data.draw(st.sampled_from(["exchange", "sig1", "pyhms"])),
        covered_component_ids=tuple(data.draw(st.permutations(components_of(bare)))),
    )
    got = believed(replace(bare, headers=tuple(message.headers.items())))
    assert (got.key.keyid, got.life) == (key, LIFE)


@pytest.mark.parametrize("key", ["registry-p256", "registry-ed"])
def test_we_believe_another_librarys_answer(key: str) -> None:
    to = asked()
    bare = changed(changed(answer(to), "signature", None), "signature-input", None)
    message = outside(bare, outside(to))
    HTTPMessageSigner(signature_algorithm=ALGORITHMS[signer(key).algorithm], key_resolver=KEYS).sign(
        message,
        key_id=key,
        created=datetime.fromtimestamp(NOW, UTC),
        expires=datetime.fromtimestamp(NOW + 120, UTC),
        nonce=LIFE.nonce,
        tag=TAG,
        use_existing_digest=True,
        covered_component_ids=components_of(bare)[::-1],
    )
    assert believed(replace(bare, headers=tuple(message.headers.items()))).key.keyid == key


def test_what_is_signed_letter_by_letter() -> None:
    head = asked()
    text = base(head, components_of(head), read_input(only(head.headers, "signature-input")).text).decode()
    assert text.split("\n") == [
        '"@method": GET',
        f'"@authority": {AUTHORITY}',
        '"@request-target": /r1/TZ-DEV/GOV/REG-01/business/names/v1/names?q=mama%20lishe',
        '"x-road-client": TZ-DEV/GOV/LGA-07/permits',
        '"x-road-service": TZ-DEV/GOV/REG-01/business/names',
        '"x-road-id": TZ-DEV-29f4d011-ef17-4f2f-9bb1-0452ce17d3f5',
        '"jumuishi-purpose": licence',
        '"jumuishi-agreement": a1',
        f'"jumuishi-message-digest": {only(head.headers, MESSAGE)}',
        f'"content-digest": {digest_of(b"")}',
        '"@signature-params": ("@method" "@authority" "@request-target" "x-road-client" "x-road-service" "x-road-id"'
        ' "jumuishi-purpose" "jumuishi-agreement" "jumuishi-message-digest" "content-digest");created=1780000000'
        ';expires=1780000120;nonce="bm9uY2Utb2YtMTI4LWJpdHM";keyid="council-p256";alg="ecdsa-p256-sha256"'
        ';tag="jumuishi-exchange-1"',
    ]


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
        replace(head, request_signature=only(other.headers, "signature")),
        changed(head, CHECKPOINT, "b3RoZXI="),
        changed(head, MESSAGE, digest_of(b"x")),
        changed(head, "content-digest", digest_of(b"x")),
    ):
        assert refused(wrong) is Flaw.SIGNATURE
    for name in (CHECKPOINT, MESSAGE, "content-digest"):
        assert refused(changed(head, name, None)) is Flaw.FIELD


def test_whether_a_body_streams_can_not_be_changed_either() -> None:
    whole, streamed = asked(), asked(body="")
    assert refused(replace(whole, headers=(*whole.headers, (BODY, FRAMED)))) is Flaw.COMPONENTS
    unmarked = changed(streamed, BODY, None)
    digested = replace(unmarked, headers=(*unmarked.headers, ("content-digest", digest_of(b""))))
    assert refused(digested) is refused(unmarked) is Flaw.COMPONENTS
    assert refused(changed(streamed, BODY, "whole")) is Flaw.FIELD


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
        twice = replace(head, headers=(*head.headers, (name, only(head.headers, name))))
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


def test_nothing_counts_twice_and_a_forgery_uses_up_no_nonce() -> None:
    nonces = NonceWindow(WINDOW.remember, 10)
    assert refused(changed(asked(), PURPOSE, "tax"), nonces=nonces) is Flaw.SIGNATURE
    believed(asked(), nonces=nonces)
    assert refused(asked(), nonces=nonces) is Flaw.REPLAYED
    believed(asked(key="council-ed"), nonces=nonces)
    assert len(nonces) == 2


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 90)), max_size=60))
def test_within_a_signatures_life_no_nonce_is_admitted_twice_in_bounded_room(steps: list[tuple[int, int]]) -> None:
    window, at, admitted = NonceWindow(WINDOW.remember, 8), NOW, dict[str, int]()
    for number, step in steps:
        at, nonce = at + step, f"n{number}"
        try:
            window.admit("k", nonce, at)
        except NotBelieved as error:
            assert error.flaw in (Flaw.REPLAYED, Flaw.WINDOW_FULL)  # noqa: PT017
            assert error.flaw is not Flaw.WINDOW_FULL or len(window) == 8  # noqa: PT017
        else:
            assert nonce not in admitted or at - admitted[nonce] > WINDOW.remember
            admitted[nonce] = at
        assert len(window) <= 8


def test_a_full_window_lets_nobody_in_and_shuts_out_only_the_sender() -> None:
    window = NonceWindow(100, 2)
    for nonce in ("a", "b"):
        window.admit("k", nonce, NOW)
    with pytest.raises(NotBelieved, match="window_full"):
        window.admit("k", "c", NOW + 100)
    window.admit("other", "c", NOW + 100)
    window.admit("k", "c", NOW + 101)


def test_a_clock_that_jumped_and_is_set_back_lets_nothing_in_twice() -> None:
    window = NonceWindow(100, 50)
    window.admit("k", "a", NOW)
    window.admit("k", "b", NOW + 3600)
    with pytest.raises(NotBelieved, match="replayed"):
        window.admit("k", "a", NOW + 10)


def test_a_body_is_held_to_its_head() -> None:
    head, body = asked(body=digest_of(b"habari")), BodyDigest()
    for chunk in (b"hab", b"", b"ari"):
        body.update(chunk)
    check_digest(head, body.header)
    assert body.matches(digest_of(b"habari"))
    body.update(b"!")
    assert not body.matches(digest_of(b"habari"))
    with pytest.raises(NotBelieved, match="body"):
        check_digest(head, body.header)


def test_keys_read_back_and_other_kinds_are_none() -> None:
    for name in PRIVATE:
        key = key_of(name)
        assert key is not None
        again = read_public(name, key.owner, key.algorithm, key.raw)
        assert again.signed(b"x", signer(name).sign(b"x"))
        assert not again.signed(b"y", signer(name).sign(b"x"))
        assert not again.signed(b"x", signer(name).sign(b"x") + b"0")
    for algorithm, raw in (("ed25519", b"x"), ("ecdsa-p256-sha256", b"\4" + b"x" * 64), ("rsa", b"x" * 32)):
        with pytest.raises(ValueError):  # noqa: PT011
            read_public("k", CLIENT, algorithm, raw)
    with pytest.raises(ValueError, match="P-256"):
        algorithm_of(object())
    assert SigningKey("k", PRIVATE["council-ed"]).algorithm is Algorithm.ED25519


def test_heads_say_what_they_are() -> None:
    assert isinstance(answer(asked()), ResponseHead)
