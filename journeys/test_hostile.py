"""Whoever sends rubbish gets a clear refusal: no fault of ours, nothing hangs, nothing grows, nothing is kept."""

import gzip
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench._installation import Installed
from journeys.visitor import PDF, Visitor

pytestmark = [pytest.mark.database, pytest.mark.slow]
# A browser never waits longer than this for the answer to rubbish; memory of the web process grows by no more.
SECONDS, MEGABYTES = 10.0, 150
PNG = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb_png(side: int = 60_000) -> bytes:
    """A picture of many gigabytes in a few kilobytes."""
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 4_000_000, 9)) + chunk(b"IEND", b"")


def bomb_pdf() -> bytes:
    """Streams within streams, each a thousand times larger than it looks, with script that would open by itself."""
    inner = zlib.compress(zlib.compress(b"0 " * 20_000_000, 9), 9)
    return b"%PDF-1.7\n" + (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
        b"2 0 obj<</Type/ObjStm/N 9/First 9/Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n"
    ) % (len(inner), inner)


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("hati.pdf", b"", "application/pdf"),
    "a zip in disguise": ("hati.pdf", b"PK\x03\x04" + b"\0" * 100, "application/pdf"),
    "a program in disguise": ("hati.pdf", b"MZ\x90\0" + b"\0" * 100, "application/pdf"),
    "a page in disguise": ("hati.pdf", b"<html><script>alert(1)</script>", "application/pdf"),
    "a drawing that runs": ("hati.svg", b"<svg onload='alert(1)'/>", "image/svg+xml"),
    "a polyglot that begins late": ("hati.pdf", b"<script>1</script>" + PDF, "application/pdf"),
    "magic of half a length": ("hati.png", PNG[:4], "image/png"),
    "a packed bomb": ("hati.pdf", gzip.compress(b"\0" * 50_000_000), "application/pdf"),
    "too large": ("hati.pdf", PDF + b"\0" * 6_000_000, "application/pdf"),
}
NAMES = (
    "../../../../etc/passwd.pdf", "..\\..\\windows\\system32\\x.pdf", "hati\u202efdp.exe.pdf", "hati\x00.pdf.exe",
    "a" * 4000 + ".pdf", "\u200b.pdf", "<img src=x onerror=alert(1)>.pdf", '"; drop table x; --.pdf', ".pdf",
    "hati\r\nX-Evil: 1.pdf",
)  # fmt: skip


@pytest.fixture(scope="module")
def asha(talkative: Installed) -> Visitor:
    return Visitor(talkative)


@pytest.fixture
def draft(asha: Visitor) -> str:
    return asha.begins()


def memory(house: Installed) -> int:
    """Megabytes that the web processes hold."""
    total = 0
    for pid in house.processes("granian"):
        line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
        total += int(line.split()[1]) // 1024
    return total


def kept(house: Installed) -> set[Path]:
    return {path for path in (house.here.data / "files").rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def _bounded(talkative: Installed) -> Iterator[None]:
    """No test of this file leaves a fault in the log, a grown process or a process that died behind."""
    log = talkative.here.data / "log/web.log"
    before, size, pids = memory(talkative), log.stat().st_size, talkative.processes("granian")
    yield
    said = log.read_bytes()[size:].decode(errors="replace")
    assert "Internal Server Error" not in said, said[said.index("Internal Server Error") - 200 :][:3000]
    assert memory(talkative) - before < MEGABYTES
    assert talkative.processes("granian") == pids


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_none_is_refused_and_not_kept(
    asha: Visitor, talkative: Installed, draft: str, what: str
) -> None:
    before, began = kept(talkative), time.monotonic()
    answer = asha.send(f"{draft}applicant/", {"full_name": "Asha"}, files={"tax_clearance": REFUSED[what]})
    assert answer.status_code == 400
    assert 'class="errs"' in answer.text
    assert time.monotonic() - began < SECONDS
    assert kept(talkative) == before


@pytest.mark.parametrize(("name", "content"), [("hati.png", bomb_png()), ("hati.pdf", bomb_pdf())])
def test_a_bomb_is_only_bytes(asha: Visitor, talkative: Installed, draft: str, name: str, content: bytes) -> None:
    """Nothing of ours unpacks what people hand in: it is kept as it is, or refused, and shown in a sandbox."""
    assert len(content) < 100_000
    began = time.monotonic()
    asha.send(f"{draft}applicant/", {"full_name": "Asha"}, files={"tax_clearance": (name, content)})
    answer = asha.send("/hakiki/", {"how": "file"}, files={"file": (name, content)})
    assert answer.status_code in (200, 422)
    by_api = asha.http.post("/api/v1/verify/file", files={"file": (name, content)})
    assert by_api.status_code < 500
    assert "genuine" not in by_api.text
    assert time.monotonic() - began < SECONDS


def test_a_files_name_is_only_a_name(asha: Visitor, talkative: Installed, draft: str) -> None:
    for name in NAMES:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n%s\r\n'
            b'--b\r\nContent-Disposition: form-data; name="tax_clearance"; filename="%s"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%s\r\n--b--\r\n"
        ) % (_mark(asha, draft), name.encode(), PDF)
        answer = asha.http.post(
            f"{draft}applicant/", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"}
        )
        assert answer.status_code in (200, 400, 403, 422), name
        assert "X-Evil" not in answer.headers
        assert "<img src=x" not in answer.text
    root = talkative.here.data / "files"
    assert all(len(path.name) == 32 for path in root.rglob("*") if path.is_file())


