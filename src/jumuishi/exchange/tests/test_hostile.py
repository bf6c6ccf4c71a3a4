"""Whoever means harm, byte by byte at the edge and at the door: refused, and nobody behind is asked."""

import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from django.db import transaction

from jumuishi.exchange import node, registering
from jumuishi.exchange.signing import hop
from jumuishi.exchange.signing.base import Life, RequestHead, signed
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.test_gateway import CLIENT, SERVICE, officer, scene, signed_call
from jumuishi.exchange.xroad.request import read_request

__all__ = ["scene"]
pytestmark = pytest.mark.slow
TARGET = f"/r1/{SERVICE}/customers"


def told(at: str, data: bytes, wait: float = 3.0, then: bytes = b"", pause: float = 0.0) -> bytes:
    """What a listener answers to these very bytes, and to more of them a while later."""
    parts = urlsplit(at)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=wait) as plain:
        line = plain
        if parts.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            line = context.wrap_socket(plain)
        line.sendall(data)
        if then:
            time.sleep(pause)
            line.sendall(then)
        found = b""
        try:
            while piece := line.recv(65_536):
                found += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return found


def head(number: str, *lines: str, verb: str = "POST", target: str = TARGET) -> bytes:
    given = ("Host: x", f"X-Road-Client: {CLIENT}", f"X-Road-Id: {number}", *lines)
    return f"{verb} {target} HTTP/1.1\r\n{''.join(f'{one}{chr(13)}{chr(10)}' for one in given)}\r\n".encode()


def asked_for(scene: Any, number: str) -> int:
    return sum(("X-Road-Id", number) in headers for _, _, headers, _ in scene.system.came)


def to_door(scene: Any, body: bytes) -> tuple[bytes, str]:
    """A call as the bank's node sends it, as bytes, and its number."""
    address_, headers = signed_call(scene, body)
    number = next(value for name, value in headers if name.lower() == "x-road-id")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    text = f"POST {urlsplit(address_).path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    return text.encode() + body, number


@pytest.mark.parametrize(
    ("lines", "before"),
    [
        (("Content-Length: 4", "Transfer-Encoding: chunked"), b"0\r\n\r\n"),
        (("Transfer-Encoding: chunked, identity",), b"0\r\n\r\n"),
        (("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "Content-Length: 3"), b"0\r\n\r\n"),
        (("Content-Length: 0", "Content-Length: 400"), b""), (("Content-Length: +0",), b""),
        (("Content-Length: 0x0",), b""), (("Content-Length: 0, 400",), b""), (("Content-Length : 0",), b""),
        (("Transfer-Encoding: \x0bchunked",), b"0\r\n\r\n"), (("Transfer-Encoding: chunked",), b"0;\x00\r\n\r\n"),
        (("Transfer-Encoding: chunked",), b"-1\r\n\r\n"), (("Transfer-Encoding: chunked",), b"0x0\r\n\r\n"),
    ],
)  # fmt: skip
def test_a_hidden_request_is_carried_nowhere(scene: Any, lines: tuple[str, ...], before: bytes) -> None:
    hidden = f"hidden-{uuid4()}"
    smuggled = head(hidden, "Content-Length: 0")
    # At the edge, and at the door behind a call that is signed.
    told(scene.gateway.edge, head(f"open-{uuid4()}", *lines) + before + smuggled, wait=1.0)
    assert asked_for(scene, hidden) == 0
    whole, _ = to_door(scene, b"")
    framed = whole.replace(b"Content-Length: 0\r\n", "".join(f"{one}\r\n" for one in lines).encode())
    told(scene.gateway.door, framed + before + smuggled, wait=1.0)
    assert asked_for(scene, hidden) == 0


@pytest.mark.parametrize(
    "odd",
    [
        "X-Odd: a\rX-Road-Client: TZ/GOV/maji-mfano/wateja", "X-Odd: a\nX-Road-Client : x", "X-Odd: a\x00b",
        "X-Odd : a", " X-Odd: a", "X-Odd: a\r\n b", "X-Odd", ": a", "X\xe9-Odd: a", "X-Odd(: a",
        "X_Road_Client: TZ/GOV/maji-mfano/wateja", "X-HTTP-Method-Override: DELETE", "X-Original-URL: /siri",
    ],
)  # fmt: skip
def test_no_header_is_slipped_in(scene: Any, odd: str) -> None:
    number = f"odd-{uuid4()}"
    answer = told(scene.gateway.edge, head(number, odd, "Content-Length: 0", "Connection: close"))
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 ")), answer[:80]
    assert asked_for(scene, number) == 0


def test_a_request_line_that_is_none(scene: Any) -> None:
    count = len(scene.system.came)
    for line in (
        f"GET {TARGET} HTTP/1.1 x", f"GET {TARGET}\x00 HTTP/1.1", f"GET  {TARGET} HTTP/1.1",
        f"G\x01T {TARGET} HTTP/1.1",
        f"GET http://169.254.169.254{TARGET} HTTP/1.1", "CONNECT 127.0.0.1:5432 HTTP/1.1", f"GET {TARGET} HTTP/9.9",
        f"GET {TARGET}/{'a' * 40_000} HTTP/1.1",
    ):  # fmt: skip
        data = f"{line}\r\nHost: x\r\nX-Road-Client: {CLIENT}\r\nConnection: close\r\n\r\n".encode()
        answer = told(scene.gateway.edge, data)
        assert not answer.startswith(b"HTTP/1.1 2"), line[:80]
    assert len(scene.system.came) == count


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'alg="ecdsa-p256-sha256"', b'alg="hmac-sha256"', b"algorithm"),
        (b'alg="ecdsa-p256-sha256"', b'alg="none"', b"algorithm"),
        (b'alg="ecdsa-p256-sha256"', b'alg="ed25519"', b"algorithm"),
        (b' "content-digest")', b")", b"components"), (b'"@method" ', b"", b"components"),
        (b'tag="jumuishi-exchange-1"', b'tag="jumuishi-exchange-0"', b"parameters"),
        (b"content-digest: sha-256=", b"content-digest: md5=", b"signature"),
        (b"Signature: ", b"X-Signature: ", b"unsigned"), (b"POST /", b"PUT /", b"signature"),
    ],
)  # fmt: skip
def test_a_weaker_signature_counts_for_nothing(scene: Any, old: bytes, new: bytes, why: bytes) -> None:
    whole, number = to_door(scene, b"{}")
    assert old in whole
    answer = told(scene.gateway.door, whole.replace(old, new))
    assert b" 401 " in answer[:20], answer[:200]
    assert answer.partition(b"\r\n\r\n")[2].startswith(why)
    assert asked_for(scene, number) == 0


