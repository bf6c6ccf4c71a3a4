"""Whom a node believes: a node of its directory, by a key that counted when the bundle was packed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.courier.bundle import names, trust
from jumuishi.exchange.courier.bundle.envelope import Head
from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw
from jumuishi.exchange.courier.bundle.tests.test_envelope import HEAD as BARE
from jumuishi.exchange.directory.model import Directory
from jumuishi.exchange.tests.agreed import DAY, NOW
from jumuishi.exchange.tests.nodes import CLIENT
from jumuishi.exchange.tests.test_directory import COUNCIL_NODE, REGISTRY_NODE, WHOLE, key

HEAD = replace(BARE, keyid="council-p256", made_at=NOW)
KITUO = replace(COUNCIL_NODE, server_code="kituo")
KNOWN = replace(
    WHOLE,
    nodes=(replace(WHOLE.nodes[0], id=KITUO), replace(WHOLE.nodes[1], id=replace(REGISTRY_NODE, server_code="maji"))),
    subsystems=(),
    services=(),
    agreements=(),
)


def refused(head: Head = HEAD, directory: Directory = KNOWN, **changes: Any) -> Flaw:
    with pytest.raises(BadBundle) as found:
        trust.key_of(head, directory, **{"own": "maji", "now": NOW + DAY} | changes)
    return found.value.flaw


def with_key(**changes: Any) -> Directory:
    return replace(KNOWN, keys=(key("council-p256", **changes), KNOWN.keys[1]))


def test_the_key_of_the_node_that_packed_it_counts() -> None:
    assert trust.key_of(HEAD, KNOWN, "maji", NOW).owner == CLIENT
    assert trust.key_of(HEAD, with_key(until=NOW + DAY), "maji", NOW + 300 * DAY).keyid == "council-p256"


def test_whoever_else_is_not_believed() -> None:
    assert refused(own="wengine") is Flaw.NOT_FOR_US
    assert refused(replace(HEAD, sender="jirani")) is Flaw.UNKNOWN_SENDER
    assert refused(replace(HEAD, keyid="nobodys")) is Flaw.NOT_SIGNED
    # Another member's key, though the directory knows it.
    assert refused(replace(HEAD, keyid="registry-ed")) is Flaw.NOT_SIGNED
    assert refused(replace(HEAD, made_at=NOW - 2 * DAY)) is Flaw.NOT_SIGNED
    assert refused(directory=with_key(until=NOW)) is Flaw.NOT_SIGNED


def test_a_clock_may_be_off_by_an_hour_and_not_by_a_year() -> None:
    ahead = replace(HEAD, made_at=NOW + timedelta(hours=1))
    assert trust.key_of(ahead, KNOWN, "maji", NOW)
    assert refused(replace(HEAD, made_at=NOW + 365 * DAY)) is Flaw.FROM_THE_FUTURE


def test_whoever_stole_a_key_signs_no_more_whatever_time_is_written() -> None:
    assert refused(directory=with_key(revoked_at=NOW + DAY / 2)) is Flaw.NOT_SIGNED
    gone = replace(KNOWN.members[0], revoked_at=NOW + DAY / 2)
    assert refused(directory=replace(KNOWN, members=(gone, KNOWN.members[1]))) is Flaw.NOT_SIGNED


@given(st.text(max_size=60), st.text(max_size=60), st.integers(1, 10**9), st.integers(1, 999))
def test_a_files_name_fits_any_stick_and_leads_nowhere(sender: str, receiver: str, number: int, file: int) -> None:
    found = names.name_of(sender, receiver, number, file)
    assert found.isascii()
    assert len(found) < 120
    assert not set(found) & set('/\\:*?"<>| ')
    assert ".." not in found
    assert str(number) in found