def _mark(asha: Visitor, draft: str) -> bytes:
    asha.get(f"{draft}applicant/")
    return asha.http.cookies["csrftoken"].encode()


FORMS = {
    "a null": {"full_name": "Asha\x00Juma"},
    "a megabyte": {"full_name": "a" * 900_000},
    "two megabytes": {"full_name": "a" * 2_000_000},
    "ten thousand fields": {f"f{n}": "1" for n in range(10_000)},
    "a deep name": {"a" + "__0" * 3000: "1"},
    "a group without end": {"branches__999999999__branch_name": "x"},
    "a number of many digits": {"years": "9" * 5000, "nin": "9" * 5000, "tin": "\u0661" * 9},
    "controls and directions": {"full_name": "\u202e\u2066\x1b[2J\x07", "tin": "\ufeff"},
    "marks without end": {"full_name": "a" + "\u0301" * 50_000},
    "a template": {"full_name": "{{7*7}}{% load x %}${7*7}<%=7*7%>#{7*7}"},
    "a formula": {"full_name": '=HYPERLINK("http://evil.example","x")'},
    "a script": {"full_name": "<script>alert(1)</script>\"'><svg onload=alert(1)>"},
}


@pytest.mark.parametrize("what", FORMS)
@pytest.mark.parametrize(
    "path", ["applicant", "/ingia/", "/fuatilia/", "/ofisi/ingia/", "/taasisi/jiunge/", "/hakiki/"]
)
def test_a_form_of_rubbish_is_refused(asha: Visitor, draft: str, path: str, what: str) -> None:
    began = time.monotonic()
    given = FORMS[what]
    if not path.startswith("/"):
        path = f"{draft}{path}/"
    else:
        rubbish = next(iter(given.values()))
        given = {**given, **dict.fromkeys(("phone", "reference", "name", "password", "number", "name_sw"), rubbish)}
    answer = asha.send(path, given)
    assert answer.status_code in (200, 400, 404, 413, 422), answer.status_code
    assert "<script>alert" not in answer.text
    if what == "a template" and 'name="full_name"' in answer.text:
        assert "{{7*7}}" in answer.text
    assert time.monotonic() - began < SECONDS


def test_bytes_that_are_no_text(asha: Visitor, draft: str) -> None:
    """Lone surrogates and broken UTF-8, as no browser sends them; and forms whose parts contradict each other."""
    mark = _mark(asha, draft)
    for kind, body in (
        ("application/x-www-form-urlencoded", b"csrfmiddlewaretoken=" + mark + b"&full_name=%ED%A0%80%FF%FE"),
        ("application/x-www-form-urlencoded", b"csrfmiddlewaretoken=" + mark + b"&full_name=" + b"%" * 1000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"csrfmiddlewaretoken=" + mark + b"&full_name=+ADw-x"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"csrfmiddlewaretoken=" + mark + b"&full_name=x"),
        ("multipart/form-data", b"--b\r\n\r\n"),
        ("multipart/form-data; boundary=", b"--\r\n\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" * 20_000),
        ("multipart/form-data; boundary=" + "b" * 5000, b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n"
         b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--"),
        ("application/json", b"[" * 100_000),
        ("text/plain", mark),
    ):  # fmt: skip
        # A server that has read enough answers and hangs up: the next one comes over a connection of its own.
        headers = {"Content-Type": kind, "Connection": "close"}
        answer = asha.http.post(f"{draft}applicant/", content=body, headers=headers)
        assert answer.status_code in (200, 400, 403, 413, 422), (kind, answer.status_code)


@pytest.mark.parametrize("path", ["/api/v1/track", "/api/v1/sign-in", "/api/v1/drafts"])
def test_json_of_rubbish_is_a_problem(asha: Visitor, path: str) -> None:
    for body in (
        b"[" * 100_000, b'{"a":' * 100_000, b'{"reference": "\\ud800"}', b'{"phone": 1e999}', b"\xff\xfe", b"",
        b'{"reference": ' + b"9" * 100_000 + b"}", b'{"code": NaN, "phone": "x"}', b'{"phone": {"$ne": ""}}',
        b'{"phone":"0700000001","phone":"0700000002","code":"000000"}', b"null", b'"x"',
    ):  # fmt: skip
        answer = asha.http.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 413, 422, 429), (body[:40], answer.status_code)
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_cookies_and_headers_of_rubbish(talkative: Installed) -> None:
    for name, value in (
        ("Cookie", "sessionid=" + "x" * 7000), ("Cookie", "sessionid=../../etc/passwd"), ("Cookie", "sessionid=';--"),
        ("Cookie", "=;" * 1000), ("Cookie", "csrftoken=\"\\\"; sessionid=%00"), ("Accept-Language", "en," * 1500),
        ("Accept-Language", "\xff\xfe"), ("X-Forwarded-For", "' OR 1=1--"), ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "javascript"), ("Range", "bytes=0-,0-,0-" + ",0-" * 900), ("If-None-Match", '"' * 5000),
        ("Authorization", "Bearer " + "x" * 6000), ("Referer", "\x01"), ("Content-Type", ";" * 5000),
        ("Accept-Encoding", "gzip;q=nonsense"), ("X-HTTP-Method-Override", "DELETE"), ("Content-Length", "-1"),
    ):  # fmt: skip
        for path in ("/", "/maombi/", "/ofisi/", "/api/v1/cases", "/fuatilia/"):
            status, answer = raw(talkative, f"GET {path} HTTP/1.1", f"{name}: {value}")
            assert status in (200, 302, 400, 401, 403, 404, 416, 431), (name, value[:40], path, status)
            assert b"evil.example" not in answer


