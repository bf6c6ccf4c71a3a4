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
    MESSAGE,
    PURPOSE,
    TAG,
    Head,
    RequestHead,
    ResponseHead,
    base,
    components_of,
    only,
)
from jumuishi.exchange.signing.digest import BodyDigest, digest_of
from jumuishi.exchange.signing.fields import read_input
from jumuishi.exchange.signing.flaws import NotBelieved
from jumuishi.exchange.signing.keys import Algorithm, SigningKey, algorithm_of, read_public
from jumuishi.exchange.signing.verify import check_digest
from jumuishi.exchange.tests.nodes import (
    AUTHORITY,
    CLIENT,
    LIFE,
    NOW,
    PRIVATE,
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


@pytest.mark.parametrize("key", ["council-p256", "council-ed"])
def test_another_library_believes_our_request(key: str) -> None:
    head = asked(key=key)
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
def test_another_library_believes_our_answer(key: str) -> None:
    to = asked()
    head = answer(to, key=key)
    found = Oracle(signature_algorithm=ALGORITHMS[signer(key).algorithm], key_resolver=KEYS).verify(
        outside(head, outside(to)), max_age=None, expect_tag=TAG, require_components=components_of(head)
    )
    assert found[0].covered_components['"signature";req'] == only(to, "signature")


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
    text = base(head, components_of(head), read_input(only(head, "signature-input")).text).decode()
    assert text.split("\n") == [
        '"@method": GET',
        f'"@authority": {AUTHORITY}',
        '"@request-target": /r1/TZ-DEV/GOV/REG-01/business/names/v1/names?q=mama%20lishe',
        '"x-road-client": TZ-DEV/GOV/LGA-07/permits',
        '"x-road-service": TZ-DEV/GOV/REG-01/business/names',
        '"x-road-id": TZ-DEV-29f4d011-ef17-4f2f-9bb1-0452ce17d3f5',
        '"jumuishi-purpose": licence',
        '"jumuishi-agreement": a1',
        f'"jumuishi-message-digest": {only(head, MESSAGE)}',
        f'"content-digest": {digest_of(b"")}',
        '"@signature-params": ("@method" "@authority" "@request-target" "x-road-client" "x-road-service" "x-road-id"'
        ' "jumuishi-purpose" "jumuishi-agreement" "jumuishi-message-digest" "content-digest");created=1780000000'
        ';expires=1780000120;nonce="bm9uY2Utb2YtMTI4LWJpdHM";keyid="council-p256";alg="ecdsa-p256-sha256"'
        ';tag="jumuishi-exchange-1"',
    ]


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
