"""Errors as clients in use compare them: types, texts, statuses, JSON or XML."""

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.tests.made import COUNCIL, NAMES
from jumuishi.exchange.xroad import refusals
from jumuishi.exchange.xroad.errors import Fault, Profile, Where, XRoadError, bad_request, error_answer, wished_xml
from jumuishi.exchange.xroad.identifiers import ServerId

DENIED = refusals.not_allowed(NAMES)


@pytest.mark.parametrize(
    ("error", "old", "new", "status", "message"),
    [
        (DENIED, "Server.ServerProxy.AccessDenied", "server.serverproxy.access_denied", 500,
         "Request is not allowed: SERVICE:TZ-DEV/GOV/REG-01/business/names"),
        (refusals.unknown_service(NAMES), "Server.ServerProxy.UnknownService", "server.serverproxy.unknown_service",
         500, "Unknown service: SERVICE:TZ-DEV/GOV/REG-01/business/names"),
        (refusals.service_disabled(NAMES, "matengenezo"), "Server.ServerProxy.ServiceDisabled",
         "server.serverproxy.service_disabled", 500,
         "Service SERVICE:TZ-DEV/GOV/REG-01/business/names is disabled: matengenezo"),
        (refusals.client_not_found(Where.CLIENT_PROXY, COUNCIL), "Server.ClientProxy.UnknownMember",
         "server.clientproxy.unknown_member", 500, "Client 'SUBSYSTEM:TZ-DEV/GOV/LGA-07/permits' not found"),
        (refusals.client_missing(), "Server.ClientProxy.InvalidClientIdentifier",
         "server.clientproxy.invalid_client_identifier", 500, "The client identifier is missing"),
        (refusals.not_described("REST"), "Server.ServerProxy.InternalError", "server.serverproxy.internal_error", 500,
         "Invalid service type: REST"),
        (refusals.service_code_missing(), "Server.ServerProxy.InvalidRequest", "server.serverproxy.invalid_request",
         500, "Missing serviceCode in message body"),
        (refusals.no_address(NAMES), "Server.ServerProxy.ServiceMissingUrl", "server.serverproxy.service_missing_url",
         500, "Service address not specified for 'SERVICE:TZ-DEV/GOV/REG-01/business/names'"),
        (refusals.service_not_found(NAMES), "Server.ServerProxy.InternalError", "server.serverproxy.internal_error",
         500, "Service not found: SERVICE:TZ-DEV/GOV/REG-01/business/names"),
        (refusals.wrong_server(ServerId("A", "B", "C", "d"), ServerId("A", "B", "C", "e")),
         "Server.ServerProxy.InvalidSecurityServer", "server.serverproxy.invalid_security_server", 500,
         "Invalid security server identifier 'SERVER:A/B/C/d' expected 'SERVER:A/B/C/e'"),
        (refusals.inconsistent("x"), "Server.ClientProxy.InconsistentResponse",
         "server.clientproxy.inconsistent_response", 500, "x"),
        (bad_request("x"), "Client.BadRequest", "client.bad_request", 400, "x"),
        (XRoadError(Where.SERVER_PROXY, Fault.SERVICE_FAILED, Fault.HTTP_ERROR, message="x"),
         "Server.ServerProxy.ServiceFailed.HttpError", "server.serverproxy.service_failed.http_error", 500, "x"),
    ],
)  # fmt: skip
def test_the_type_the_status_and_the_words(error: XRoadError, old: str, new: str, status: int, message: str) -> None:
    for profile, kind in ((Profile.V77, old), (Profile.V78, new)):
        answer = error_answer(error, profile=profile, accept=(), detail="1d")
        assert answer.status == status
        assert ("X-Road-Error", kind) in answer.headers
        assert json.loads(answer.body) == {"type": kind, "message": message, "detail": "1d"}


def test_clients_that_look_for_these_words_find_them() -> None:
    told = refusals.description_unread(NAMES, 404, "Not Found").message
    assert re.match("^Failed reading service description from", told)
    assert "http" not in told


def test_no_two_faults_share_a_name() -> None:
    for at in (0, 1):
        assert len({fault.value[at] for fault in Fault}) == len(Fault)
        assert len({where.value[at] for where in Where}) == len(Where)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ((), ""), (("*/*",), ""), (("application/json, text/xml;q=0.1",), "text/xml"), (("text/*",), "text/xml"),
        (("Application/XML",), "application/xml"), (("text/html",), ""),
        (("application/xml,text/xml",), "application/xml"),
        (("application/json", "text/xml"), "text/xml"), (("application/xhtml+xml",), ""),
    ],
)  # fmt: skip
def test_xml_for_who_asks_for_it(accept: tuple[str, ...], kind: str) -> None:
    assert wished_xml(accept) == kind
    answer = error_answer(DENIED, profile=Profile.V77, accept=accept, detail="1d")
    assert answer.headers[0] == ("Content-Type", f"{kind or 'application/json'};charset=utf-8")
    if kind:
        root = ElementTree.fromstring(answer.body)  # noqa: S314
        assert root.tag == "error"
        assert [(one.tag, one.text) for one in root] == [
            ("type", "Server.ServerProxy.AccessDenied"),
            ("message", DENIED.message),
            ("detail", "1d"),
        ]


@given(st.text())
def test_any_message_makes_a_readable_body(message: str) -> None:
    error = XRoadError(Where.SERVER_PROXY, Fault.SERVICE_DISABLED, message=message)
    assert set(json.loads(error_answer(error, profile=Profile.V77, accept=(), detail="d").body)) == {
        "type",
        "message",
        "detail",
    }
    ElementTree.fromstring(error_answer(error, profile=Profile.V77, accept=("text/xml",), detail="d").body)  # noqa: S314
