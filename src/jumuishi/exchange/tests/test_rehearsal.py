"""A change of rights tried on what was asked, before it is made."""

from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rehearsal import Recorded, rehearse
from jumuishi.exchange.rights import Reason, Rights
from jumuishi.exchange.tests.agreed import NOW, agreement, rights
from jumuishi.exchange.tests.made import COUNCIL, NAMES, OTHER, TAXES


def test_a_change_is_tried_on_what_was_asked() -> None:
    old = rights(agreement(), agreement("t", service=TAXES))
    new = rights(
        agreement(endpoints=(read_endpoint("GET", "/v1/names/*"), read_endpoint("GET", "/v1/owners"))),
        services={NAMES: None, TAXES: "matengenezo"},
    )
    kept = Recorded(COUNCIL, NAMES, "GET", "/v1/names/7")
    search = Recorded(COUNCIL, NAMES, "POST", "/v1/search")
    tax = Recorded(COUNCIL, TAXES, "GET", "/v1/names/1")
    owners = Recorded(COUNCIL, NAMES, "GET", "/v1/owners")
    never = Recorded(OTHER, NAMES, "GET", "/v1/names/7")
    found = rehearse(old, new, [kept, search, tax, owners, never, tax, kept, kept, owners, tax], NOW)
    assert [(one.request, one.times, one.denied.reason) for one in found.newly_denied] == [
        (tax, 3, Reason.NO_AGREEMENT),
        (search, 1, Reason.PATH),
    ]
    assert [(one.request, one.times, one.denied.reason) for one in found.newly_allowed] == [(owners, 2, Reason.PATH)]
    assert (found.denied_times, found.allowed_times, found.same) == (4, 2, 4)


records = st.builds(
    Recorded,
    st.sampled_from([COUNCIL, OTHER]),
    st.sampled_from([NAMES, TAXES]),
    st.sampled_from(["GET", "PUT"]),
    st.sampled_from(["/a", "/a/b", "/a/../b"]),
)
grants = st.lists(
    st.builds(
        lambda client, service, verb, path: agreement(
            client=client, service=service, endpoints=(read_endpoint(verb, path),)
        ),
        st.sampled_from([COUNCIL, OTHER]),
        st.sampled_from([NAMES, TAXES]),
        st.sampled_from(["GET", "*"]),
        st.sampled_from(["/a", "/a/*", "/**"]),
    ),
    max_size=5,
).map(lambda found: rights(*found))


@given(grants, grants, st.lists(records, max_size=12))
def test_a_rehearsal_counts_each_request_once_and_backwards_is_its_mirror(
    old: Rights, new: Rights, traffic: list[Recorded]
) -> None:
    there, back = rehearse(old, new, traffic, NOW), rehearse(new, old, traffic, NOW)
    assert there.denied_times + there.allowed_times + there.same == len(traffic)
    assert [(one.request, one.times) for one in there.newly_denied] == [
        (one.request, one.times) for one in back.newly_allowed
    ]
    assert rehearse(old, old, traffic, NOW).same == len(traffic)
