"""What common servers read in different ways: an edge that lets it through is a way around its own rights."""

from uuid import uuid4

from jumuishi.exchange.conform.asking import CLIENT
from jumuishi.exchange.conform.checks.passing import ID, sent
from jumuishi.exchange.conform.model import Kind, Scene, check, must

PATHS = (
    "/echo/..%2fsiri", "/echo/%2e%2e/siri", "/echo/../siri", "/echo/.%2e/siri", "/echo/%252e%252e/siri", "/echo//siri",
    "/echo/%5c..%5csiri", "/echo/..%5csiri", "/echo/a%00b", "/echo/%c0%ae%c0%ae/siri", "/echo/a;b/../siri", "/./echo",
)  # fmt: skip
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL")


@check(
    "path-tricks", expects="a path that servers read in two ways reaches nobody", source="XRDDEV-3054, changelog 7.7.1",
    kind=Kind.HARDENING,
)  # fmt: skip
def path_tricks(scene: Scene) -> None:
    for rest in PATHS:
        answer, came = sent(scene, "GET", rest)
        must(not came, f"{rest!r} reached the provider as {came[0].target!r}" if came else "")
        must(answer.status >= 400, f"{rest!r}: status {answer.status}")


@check(
    "overrides", expects="no header changes the verb or the address that rights were decided on",
    source="RFC 9110 9.1; rights are by verb and path", kind=Kind.HARDENING,
)  # fmt: skip
def overrides(scene: Scene) -> None:
    for name in OVERRIDES:
        _, came = sent(scene, "GET", "/echo", (name, "DELETE"))
        must(not came or not came[0].all(name), f"{name} reached the provider")


@check(
    "disguised-client", expects="no header that servers read as X-Road-Client names another client",
    source="PR-REST 4.3; RFC 3875 4.1.18", kind=Kind.HARDENING,
)  # fmt: skip
def disguised(scene: Scene) -> None:
    _, came = sent(scene, "GET", "/echo", ("X_Road_Client", "A/B/C/D"))
    must(not came or not came[0].all("x_road_client"), "X_Road_Client reached the provider")


@check(
    "forged-error", expects="a provider can't say X-Road-Error, nor whose service it is", source="PR-REST 4.3, 4.6",
    kind=Kind.HARDENING,
)  # fmt: skip
def forged(scene: Scene) -> None:
    answer, _ = sent(scene, "GET", "/forged")
    must(not answer.all("x-road-error"), "the provider's X-Road-Error came through")
    must(answer.all("x-road-service") == [scene.service], f"x-road-service {answer.all('x-road-service')}")


def _head(scene: Scene, number: str, *lines: str) -> bytes:
    more = [f"{name}: {value}" for name, value in scene.edge.more]
    given = (f"Host: {scene.edge.host}", f"{CLIENT}: {scene.client}", f"{ID}: {number}", *more, *lines)
    return f"POST {scene.base}/echo HTTP/1.1\r\n{''.join(one + chr(13) + chr(10) for one in given)}\r\n".encode()


def _second(scene: Scene) -> tuple[str, bytes]:
    """A request that hides in the body of another, and its number."""
    number = f"conform-{uuid4()}"
    return number, _head(scene, number, "Content-Length: 0").replace(b"/echo HTTP", b"/echo/siri HTTP")


@check(
    "smuggling", expects="a request with two lengths, or a length in two forms, is one request or none",
    source="RFC 9112 6.3, 11.2", kind=Kind.HARDENING,
)  # fmt: skip
def smuggling(scene: Scene) -> None:
    behind = scene.behind()
    for lines, before in (
        (("Content-Length: 4", "Transfer-Encoding: chunked"), b"0\r\n\r\n"),
        (("Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Content-Length: 4"), b"0\r\n\r\n"),
        (("Content-Length: 0", "Content-Length: 400"), b""),
        (("Content-Length: +4",), b"abcd"),
        (("Transfer-Encoding: xchunked", "Content-Length: 4"), b"abcd"),
        (("Transfer-Encoding : chunked", "Content-Length: 4"), b"abcd"),
    ):
        hidden, second = _second(scene)
        scene.edge.raw(_head(scene, f"conform-{uuid4()}", *lines) + before + second, wait=1.5)
        must(not behind.of(hidden), f"a hidden request was carried after {lines}")


@check(
    "header-lines", expects="a header that is none is refused: space before its colon, folded, with a lone CR or a NUL",
    source="RFC 9112 5.1, 5.2; RFC 9110 5.5", kind=Kind.HARDENING,
)  # fmt: skip
def header_lines(scene: Scene) -> None:
    behind = scene.behind()
    for odd in ("X-Odd : a", "X-Odd: a\r\n folded", "X-Odd: a\rX-More: b", "X-Odd: a\x00b", "X-Odd", ": a"):
        number = f"conform-{uuid4()}"
        said = scene.edge.raw(_head(scene, number, odd, "Content-Length: 0", "Connection: close"), wait=2)
        must(not behind.of(number), f"{odd!r} reached the provider")
        must(not said or b" 4" in said[:12] or b" 5" in said[:12], f"{odd!r}: {said[:40]!r}")
