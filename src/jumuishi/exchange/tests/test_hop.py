"""Between two nodes: what arrives is byte by byte what left, whatever the network made of the order and the letters."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.signing import hop
from jumuishi.exchange.signing.base import NAMES as NAMES_FIELD
from jumuishi.exchange.signing.base import RequestHead, ResponseHead, only
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.tests.made import COUNCIL, OTHER, read
from jumuishi.exchange.tests.nodes import answer, asked, believed, changed
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.response import answered

names = st.sampled_from([
    "Accept", "accept", "X-Road-Client", "Content-Digest", "Signature", "Signature-Input", "Jumuishi-Purpose",
    "Jumuishi-Kept-Signature", "Jumuishi-Names", "Cookie", "X-A", "x-a",
])  # fmt: skip
theirs = st.lists(st.tuples(names, st.text("abc,=: \xe9", max_size=8)), max_size=8).map(tuple)
CLIENT = ("X-Road-Client", COUNCIL.wire)


@given(theirs, st.randoms())
def test_a_request_arrives_as_it_was(headers: Headers, chance: object) -> None:
    request = read(headers=(*headers, CLIENT), verb="POST")
    head = asked(request)
    # Order among headers of one name is kept by every server, between names by none.
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, value in (*head.headers, ("Via", "1.1 proxy")):
        groups.setdefault(name.lower(), []).append((name.lower(), value))
    order = list(groups)
    chance.shuffle(order)  # type: ignore[attr-defined]
    met = replace(head, headers=tuple(one for name in order for one in groups[name]))
    believed(met)
    got = hop.arrived(met)
    assert got.request == request
    assert got.request.message == request.message
    assert (got.purpose, got.agreement) == ("licence", "a1")


@given(theirs)
def test_an_answer_arrives_as_it_was(headers: Headers) -> None:
    sent = answered(read(), "hash", headers)
    head = ResponseHead(302, "x", hop.crossing_back(302, sent, checkpoint="Y2s=", body=digest_of(b"")))
    assert hop.arrived_back(replace(head, headers=tuple(reversed(head.headers)) if not headers else head.headers)) == (
        sent,
        "Y2s=",
    )


def _flaw(head: RequestHead) -> Flaw:
    with pytest.raises(NotBelieved) as error:
        hop.arrived(head)
    return error.value.flaw


def test_a_header_that_was_changed_added_or_taken_away_is_found() -> None:
    head = asked(read(headers=(CLIENT, ("Accept", "a"), ("Authorization", "Bearer x"))))
    listed = only(head, NAMES_FIELD)
    for wrong in (
        changed(head, "accept", "b"),
        changed(head, "authorization", None),
        changed(head, NAMES_FIELD, listed + ",Via"),
        changed(head, NAMES_FIELD, listed.replace("Accept,", "")),
        changed(head, NAMES_FIELD, listed.replace("Accept", "accept")),
        changed(head, NAMES_FIELD, ""),
        replace(head, headers=(("Accept", "b"), *head.headers)),
    ):
        assert _flaw(wrong) is Flaw.HEADERS
    assert _flaw(changed(head, NAMES_FIELD, None)) is Flaw.FIELD
    for name in ("x-road-client", "x-road-service", "x-road-id"):
        assert _flaw(changed(head, name, OTHER.wire)) is Flaw.HEADERS


def test_no_header_of_one_hop_is_brought_in_by_another_node() -> None:
    head = asked()
    for name in ("Transfer-Encoding", "Content-Length", "Host", "Connection"):
        listed = f"{only(head, NAMES_FIELD)},{name}"
        brought = changed(head, NAMES_FIELD, listed)
        assert _flaw(replace(brought, headers=((name, "7"), *brought.headers))) is Flaw.HEADERS
        back = ResponseHead(200, "x", hop.crossing_back(200, ((name, "7"),), checkpoint="", body=digest_of(b"")))
        with pytest.raises(NotBelieved, match="headers"):
            hop.arrived_back(back)


def test_an_answers_header_that_was_changed_is_found() -> None:
    head = answer(asked())
    with pytest.raises(NotBelieved, match="headers"):
        hop.arrived_back(changed(head, "content-type", "text/html"))
    with pytest.raises(NotBelieved, match="headers"):
        hop.arrived_back(replace(head, status=500))