def test_addresses_of_rubbish(talkative: Installed) -> None:
    for path in (
        "/" + "a" * 7000, "/%00", "/%ff%fe", "/%E0%80%AF", "/../../etc/passwd", "/static/../../etc/passwd",
        "/static/..%2f..%2fetc/passwd", "/huduma/?q=" + "%F0%9F%98%80" * 900, "/huduma/?page=99999999999999999999",
        "/huduma/?page=-1", "/maombi/00000000-0000-0000-0000-000000000000/", "/evidence/tile/../../etc/passwd",
        "/evidence/99999999999999999999/checkpoint", "/evidence/tile/9999/x999/x999/999", "//evil.example/",
        "/en/en/en/", "/huduma/%27/%22/", "/fuatilia/?reference=%00",
    ):  # fmt: skip
        status, answer = raw(talkative, f"GET {path} HTTP/1.1")
        assert status in (200, 301, 302, 400, 401, 404, 414, 431), (path[:60], status)
        assert b"root:" not in answer


def raw(house: Installed, first: str, *lines: str, body: bytes = b"") -> tuple[int, bytes]:
    """One request written by hand; its status and answer."""
    host, _, port = house.host.partition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as door:
        head = "\r\n".join([first, f"Host: {house.host}", "Connection: close", *lines, "", ""])
        door.sendall(head.encode("latin-1") + body)
        answer = b""
        while part := door.recv(65536):
            answer += part
    words = answer.split(b" ", 2)
    return (int(words[1]) if len(words) > 2 else 400), answer


def test_a_body_that_never_ends_holds_nobody_up(talkative: Installed, asha: Visitor) -> None:
    """Slow senders wait at their own door: others are served meanwhile, and what was announced is bounded."""
    host, _, port = talkative.host.partition(":")
    slow = [socket.create_connection((host, int(port)), timeout=5) for _ in range(3)]
    try:
        for door in slow:
            door.sendall(f"POST /ingia/ HTTP/1.1\r\nHost: {talkative.host}\r\nContent-Length: 900\r\n\r\nph".encode())
        time.sleep(0.5)
        began = time.monotonic()
        assert asha.get("/").status_code == 200
        assert time.monotonic() - began < 5
    finally:
        for door in slow:
            door.close()
    status, _ = raw(
        talkative, "POST /api/v1/track HTTP/1.1", "Content-Type: application/json", "Content-Length: 99999999999"
    )
    assert status == 413


def test_a_body_in_pieces_is_bounded(talkative: Installed) -> None:
    """Chunks without a length can't go round the limits."""
    piece = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    lines = ("Transfer-Encoding: chunked", "Content-Type: application/x-www-form-urlencoded")
    for path in ("/ingia/", "/api/v1/track", "/payments/gepg/", "/sms/mgov/", "/ussd/africastalking/"):
        began = time.monotonic()
        try:
            status, _ = raw(talkative, f"POST {path} HTTP/1.1", *lines, body=piece * 640 + b"0\r\n\r\n")
        except (ConnectionError, TimeoutError):
            status = 413  # the door was shut while we were still talking
        assert status in (400, 403, 411, 413, 415), (path, status)
        assert time.monotonic() - began < SECONDS


def test_no_part_of_a_file_lies_about(talkative: Installed) -> None:
    assert not list((talkative.here.data / "files").rglob("*.part"))
