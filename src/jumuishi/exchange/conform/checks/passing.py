"""What goes through an edge as it is, and what does not go through."""

from uuid import UUID, uuid4

from jumuishi.exchange.conform.asking import CLIENT, Answer
from jumuishi.exchange.conform.model import Scene, check, must
from jumuishi.exchange.conform.provider import Came

VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
HOP = (
    "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Upgrade", "User-Agent",
    "Server",
)  # fmt: skip
ID = "x-road-id"


def sent(
    scene: Scene, verb: str, rest: str, *headers: tuple[str, str], body: bytes = b"", chunked: bool = False
) -> tuple[Answer, list[Came]]:
    """One call with a fresh number; what came back, and what came to the provider under that number."""
    behind, number = scene.behind(), f"conform-{uuid4()}"
    given = ((CLIENT, scene.client), (ID, number), *headers)
    answer = scene.edge.ask(verb, scene.base + rest, given, body, chunked=chunked)
    return answer, behind.of(number)


def arrived(answer: Answer, came: list[Came]) -> Came:
    """The one request that came; raises Broken where it was none or several."""
    must(len(came) == 1, f"the provider was asked {len(came)} times, status {answer.status}: {answer.body[:120]!r}")
    return came[0]


@check("verbs", expects="all eight verbs reach the provider as they are", source="PR-REST 4.2, code Verb")
def verbs(scene: Scene) -> None:
    for verb in VERBS:
        came = arrived(*sent(scene, verb, "/echo"))
        must(came.verb == verb, f"{verb} came as {came.verb}")


@check("path", expects="the path is joined to the provider's address", source="PR-REST 4.2")
def path(scene: Scene) -> None:
    for rest in ("/echo/a%20b/c", "/echo/~a-b_c.d", ""):
        target = arrived(*sent(scene, "GET", rest)).target
        must(target.endswith(rest), f"{rest!r} came as {target!r}")


@check("query", expects="the query reaches the provider byte by byte", source="PR-REST 4.5")
def query(scene: Scene) -> None:
    for rest in ("/echo?a=%2F&b=%20+&c=%C3%A9&&=", "/echo?", "/echo?a?b/c:@!$'()*,;=", "/echo?%41=%61"):
        target = arrived(*sent(scene, "GET", rest)).target
        must(target.endswith(rest), f"{rest!r} came as {target!r}")


@check("headers", expects="other headers pass, Authorization, cookies and caching too", source="PR-REST 4.3, 4.7")
def headers(scene: Scene) -> None:
    given = (
        ("Authorization", "Bearer a.b.c"), ("Cache-Control", "no-cache"), ("Cookie", "a=1; b=2"),
        ("X-Custom", "Habari"),
        ("Accept", "text/plain;q=0.5, */*"), ("If-None-Match", '"x"'), ("X-Road-UserId", "TZ19000101"),
        ("X-Road-Issue", "77"), ("Content-Type", "application/x-mfano"),
    )  # fmt: skip
    came = arrived(*sent(scene, "POST", "/echo", *given, body=b"x"))
    for name, value in given:
        must(came.all(name) == [value], f"{name}: {came.all(name)}")


@check("headers-twice", expects="a header that is there twice comes twice", source="PR-REST 4.7")
def headers_twice(scene: Scene) -> None:
    came = arrived(*sent(scene, "GET", "/echo", ("X-Mara", "1"), ("X-Mara", "2")))
    must(", ".join(came.all("x-mara")) == "1, 2", f"{came.all('x-mara')}")


@check("hop-headers", expects="headers of one hop and of the sender don't pass", source="PR-REST 4.3")
def hop_headers(scene: Scene) -> None:
    mark = "kwa-hatua-moja"
    given = [(name, mark) for name in HOP if name not in ("Connection", "TE", "Upgrade")]
    came = arrived(*sent(scene, "GET", "/echo", *given, ("TE", "trailers")))
    passed = [name for name in HOP if mark in "".join(came.all(name)) or (name == "TE" and came.all("te"))]
    must(not passed, f"{passed} came through")


@check("request-id", expects="the request's own number and hash are the edge's, not the client's", source="PR-REST 4.3")
def request_id(scene: Scene) -> None:
    forged = str(uuid4())
    answer, seen = sent(scene, "GET", "/echo", ("X-Road-Request-Id", forged), ("X-Road-Request-Hash", "AAAA"))
    came = arrived(answer, seen)
    must(forged not in came.all("x-road-request-id"), "the client's X-Road-Request-Id came through")
    must("AAAA" not in came.all("x-road-request-hash"), "the client's X-Road-Request-Hash came through")
    UUID(answer.one("x-road-request-id"))


@check("last-client", expects="of several X-Road-Client headers the last counts", source="PR-REST 4.3")
def last_client(scene: Scene) -> None:
    behind, number = scene.behind(), f"conform-{uuid4()}"
    other = f"{scene.client.rpartition('/')[0]}/no-such-system-0"
    both = [(CLIENT, other), (CLIENT, scene.client), (ID, number)]
    arrived(scene.edge.ask("GET", f"{scene.base}/echo", both), behind.of(number))
    refused = scene.edge.ask("GET", f"{scene.base}/echo", [(CLIENT, scene.client), (CLIENT, other)])
    must(refused.one("x-road-error"), f"the first counted: status {refused.status}")


@check("answer-headers", expects="an answer says client, service, message and request, each once", source="PR-REST 4.3")
def answer_headers(scene: Scene) -> None:
    answer, seen = sent(scene, "GET", "/echo")
    came = arrived(answer, seen)
    for name, value in (
        ("x-road-client", scene.client), ("x-road-service", scene.service), (ID, came.all(ID)[0]),
        ("x-road-request-id", (came.all("x-road-request-id") or [""])[0]),
    ):  # fmt: skip
        must(answer.one(name) == value, f"{name}: {answer.all(name)}")
    must(not answer.all("x-road-error"), "X-Road-Error in an answer that is none")


@check("made-id", expects="a message without X-Road-Id gets one that names the instance", source="PR-REST 4.3, code")
def made_id(scene: Scene) -> None:
    scene.behind()
    answer = scene.edge.ask("GET", f"{scene.base}/echo", [(CLIENT, scene.client)])
    made = answer.one(ID)
    must(made.startswith(scene.client.partition("/")[0] + "-"), f"x-road-id {made!r}")
    must(len(scene.behind().of(made)) == 1, "the provider got another")


@check("status", expects="the provider's own errors pass as they are, without X-Road-Error", source="PR-REST 4.6")
def status(scene: Scene) -> None:
    for code in (201, 204, 304, 400, 404, 429, 500, 503):
        answer, _ = sent(scene, "GET", f"/status/{code}")
        must(answer.status == code, f"{code} came as {answer.status}")
        must(not answer.all("x-road-error"), f"X-Road-Error with a provider's {code}")


@check("redirect", expects="a redirect is passed on and not followed", source="PR-REST 4.4")
def redirect(scene: Scene) -> None:
    answer, seen = sent(scene, "GET", "/moved")
    arrived(answer, seen)
    must(answer.status == 302, f"status {answer.status}")
    must(answer.one("location") == "http://elsewhere.example/habari?a=1", f"Location {answer.all('location')}")


@check("cookies", expects="two Set-Cookie of the provider stay two", source="PR-REST 4.7, RFC 6265 3")
def cookies(scene: Scene) -> None:
    answer, _ = sent(scene, "GET", "/cookies")
    must(answer.all("set-cookie") == ["a=1", "b=2"], f"{answer.all('set-cookie')}")
