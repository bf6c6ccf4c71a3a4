"""The request line and headers: what counts, what is dropped, what is made, and the hash byte by byte."""

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.tests.made import COUNCIL, FRESH, NAMES, OTHER, REQUEST_ID, clients, read, services
from jumuishi.exchange.xroad.errors import Profile, XRoadError
from jumuishi.exchange.xroad.identifiers import ClientId, Party, ServerId, ServiceId
from jumuishi.exchange.xroad.request import METASERVICES, provider_address, read_request
from jumuishi.exchange.xroad.response import answered, check_answer

CLIENT = ("X-Road-Client", COUNCIL.wire)
visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#"), max_size=30)


def test_the_parts_of_a_request() -> None:
    got = read()
    assert (got.client, got.service, got.path, got.query) == (COUNCIL, NAMES, "/v1/names", "q=mama%20lishe")
    assert read(f"/r1/{NAMES.wire}").path == ""
    assert read(f"/r1/{NAMES.wire}/").path == "/"
    assert read(f"/r1/{NAMES.wire}").query is None
    assert read(f"/r1/{NAMES.wire}?").query == ""


@given(clients, services, visible.filter(lambda text: "?" not in text), visible)
def test_the_path_and_the_query_are_kept_as_they_came(
    client: ClientId, service: ServiceId, path: str, query: str
) -> None:
    target = f"/r1/{service.wire}/{path}?{query}"
    got = read(target, (("X-Road-Client", client.wire),))
    assert got.target == target
    assert (got.client, got.service, got.path, got.query) == (client, service, f"/{path}", query)
    assert provider_address("https://ndani.go.tz/api", got.path, got.query) == f"https://ndani.go.tz/api/{path}?{query}"


@pytest.mark.parametrize(
    "target",
    [
        "/r1/a/b/c/d", "/r2/a/b/c/d/e", "/r/a/b/c/d/e", "/R1/a/b/c/d/e", "/r1//b/c/d/e", "//r1/a/b/c/d/e",
        "/r1/a/b/c/d/", "http://host/r1/a/b/c/d/e", "r1/a/b/c/d/e", "/r1/a/b/c/d/e/ x", "/r1/a/b/c/d/e#x",
        "/r1/a/b/c/d/e?x#y", "/r1/a/b/c/d/e\r\nX: y", "/r1/a/b/c/d/é", "*", "", "/r1/a/b/c/d/%e", "/r1/a/b/c/d/e\x00",
    ],
)  # fmt: skip
def test_what_is_no_request_is_the_clients_fault(target: str) -> None:
    with pytest.raises(XRoadError) as refused:
        read(target)
    assert refused.value.where.name == "CLIENT"


def test_a_verb_is_one_of_eight() -> None:
    assert read(verb="TRACE").verb == "TRACE"
    for verb in ("get", "CONNECT", "GET X", ""):
        with pytest.raises(XRoadError):
            read(verb=verb)


def test_the_last_client_counts_and_is_all_that_the_provider_gets() -> None:
    got = read(headers=(("x-road-client", OTHER.wire), ("Accept", "a"), CLIENT, ("Accept", "b")))
    assert got.client == COUNCIL
    assert [one for one in got.headers if one[0].lower() == "x-road-client"] == [("x-road-client", OTHER.wire), CLIENT]
    assert [one for one in got.forwarded() if one[0].lower() == "x-road-client"] == [CLIENT]
    assert [value for name, value in got.forwarded() if name == "Accept"] == ["a", "b"]


def test_without_a_client_there_is_no_request() -> None:
    for headers in ((), (("X-Road-Client", ""),), (CLIENT, ("X-Road-Client", ""))):
        with pytest.raises(XRoadError, match="The client identifier is missing"):
            read(headers=headers)
    with pytest.raises(XRoadError, match="Invalid Client Id"):
        read(headers=(("X-Road-Client", f"{COUNCIL.wire}, {OTHER.wire}"),))


def test_what_is_dropped_and_what_travels() -> None:
    dropped = (
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade", "Host", "User-Agent", "Server", "Content-Length", "Expect", "X-Road-Request-Id",
        "x-road-request-hash",
    )  # fmt: skip
    travels = (
        ("Authorization", "Bearer x.y.z"),
        ("Cache-Control", "no-store"),
        ("X-Mine", ""),
        CLIENT,
        ("X-Mine", "2"),
    )
    got = read(headers=(*((name, "1") for name in dropped), *travels))
    assert got.headers == (*travels, ("x-road-request-id", REQUEST_ID), ("x-road-id", f"TZ-DEV-{FRESH}"))


def test_an_id_is_made_where_none_was_given() -> None:
    assert read().message_id == f"TZ-DEV-{FRESH}"
    given_one = read(headers=(CLIENT, ("X-Road-Id", "a"), ("X-Road-Id", "b")))
    assert given_one.message_id == "b"
    assert [value for name, value in given_one.forwarded() if name.lower() == "x-road-id"] == ["b"]
    assert read(headers=(CLIENT, ("X-Road-Id", ""))).message_id == f"TZ-DEV-{FRESH}"


def test_who_shall_answer_and_for_whom_one_asks() -> None:
    got = read(
        headers=(CLIENT, ("X-Road-Security-Server", "TZ-DEV/GOV/REG-01/a"), ("X-Road-Represented-Party", "COM/9"))
    )
    assert got.server == ServerId("TZ-DEV", "GOV", "REG-01", "a")
    assert got.party == Party("COM", "9")
    assert (read().server, read().party) == (None, None)
    with pytest.raises(XRoadError):
        read(headers=(CLIENT, ("X-Road-Security-Server", "TZ-DEV/GOV/REG-01")))