def test_a_key_speaks_for_its_owner_only(scene: Any) -> None:
    """One's own good key under another's name: between nodes by signature, at the edge by X-Jumuishi-Key."""
    now, headers = int(time.time()), (("X-Road-Client", CLIENT),)
    asked = read_request("POST", TARGET, headers, instance="TZ", request_id=str(uuid4()), fresh=str(uuid4()))
    crossing = hop.crossing(asked, purpose="", agreement="", body=digest_of(b""))
    with transaction.atomic():
        theirs = node.opened(node.key_of_member(officer("maji-mfano", "Bakari").workplace))
        request = RequestHead("POST", node.own().name, asked.target, crossing)
        other_node = RequestHead("POST", "another-node", asked.target, crossing)
        ours = node.opened(node.key_of_member(officer("benki-mfano", "Shabani").workplace))
        _, key = registering.make_key(actor=officer("maji-mfano", "Bakari"), subsystem_id=scene.home)
    life = Life(now, now + 60, str(uuid4()))
    count = len(scene.system.came)
    with httpx.Client(verify=False, trust_env=False) as stranger:  # noqa: S501  # whoever stands between the nodes
        for signature, why in (
            (signed(request, theirs, life), "anothers_key"),
            (signed(other_node, ours, life), "signature"),
        ):
            answer = stranger.post(f"{scene.gateway.door}{TARGET}", headers=[*crossing, *signature])
            assert (answer.status_code, answer.text.partition(":")[0]) == (401, why)
    # From an address that the bank never named, with the water authority's key.
    claimed = head(f"x-{uuid4()}", f"X-Jumuishi-Key: {key}", "X-Forwarded-For: 203.0.113.7", "Content-Length: 0")
    refused = told(scene.gateway.edge, claimed.replace(b"Host: x", b"Host: x\r\nConnection: close"))
    assert b"not found" in refused
    assert len(scene.system.came) == count


def test_too_large_and_too_slow_hold_no_place(scene: Any, database: Any) -> None:
    large = b"x" * 1_100_000
    with running.gateway(database.app, JUMUISHI_EXCHANGE_MOST_MB="1") as small:
        number, count = f"large-{uuid4()}", len(scene.system.came)
        answer = told(small.edge, head(number, f"Content-Length: {len(large)}", "Connection: close") + large)
        assert answer.startswith(b"HTTP/1.1 400 "), answer[:80]
        assert b"The body is too large" in answer
        chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        answer = told(small.edge, head(number, "Transfer-Encoding: chunked", "Connection: close") + chunk * 18)
        assert b"The body is too large" in answer
        whole, _ = to_door(scene, b"{}")
        answer = told(small.door, whole.replace(b"Content-Length: 2", b"Content-Length: 1100000")[:-2] + large)
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:80]
        answers: dict[str, bytes] = {}
        ended: dict[str, float] = {}

        def trickle(name: str, at: str, data: bytes) -> None:
            answers[name], ended[name] = told(at, data, wait=75), time.monotonic()

        lines = [
            threading.Thread(target=trickle, args=("edge", small.edge, head(number, "Content-Length: 9") + b"a")),
            threading.Thread(target=trickle, args=("door", small.door, whole[:-1])),
            threading.Thread(target=trickle, args=("edge's head", small.edge, head(number)[:-2])),
            threading.Thread(target=trickle, args=("door's head", small.door, whole[:40])),
        ]
        began = time.monotonic()
        for one in lines:
            one.start()
        for one in lines:
            one.join()
        assert max(ended.values()) - began < 70, "nobody was let go of"
        assert b"The body came too slowly" in answers["edge"]
        assert answers["door"].startswith(b"HTTP/1.1 408 ")
        assert (answers["edge's head"], answers["door's head"]) == (b"", b"")
        assert len(scene.system.came) == count
