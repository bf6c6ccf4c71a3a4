"""Who there is, what they offer, what a description tells: the bodies that programs in use read."""

import json
from xml.etree import ElementTree

import pytest
import yaml

from jumuishi.exchange.tests.made import COUNCIL, NAMES
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import ClientId
from jumuishi.exchange.xroad.metaservices import (
    ListedClient,
    ListedService,
    described_service,
    list_clients,
    list_methods,
    listed_instance,
)
from jumuishi.exchange.xroad.openapi import NotOpenApi, anonymised, is_json, path_of

CLIENTS = (
    ListedClient(ClientId("TZ-DEV", "GOV", "LGA-07"), "Halmashauri <ya> Mfano"),
    ListedClient(COUNCIL, "Halmashauri <ya> Mfano", "Vibali & leseni"),
)


def test_the_clients_as_json() -> None:
    answer = list_clients(CLIENTS, ("text/html", "application/json;q=0.2"))
    assert answer.content_type == "application/json"
    assert json.loads(answer.body) == {
        "member": [
            {
                "id": {
                    "xroad_instance": "TZ-DEV",
                    "member_class": "GOV",
                    "member_code": "LGA-07",
                    "object_type": "MEMBER",
                },
                "name": "Halmashauri <ya> Mfano",
            },
            {
                "id": {
                    "xroad_instance": "TZ-DEV",
                    "member_class": "GOV",
                    "member_code": "LGA-07",
                    "subsystem_code": "permits",
                    "object_type": "SUBSYSTEM",
                },
                "name": "Halmashauri <ya> Mfano",
                "subsystem_name": "Vibali & leseni",
            },
        ]
    }


@pytest.mark.parametrize("accept", [(), ("*/*",), ("text/xml",)])
def test_the_clients_as_xml_for_everybody_else(accept: tuple[str, ...]) -> None:
    answer = list_clients(CLIENTS, accept)
    assert answer.content_type.startswith("text/xml")
    root = ElementTree.fromstring(answer.body)  # noqa: S314
    xroad, ids = "{http://x-road.eu/xsd/xroad.xsd}", "{http://x-road.eu/xsd/identifiers}"
    assert root.tag == f"{xroad}clientList"
    member, system = root
    assert [one.attrib for one in (member[0], system[0])] == [
        {f"{ids}objectType": "MEMBER"},
        {f"{ids}objectType": "SUBSYSTEM"},
    ]
    assert [(one.tag, one.text) for one in system[0]] == [
        (f"{ids}xRoadInstance", "TZ-DEV"), (f"{ids}memberClass", "GOV"), (f"{ids}memberCode", "LGA-07"),
        (f"{ids}subsystemCode", "permits"),
    ]  # fmt: skip
    assert [one.text for one in system[1:]] == ["Halmashauri <ya> Mfano", "Vibali & leseni"]
    assert len(member) == 2


def test_the_services_of_a_subsystem() -> None:
    answer = list_methods([ListedService(NAMES, "OPENAPI", (("GET", "/v1/names/*"), ("POST", "/v1/names")))])
    assert answer.content_type == "application/json"
    assert json.loads(answer.body) == {
        "service": [
            {
                "member_class": "GOV",
                "member_code": "REG-01",
                "object_type": "SERVICE",
                "service_code": "names",
                "service_type": "OPENAPI",
                "subsystem_code": "business",
                "xroad_instance": "TZ-DEV",
                "endpoint_list": [
                    {"method": "GET", "path": "/v1/names/*"},
                    {"method": "POST", "path": "/v1/names"},
                ],
            }
        ]
    }
    assert json.loads(list_methods([]).body) == {"service": []}


def test_whose_description_and_whose_clients() -> None:
    assert described_service(NAMES.provider, "servicecode=x&serviceCode=names") == NAMES
    for query in (None, "", "serviceCode=", "x=1"):
        with pytest.raises(XRoadError, match="Missing serviceCode in message body"):
            described_service(NAMES.provider, query)
    assert listed_instance("xRoadInstance=KE", "TZ-DEV") == "KE"
    assert listed_instance(None, "TZ-DEV") == listed_instance("xRoadInstance=", "TZ-DEV") == "TZ-DEV"


DESCRIPTION = """\
openapi: 3.0.3
info: {title: Majina ya biashara, version: 1.10, x-since: 2026-01-05}
servers:  # the machine room, 10.1.2.3
  - url: https://10.1.2.3:8443/api/v1
    description: rack 4, 10.1.2.3
  - url: "{scheme}://{host}/v1/{zone}?k=siri"
    variables: {scheme: {default: https}, host: {default: db.ndani.go.tz}, zone: {default: pwani}}
paths:
  /names:
    servers: [{url: "http://user:siri@10.1.2.3"}]
    get:
      servers: &inside
        - url: //10.1.2.3/get
      responses:
        '200': {description: "010", links: {next: {server: {url: "http://10.1.2.3/next"}}}}
    post: {servers: *inside, responses: {}}
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_a_description_tells_no_servers_address(as_json: bool) -> None:
    text = json.dumps(yaml.safe_load(DESCRIPTION), default=str) if as_json else DESCRIPTION
    told = anonymised(text.encode(), as_json=as_json)
    for secret in (b"10.1.2.3", b"siri", b"ndani", b"rack"):
        assert secret not in told
    tree = json.loads(told) if as_json else yaml.safe_load(told)
    assert tree["servers"] == [{"url": "/api/v1"}, {"url": "/v1/{zone}"}]
    assert tree["paths"]["/names"]["servers"] == [{"url": "/"}]
    assert tree["paths"]["/names"]["get"]["servers"] == tree["paths"]["/names"]["post"]["servers"] == [{"url": "/get"}]
    link = tree["paths"]["/names"]["get"]["responses"]["200"]["links"]["next"]
    assert link == {"server": {"url": "/next"}}


def test_the_rest_of_a_description_stays_as_it_was_written() -> None:
    told = anonymised(DESCRIPTION.encode(), as_json=False).decode()
    assert "version: 1.10" in told
    assert "x-since: 2026-01-05" in told
    assert '"010"' in told


@pytest.mark.parametrize(
    ("text", "as_json"),
    [
        ("", False), ("[]", True), ("{}", True), ("swagger: '2.0'", False), ("openapi: 2.0", False), ("{", True),
        ("openapi: 3.0.0\n\tx", False), ("[" * 100_000, True), ("openapi: 3\n", False), ("a: *b", False),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_not_told(text: str, as_json: bool) -> None:
    with pytest.raises(NotOpenApi):
        anonymised(text.encode(), as_json=as_json)


def test_few_bytes_make_no_long_work() -> None:
    levels = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(25))
    told = anonymised(f"openapi: 3.0.0\na0: &a0 [x]\n{levels}".encode(), as_json=False)
    assert len(told) < 5000


def test_how_a_description_is_written() -> None:
    assert is_json("application/json", "")
    assert is_json("", "http://x/openapi.json?v=1")
    assert not is_json("application/x-yaml", "http://x/openapi.json")
    assert not is_json("", "http://x/openapi")


@pytest.mark.parametrize(
    ("url", "path"),
    [("https://a.b:1/c", "/c"), ("https://a", "/"), ("/v1", "/v1"), ("{a}//b/c", "/c"), ("v1", "v1"), ("//h?x", "/")],
)
def test_the_path_of_a_servers_address(url: str, path: str) -> None:
    assert path_of(url) == path
