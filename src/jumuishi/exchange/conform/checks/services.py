"""Which services there are, and who may ask them."""

import json
from typing import Any

from jumuishi.exchange.conform.asking import CLIENT, Answer
from jumuishi.exchange.conform.checks.edge import DENIED, NO_SERVICE, error_of
from jumuishi.exchange.conform.model import NotApplicable, Scene, broken, check, must

METASERVICES = {"listMethods", "allowedMethods", "getOpenAPI", "listClients"}
FIELDS = ("xroad_instance", "member_class", "member_code", "subsystem_code", "service_code")


def ask(scene: Scene, target: str) -> Answer:
    """A request of the client."""
    return scene.edge.ask("GET", target, [(CLIENT, scene.client)])


def methods(scene: Scene, which: str) -> list[dict[str, Any]]:
    """What a metaservice lists, in the shape of Annex B."""
    answer = ask(scene, f"{scene.subsystem}/{which}")
    must(answer.status == 200, f"status {answer.status}")
    try:
        found = json.loads(answer.body)["service"]
    except (ValueError, KeyError, TypeError):
        broken(f"no list under 'service': {answer.body[:80]!r}")
    for one in found:
        must(one.get("object_type") == "SERVICE" and set(FIELDS) <= set(one), f"{sorted(one)}")
        for each in one.get("endpoint_list", ()):
            must(set(each) == {"method", "path"}, f"endpoint {each}")
    return list(found)


def _names(found: list[dict[str, Any]]) -> set[str]:
    return {"/".join(one[part] for part in FIELDS) for one in found}


@check("list-methods", expects="listMethods names the service, and no metaservice", source="PR-MREST 4.2, Annex B")
def list_methods(scene: Scene) -> None:
    names = _names(methods(scene, "listMethods"))
    must(scene.service in names, f"{sorted(names)[:5]}")
    meta = {one for one in names if one.rpartition("/")[2] in METASERVICES}
    must(not meta, f"lists {sorted(meta)}")


@check(
    "allowed-methods", expects="allowedMethods names what the client may ask, of what there is", source="PR-MREST 4.3"
)
def allowed_methods(scene: Scene) -> None:
    allowed = _names(methods(scene, "allowedMethods"))
    must(scene.service in allowed, f"{sorted(allowed)[:5]}")
    must(allowed <= _names(methods(scene, "listMethods")), "more than listMethods names")
    if scene.denied:
        must(scene.denied not in allowed, f"names {scene.denied}")


@check("open-api", expects="getOpenAPI gives the description, without the provider's address", source="PR-MREST 4.4")
def open_api(scene: Scene) -> None:
    if not scene.described:
        raise NotApplicable("needs --described")
    answer = ask(scene, f"{scene.subsystem}/getOpenAPI?serviceCode={scene.described}")
    must(answer.status == 200 and b"openapi" in answer.body, f"{answer.status}: {answer.body[:80]!r}")
    must(not answer.all("x-road-error"), "X-Road-Error in an answer that is none")


@check(
    "open-api-none", expects="getOpenAPI of a service without a description says `Invalid service type: REST`",
    source="code 7.4 to 7.8, xrdinfo 1.4",
)  # fmt: skip
def open_api_none(scene: Scene) -> None:
    code = scene.service.rpartition("/")[2]
    if code == scene.described:
        raise NotApplicable("needs a --service without a description")
    answer = ask(scene, f"{scene.subsystem}/getOpenAPI?serviceCode={code}")
    must(
        answer.status == 500 and b"Invalid service type: REST" in answer.body, f"{answer.status}: {answer.body[:80]!r}"
    )


@check("service-unknown", expects="a service that is not there is told so", source="PR-REST 4.6, code 7.4 to 7.8")
def service_unknown(scene: Scene) -> None:
    name = f"{scene.service.rpartition('/')[0]}/no-such-service-0"
    found = error_of(scene, ask(scene, f"/r1/{name}/x"), NO_SERVICE)
    must(found["message"] == f"Unknown service: SERVICE:{name}", found["message"])


@check("denied", expects="without a right the answer is access denied, status 500", source="PR-REST 4.6")
def denied(scene: Scene) -> None:
    if not scene.denied:
        raise NotApplicable("needs --denied")
    answer = ask(scene, f"/r1/{scene.denied}/x")
    found = error_of(scene, answer, DENIED)
    must(answer.status == 500, f"status {answer.status}")
    must(found["message"] == f"Request is not allowed: SERVICE:{scene.denied}", found["message"])
