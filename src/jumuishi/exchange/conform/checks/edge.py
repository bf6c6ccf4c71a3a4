"""What an edge answers itself: lists of clients, errors and their two forms."""

import json
import re
from typing import Any

from jumuishi.exchange.conform.asking import CLIENT, Answer
from jumuishi.exchange.conform.model import Scene, broken, check, must

ERROR = "x-road-error"
# By the end of its name in either profile: Server.ServerProxy.AccessDenied, server.serverproxy.access_denied.
NAMES = {"xroad-7.7": 0, "xroad-7.8": 1}
MISSING = ("Server.ClientProxy.InvalidClientIdentifier", "server.clientproxy.invalid_client_identifier")
NO_CLIENT = ("Server.ClientProxy.UnknownMember", "server.clientproxy.unknown_member")
NO_SERVICE = ("Server.ServerProxy.UnknownService", "server.serverproxy.unknown_service")
DENIED = ("Server.ServerProxy.AccessDenied", "server.serverproxy.access_denied")


def error_of(scene: Scene, answer: Answer, names: tuple[str, str]) -> dict[str, Any]:
    """The body of an error that has this name in the scene's profile."""
    wanted = names if not scene.profile else (names[NAMES[scene.profile]],)
    must(answer.one(ERROR) in wanted, f"X-Road-Error {answer.one(ERROR)!r}, status {answer.status}")
    return _json(answer)


def _json(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        broken(f"the body is not JSON: {answer.body[:80]!r}")
    must(isinstance(found, dict), "the body is no object")
    return dict(found)


def without_client(scene: Scene, *headers: tuple[str, str]) -> Answer:
    """A request that every edge refuses."""
    return scene.edge.ask("GET", f"{scene.base}/x", headers)


@check(
    "list-clients-json", expects="GET /listClients as JSON names members and subsystems, the asking one among them",
    source="PR-MREST 4.1",
)  # fmt: skip
def list_clients_json(scene: Scene) -> None:
    answer = scene.edge.ask("GET", "/listClients", [("Accept", "application/json")])
    must(answer.status == 200, f"status {answer.status}")
    found = []
    for one in _json(answer).get("member", ()):
        names = one["id"]
        kind = names.get("object_type")
        must(kind == ("SUBSYSTEM" if "subsystem_code" in names else "MEMBER"), f"object_type {kind!r} of {names}")
        parts = ("xroad_instance", "member_class", "member_code", "subsystem_code")
        found.append("/".join(names[part] for part in parts if part in names))
        must("name" in one, f"no name: {one}")
    must(scene.client in found, f"{scene.client} is not among {len(found)}")


@check("list-clients-xml", expects="without that Accept header it is XML", source="PR-META 4.1, PR-MREST 4.1")
def list_clients_xml(scene: Scene) -> None:
    answer = scene.edge.ask("GET", "/listClients")
    must(answer.status == 200, f"status {answer.status}")
    must(answer.one("content-type").startswith("text/xml"), f"Content-Type {answer.one('content-type')!r}")
    must(b"clientList" in answer.body, f"{answer.body[:80]!r}")


@check("error-json", expects="an error is type, message and detail in JSON", source="PR-REST 4.6")
def error_json(scene: Scene) -> None:
    found = _json(without_client(scene))
    must(
        set(found) == {"type", "message", "detail"} and all(isinstance(one, str) for one in found.values()),
        f"members {sorted(found)}",
    )


@check("error-header", expects="X-Road-Error says the error's type, once", source="PR-REST 4.6")
def error_header(scene: Scene) -> None:
    answer = without_client(scene)
    must(answer.one(ERROR) == _json(answer).get("type"), f"X-Road-Error {answer.all(ERROR)}")


@check("error-xml", expects="Accept text/xml or application/xml gets the error as XML", source="PR-REST 4.6")
def error_xml(scene: Scene) -> None:
    for accept in ("text/xml", "application/xml", "application/json;q=0.9, application/xml"):
        answer = without_client(scene, ("Accept", accept))
        if "json" in accept:
            continue
        for part in (b"<error>", b"<type>", b"<message>", b"<detail>"):
            must(part in answer.body, f"for {accept}: {answer.body[:80]!r}")
        must("xml" in answer.one("content-type"), f"for {accept}: Content-Type {answer.one('content-type')!r}")


@check("error-status", expects="400 for what the client sent, 500 for what a server decided", source="PR-REST 4.6")
def error_status(scene: Scene) -> None:
    for answer in (
        without_client(scene),
        scene.edge.ask("GET", "/r1/a/b", [(CLIENT, scene.client)]),
        scene.edge.ask("GET", f"{scene.subsystem}/no-such-service-0/x", [(CLIENT, scene.client)]),
    ):
        kind = answer.one(ERROR)
        wanted = 400 if kind.lower().startswith("client.") else 500
        must(kind and answer.status == wanted, f"{answer.status} for {kind!r}")


@check("client-missing", expects="without X-Road-Client nobody is asked", source="PR-REST 4.3")
def client_missing(scene: Scene) -> None:
    error_of(scene, without_client(scene), MISSING)


@check("client-unknown", expects="a subsystem that is not there is told so", source="PR-REST 4.6, code 7.7 to 7.8")
def client_unknown(scene: Scene) -> None:
    stranger = f"{scene.client.rpartition('/')[0]}/no-such-system-0"
    found = error_of(scene, scene.edge.ask("GET", f"{scene.base}/x", [(CLIENT, stranger)]), NO_CLIENT)
    must(re.fullmatch(r"Client '.*' not found", found["message"]), found["message"])


@check("uri-short", expects="an address with fewer parts than a service has is refused", source="PR-REST 4.1")
def uri_short(scene: Scene) -> None:
    for target in ("/r1/a", "/r1/a/b/c/d"):
        answer = scene.edge.ask("GET", target, [(CLIENT, scene.client)])
        must(answer.status == 400 and answer.one(ERROR), f"{target}: {answer.status}, {answer.one(ERROR)!r}")


@check("version", expects="another protocol version than r1 is refused", source="PR-REST 4.1")
def version(scene: Scene) -> None:
    answer = scene.edge.ask("GET", f"/r9/{scene.service}/x", [(CLIENT, scene.client)])
    must(answer.status >= 400, f"status {answer.status}")