@pytest.mark.parametrize(
    "bad", [("X\r\nY", "1"), ("X", "1\r\nY: 2"), ("X", "1\n"), ("X ", "1"), ("", "1"), ("X", "\x00")]
)
def test_no_header_is_smuggled(bad: tuple[str, str]) -> None:
    with pytest.raises(XRoadError, match="Invalid header"):
        read(headers=(CLIENT, bad))
    with pytest.raises(XRoadError, match="Invalid header in service response") as refused:
        answered(read(), "h", (bad,))
    assert refused.value.type(Profile.V77) == "Server.ServerProxy.ServiceFailed.InvalidResponse"


def test_no_header_leads_the_provider_elsewhere_or_is_read_as_another() -> None:
    assert read(headers=(CLIENT, ("X-Original-Host", "x"), ("x_mine", "y"), ("X-Http-Methods", "z")))
    for name in (
        "X-HTTP-Method-Override", "x-original-url", "X_Rewrite_Url", "X-Method-Override", "X-HTTP-Method",
        "X_Road_Client", "x-road_client", "Content_Length", "Transfer_Encoding", "X_ROAD_ANYTHING",
    ):  # fmt: skip
        with pytest.raises(XRoadError, match="is not taken"):
            read(headers=(CLIENT, (name, OTHER.wire)))


def test_the_hash_byte_by_byte() -> None:
    got = read(headers=(("Host", "x"), CLIENT, ("X-Road-UserId", "TZ1"), ("Accept", "application/json")))
    message = (
        b"GET\r\n"
        b"/r1/TZ-DEV/GOV/REG-01/business/names/v1/names?q=mama%20lishe\r\n"
        b"X-Road-Client:TZ-DEV/GOV/LGA-07/permits\r\n"
        b"X-Road-UserId:TZ1\r\n"
        b"Accept:application/json\r\n"
        b"x-road-request-id:f92591a3-6bf0-49b1-987b-0dd78c034cc3\r\n"
        b"x-road-id:TZ-DEV-29f4d011-ef17-4f2f-9bb1-0452ce17d3f5\r\n"
    )
    assert got.message == message
    head = hashlib.sha512(message).digest()
    assert got.request_hash(None) == b64encode(head).decode()
    body = hashlib.sha512(b"{}").digest()
    assert got.request_hash(body) == b64encode(hashlib.sha512(head + body).digest()).decode()


heads = st.lists(st.tuples(st.sampled_from(["X-A", "X-B", "x-a"]), st.text(" :,abX-\xe9", max_size=6)), max_size=3)
asked = st.tuples(st.sampled_from(["GET", "PUT"]), st.sampled_from(["", "/", "/a", "?", "?a", "/a?"]), heads)


@given(asked, asked)
def test_two_requests_that_differ_in_anything_have_different_messages(
    one: tuple[str, str, list[tuple[str, str]]], two: tuple[str, str, list[tuple[str, str]]]
) -> None:
    first, second = (read(f"/r1/{NAMES.wire}{path}", (CLIENT, *heads), verb) for verb, path, heads in (one, two))
    assert (first.message == second.message) is (one == two)
    assert first.request_hash(None) != first.request_hash(hashlib.sha512(b"").digest())


def test_what_the_protocol_answers_itself() -> None:
    for code in METASERVICES:
        target = f"/r1/TZ-DEV/GOV/REG-01/business/{code}"
        assert read(target).is_meta
        assert not read(target, verb="POST").is_meta
    assert not read().is_meta


def test_an_answer_says_whose_it_is_and_the_provider_can_not() -> None:
    got = read()
    sent = answered(
        got,
        "hash",
        (
            ("Content-Type", "text/html"), ("Location", "http://elsewhere/"), ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"), ("Server", "IIS"), ("X-Road-Error", "Server.ServerProxy.AccessDenied"),
            ("X-Road-Client", "not/me/at/all"), ("x-road-service", "x"), ("X-Road-Id", "x"), ("Connection", "close"),
        ),
    )  # fmt: skip
    assert sent == (
        ("Content-Type", "text/html"), ("Location", "http://elsewhere/"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
        ("x-road-id", got.message_id), ("x-road-client", COUNCIL.wire), ("x-road-service", NAMES.wire),
        ("x-road-request-id", REQUEST_ID), ("x-road-request-hash", "hash"),
    )  # fmt: skip
    check_answer(got, "hash", sent)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x-road-id", "message id"), ("x-road-client", "client"), ("x-road-service", "service"),
        ("x-road-request-id", "request id"), ("x-road-request-hash", "message hash"),
    ],
)  # fmt: skip
def test_an_answer_to_another_request_is_found(name: str, told: str) -> None:
    got = read()
    sent = answered(got, "hash", ())
    other = OTHER.wire if name == "x-road-client" else f"{NAMES.wire}x"
    for wrong in (
        tuple((known, other if known == name else value) for known, value in sent),
        tuple(one for one in sent if one[0] != name),
        (*sent, next(one for one in sent if one[0] == name)),
    ):
        with pytest.raises(XRoadError, match=told) as refused:
            check_answer(got, "hash", wrong)
        assert refused.value.where.name == "CLIENT_PROXY"


def test_a_providers_address_and_the_path_share_one_slash() -> None:
    assert provider_address("http://a/", "/b", None) == "http://a/b"
    assert provider_address("http://a", "/b", "") == "http://a/b?"
    assert provider_address("http://a/", "", None) == "http://a/"
    with pytest.raises(ValueError, match="query"):
        provider_address("http://a/?x=", "/b", None)


def test_the_ids_are_handed_in() -> None:
    made = read_request("GET", f"/r1/{NAMES.wire}", (CLIENT,), instance="X", request_id="r", fresh="f")
    assert (made.request_id, made.message_id) == ("r", "X-f")
