"""Bodies: kept byte by byte, in either form, of any size."""

from jumuishi.exchange.conform.checks.passing import arrived, sent
from jumuishi.exchange.conform.model import Scene, check, must


@check("body", expects="bodies are kept byte by byte both ways", source="PR-REST 4.7")
def body(scene: Scene) -> None:
    for given in (bytes(range(256)), "Jina: Ñoño, ꙮ\r\n".encode(), b"\x00", b'{ "a":1 }\n'):
        answer, seen = sent(scene, "POST", "/echo", ("Content-Type", "application/octet-stream"), body=given)
        must(arrived(answer, seen).body == given, f"{given[:20]!r} came as {seen[0].body[:40]!r}")
        must(answer.body == given, f"{given[:20]!r} came back as {answer.body[:40]!r}")


@check("body-chunked", expects="a body in chunks is taken", source="RFC 9112 7.1")
def chunked(scene: Scene) -> None:
    answer, seen = sent(scene, "POST", "/echo", body=b"vipande vipande", chunked=True)
    must(arrived(answer, seen).body == b"vipande vipande", f"{seen[0].body!r}")


@check("body-encoded", expects="an encoded body is not decoded on the way", source="PR-REST 4.7")
def encoded(scene: Scene) -> None:
    given = b"\x1f\x8b\x08\x00not really"
    answer, seen = sent(scene, "POST", "/echo", ("Content-Encoding", "gzip"), body=given)
    came = arrived(answer, seen)
    must(came.body == given and came.all("content-encoding") == ["gzip"], f"{came.body!r}")


@check("body-large", expects="a large body is carried both ways", source="PR-REST 4.2; no limit of its own")
def large(scene: Scene) -> None:
    given = bytes(range(251)) * (scene.large // 251 + 1)
    answer, seen = sent(scene, "PUT", "/echo", body=given)
    must(arrived(answer, seen).body == given, f"{len(seen[0].body)} of {len(given)} bytes came")
    must(answer.body == given, f"{len(answer.body)} of {len(given)} bytes came back")
