"""How a notice is signed, and which addresses are asked."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.hooks import rules
from jumuishi.hooks.types import HookRefusedError


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's reference libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = rules.signature([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=2), st.text(), st.binary(max_size=200))
def test_each_secret_signs_and_any_other_byte_is_another_signature(keys: list[bytes], name: str, body: bytes) -> None:
    made = rules.signature(keys, name, 7, body).split(" ")
    said = f"{name}.7.".encode() + body
    assert [base64.b64decode(one.removeprefix("v1,")) for one in made] == [
        hmac.digest(key, said, hashlib.sha256) for key in keys
    ]
    assert made[0] != rules.signature(keys, name, 8, body).split(" ")[0]
    assert made[0] != rules.signature(keys, name, 7, body + b"x").split(" ")[0]


INSIDE = (
    "127.0.0.1", "127.9.9.9", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1%eth0", "fc00::1", "fd12::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "2002:a00:1::", "2001:db8::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_within_a_network_is_not_asked(address: str) -> None:
    assert not rules.is_outside(address)


@pytest.mark.parametrize("address", ["196.43.0.1", "8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_a_public_address_is_asked(address: str) -> None:
    assert rules.is_outside(address)


def test_loopback_is_for_tests_alone_and_opens_nothing_else() -> None:
    assert rules.is_outside("127.0.0.1", loopback=True)
    assert rules.is_outside("::1", loopback=True)
    assert not any(rules.is_outside(one, loopback=True) for one in ("10.0.0.1", "169.254.169.254", "0.1.2.3"))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://programu.example/x", "hooks.need_https"), ("ftp://programu.example", "hooks.need_https"),
        ("programu.example", "hooks.bad_url"), ("", "hooks.bad_url"), ("https://", "hooks.bad_url"),
        ("https://a:b@programu.example/", "hooks.bad_url"), ("https://programu.example/#x", "hooks.bad_url"),
        ("https://programu.example:99999/", "hooks.bad_url"), ("https://programu.example/a b", "hooks.bad_url"),
        ("https://[::1", "hooks.bad_url"), ("https://programu.example/" + "x" * 500, "hooks.bad_url"),
        ("https://127.0.0.1/", "hooks.inside_url"), ("https://[::1]/", "hooks.inside_url"),
        ("https://localhost/", "hooks.inside_url"), ("https://db.internal/", "hooks.inside_url"),
        ("https://printer.local./", "hooks.inside_url"), ("https://intranet/", "hooks.inside_url"),
        ("https://169.254.169.254/latest/", "hooks.inside_url"), ("http://127.0.0.1:9/", "hooks.need_https"),
    ],
)  # fmt: skip
def test_what_is_no_address_to_be_told_at(url: str, key: str) -> None:
    with pytest.raises(HookRefusedError) as refused:
        rules.check_url(url)
    assert (refused.value.key, refused.value.field) == (key, "url")


def test_an_address_is_kept_as_it_is() -> None:
    assert rules.check_url(" https://programu.example:8443/a?b=c ") == "https://programu.example:8443/a?b=c"
    assert rules.check_url("http://127.0.0.1:9/", loopback=True) == "http://127.0.0.1:9/"


def test_waiting_grows_and_has_an_end() -> None:
    waits = [rules.wait_after(n) for n in range(1, 40)]
    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert waits[-1] == rules.LONGEST_WAIT
    assert max(rules.rest_after(n) for n in range(1, 40)) == rules.LONGEST_REST
