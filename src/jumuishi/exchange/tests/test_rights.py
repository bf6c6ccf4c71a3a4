"""Who may ask what: each reason for a no, at one cost whatever the number of rights; and a change tried beforehand."""

import sys
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import pytest

from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rights import MOST_ENDPOINTS, Allowed, Denied, Reason, Rights
from jumuishi.exchange.tests.agreed import DAY, NOW, agreement, rights
from jumuishi.exchange.tests.made import COUNCIL, NAMES, OTHER, SCHOOLS, TAXES
from jumuishi.exchange.xroad.errors import Profile
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServiceId
from jumuishi.kernel.text import placeholders, t, texts


def asked(
    of: Rights, verb: str = "GET", path: str = "/v1/names/7", purpose: str = "", client: ClientId = COUNCIL,
    service: ServiceId = NAMES, at: datetime = NOW,
) -> Allowed | Denied:  # fmt: skip
    return of.decide(client, service, verb, path, at, purpose)


def reason(answer: Allowed | Denied) -> str:
    return "yes" if isinstance(answer, Allowed) else str(answer.reason)


def test_yes_says_under_which_agreement_and_what_may_be_forwarded() -> None:
    answer = asked(rights(agreement()), path="/v1/n%61mes/7%20b/")
    assert isinstance(answer, Allowed)
    assert answer.agreement.id == "a1"
    assert answer.path.wire == "/v1/names/7%20b/"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client": OTHER}, "no_agreement"),
        ({"client": SCHOOLS}, "no_agreement"),
        ({"client": ClientId("TZ-DEV", "GOV", "LGA-07")}, "no_agreement"),
        ({"service": TAXES}, "no_agreement"),
        ({"service": ServiceId("TZ-DEV", "GOV", "REG-01", "business", "other")}, "service_unknown"),
        ({"at": NOW - DAY}, "yes"),
        ({"at": NOW - DAY - timedelta(microseconds=1)}, "not_yet"),
        ({"at": NOW + DAY}, "over"),
        ({"at": NOW + DAY - timedelta(microseconds=1)}, "yes"),
        ({"verb": "DELETE"}, "verb"),
        ({"verb": "HEAD"}, "verb"),
        ({"path": "/v1/search"}, "verb"),
        ({"path": "/v1/search", "verb": "POST"}, "yes"),
        ({"path": "/v1/names"}, "path"),
        ({"path": "/v1/names/7/owner"}, "path"),
        ({"path": ""}, "path"),
        ({"path": "/v1/names/..%2f7"}, "path_unsafe"),
        ({"path": "/v1/names//7"}, "path_unsafe"),
        ({"purpose": "licence"}, "yes"),
        ({"purpose": "tax"}, "purpose"),
    ],
)
def test_each_reason(changes: dict[str, Any], why: str) -> None:
    assert reason(asked(rights(agreement()), **changes)) == why


def test_an_agreement_without_an_end_goes_on() -> None:
    assert reason(asked(rights(agreement(until=None)), at=NOW + 9999 * DAY)) == "yes"


@pytest.mark.parametrize("who", [COUNCIL.member, NAMES.provider.member])
def test_a_revoked_member_neither_asks_nor_answers(who: MemberId) -> None:
    answer = asked(rights(agreement(), revoked=frozenset({who})))
    assert isinstance(answer, Denied)
    assert (answer.reason, answer.values) == (Reason.MEMBER_REVOKED, {"member": str(who)})


def test_a_service_that_is_off_says_so_only_to_who_may_ask_it() -> None:
    off = rights(agreement(), services={NAMES: "matengenezo"})
    answer = asked(off)
    assert isinstance(answer, Denied)
    assert (answer.reason, answer.values) == (Reason.SERVICE_DISABLED, {"notice": "matengenezo"})
    assert reason(asked(off, client=OTHER)) == "no_agreement"
    assert reason(asked(off, verb="PUT")) == "verb"


def test_of_several_agreements_the_nearest_speaks_and_any_is_enough() -> None:
    over = agreement("old", until=NOW, endpoints=(read_endpoint("*", "/**"),))
    tax = agreement("tax", purpose="tax", endpoints=(read_endpoint("GET", "/v1/**"),))
    assert reason(asked(rights(agreement(), over), verb="PUT")) == "over"
    assert reason(asked(rights(agreement(), over), path="/v2")) == "over"
    assert reason(asked(rights(over, agreement()))) == "yes"
    for order in ((agreement(), tax), (tax, agreement())):
        both = rights(*order)
        assert reason(asked(both)) == "purpose_unsaid"
        answer = asked(both, purpose="tax")
        assert isinstance(answer, Allowed)
        assert answer.agreement.id == "tax"
        assert reason(asked(both, path="/v1/x")) == "yes"
        assert reason(asked(both, purpose="other")) == "purpose"


