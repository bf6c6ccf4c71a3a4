"""The request hash: by it both ends know that an answer belongs to a request."""

import hashlib
from base64 import b64encode
from uuid import uuid4

from jumuishi.exchange.conform.asking import CLIENT, Answer
from jumuishi.exchange.conform.checks.passing import ID
from jumuishi.exchange.conform.model import Scene, check, must

HASH, REQUEST = "x-road-request-hash", "x-road-request-id"
# What is not part of the message: of one hop, of the connection, or made anew.
_NOT = frozenset({
    "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", REQUEST, HASH,
})  # fmt: skip


def hash_of(
    verb: str, target: str, headers: list[tuple[str, str]], answer: Answer, body: bytes, dropped: frozenset[str]
) -> str:
    """As PR-REST 4.3 has it; `dropped` are headers that only this edge knows, in small letters."""
    kept = [(name, value) for name, value in headers if name.lower() not in _NOT | dropped]
    kept.append((REQUEST, answer.one(REQUEST)))
    if not any(name.lower() == ID for name, _ in headers):
        kept.append((ID, answer.one(ID)))
    lines = [f"{verb} {target}".replace(" ", "\r\n", 1), *(f"{name}:{value}" for name, value in kept)]
    message = hashlib.sha512("".join(f"{one}\r\n" for one in lines).encode()).digest()
    if body:
        message = hashlib.sha512(message + hashlib.sha512(body).digest()).digest()
    return b64encode(message).decode()


def must_match(scene: Scene, verb: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
    """Ask, and hold the answer to its request."""
    answer = scene.edge.ask(verb, target, headers, body)
    dropped = frozenset(name.lower() for name, _ in scene.edge.more)
    wanted = hash_of(verb, target, headers, answer, body, dropped)
    must(answer.one(HASH) == wanted, f"{answer.all(HASH)} for {verb} {target}, wanted {wanted}")
    return answer


@check("hash", expects="the request hash of a message without a body is SHA-512 of its head", source="PR-REST 4.3")
def without_body(scene: Scene) -> None:
    scene.behind()
    headers = [("X-Herufi", "Kubwa na ndogo"), (CLIENT, scene.client), ("accept", "*/*"), (ID, str(uuid4()))]
    must_match(scene, "GET", f"{scene.base}/echo/a%20b?c=%2f", headers, b"")


@check("hash-body", expects="with a body it is SHA-512 of both hashes", source="PR-REST 4.3")
def with_body(scene: Scene) -> None:
    scene.behind()
    headers = [(CLIENT, scene.client), ("Content-Type", "application/json"), (ID, str(uuid4()))]
    must_match(scene, "POST", f"{scene.base}/echo", headers, b'{"a": 1}')


@check("hash-made-id", expects="a made X-Road-Id stands last in the hashed message", source="PR-REST 4.3, code")
def made_id(scene: Scene) -> None:
    scene.behind()
    must_match(scene, "GET", f"{scene.base}/echo", [(CLIENT, scene.client), ("X-Mara", "1"), ("X-Mara", "2")], b"")