def test_what_a_client_is_told_that_it_may_ask() -> None:
    both = rights(agreement(), agreement("old", until=NOW, endpoints=(read_endpoint("*", "/**"),)))
    assert both.endpoints(COUNCIL, NAMES, NOW) == (("GET", "/v1/names/*"), ("POST", "/v1/search"))
    assert ("*", "/**") in both.endpoints(COUNCIL, NAMES, NOW - DAY)
    assert both.endpoints(OTHER, NAMES, NOW) == both.endpoints(COUNCIL, NAMES, NOW + DAY) == ()
    for who in (COUNCIL.member, NAMES.provider.member):
        assert rights(agreement(), revoked=frozenset({who})).endpoints(COUNCIL, NAMES, NOW) == ()


def test_an_agreement_is_about_something_for_some_time() -> None:
    for wrong in (
        {"purpose": ""},
        {"purpose": "léseni"},
        {"purpose": "a b"},
        {"id": "a\n"},
        {"endpoints": ()},
        {"until": NOW - DAY},
        {"endpoints": agreement().endpoints * MOST_ENDPOINTS},
    ):
        with pytest.raises(ValueError, match="agreement"):
            agreement(**wrong)


def test_every_reason_has_words_with_what_it_knows() -> None:
    day, far = NOW - 9 * DAY, NOW + 9 * DAY
    off = rights(agreement(), agreement("b", purpose="tax", endpoints=(read_endpoint("PUT", "/*"),)))
    told = [
        asked(off, path="//"), asked(rights(agreement(), revoked=frozenset({COUNCIL.member}))), asked(off, at=day),
        asked(off, service=ServiceId("a", "b", "c", "d", "e")), asked(off, client=OTHER), asked(off, path="/"),
        asked(off, verb="PUT"), asked(off, purpose="x"), asked(off, at=far),
        asked(rights(agreement(), agreement("b", purpose="tax"))), asked(rights(agreement(), services={NAMES: "x"})),
    ]  # fmt: skip
    denied = [one for one in told if isinstance(one, Denied)]
    assert {one.reason for one in denied} == set(Reason)
    for one in denied:
        assert placeholders(texts()[one.key]["sw"]) <= set(one.values)
        assert t(one.key, "sw", **one.values) != t(one.key, "en", **one.values)


def test_on_the_wire_a_stranger_learns_no_reason() -> None:
    held = rights(agreement())
    kinds = {}
    for changes in (
        {"client": OTHER}, {"verb": "PUT"}, {"path": "/x"}, {"at": NOW + DAY}, {"purpose": "x"}, {"path": "/%2f"},
        {"service": ServiceId("a", "b", "c", "d", "e")},
    ):  # fmt: skip
        answer = asked(held, **changes)  # type: ignore[arg-type]
        assert isinstance(answer, Denied)
        error = answer.on_the_wire(NAMES)
        kinds[answer.reason] = (error.type(Profile.V77), error.message)
    denied = ("Server.ServerProxy.AccessDenied", f"Request is not allowed: {NAMES}")
    assert {kinds.pop(why) for why in (Reason.NO_AGREEMENT, Reason.VERB, Reason.PATH, Reason.OVER, Reason.PURPOSE)} == {
        denied
    }
    assert kinds == {
        Reason.PATH_UNSAFE: ("Client.BadRequest", "Invalid request URI"),
        Reason.SERVICE_UNKNOWN: ("Server.ServerProxy.UnknownService", f"Unknown service: {NAMES}"),
    }
    off = asked(rights(agreement(), services={NAMES: "kesho"}))
    assert isinstance(off, Denied)
    assert off.on_the_wire(NAMES).message == f"Service {NAMES} is disabled: kesho"


def many(count: int) -> Rights:
    """`count` agreements between as many members, one of them ours."""
    crowd = [
        agreement(f"n{n}", client=ClientId("TZ-DEV", "GOV", f"M{n}", "x"), service=NAMES if n % 2 else TAXES)
        for n in range(count // 2)
    ]
    mine = [
        agreement(f"s{n}", service=ServiceId("TZ-DEV", "GOV", f"P{n}", "y", "z")) for n in range(count - len(crowd) - 1)
    ]
    revoked = frozenset(MemberId("TZ-DEV", "GOV", f"gone{n}") for n in range(count))
    return rights(*crowd, *mine, agreement(), revoked=revoked)


def steps(of: Rights, **changes: Any) -> int:
    """How many lines of code a decision runs."""
    count = 0

    def tracer(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += event == "line"
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        asked(of, **changes)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("changes", [{}, {"verb": "PUT"}, {"path": "/x"}, {"client": OTHER}, {"at": NOW + DAY}])
def test_a_decision_costs_the_same_with_ten_thousand_rights(changes: dict[str, Any]) -> None:
    costs = {count: steps(many(count), **changes) for count in (10, 1_000, 10_000)}
    assert len(set(costs.values())) == 1, costs
    assert 0 < costs[10] < 250
