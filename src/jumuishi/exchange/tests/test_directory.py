"""The signed directory: read back as it was, never altered, never going back, each key only in its time."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.exchange.directory.document import UnreadDirectory, read, written
from jumuishi.exchange.directory.model import (
    Contradiction,
    DatedKey,
    Directory,
    Member,
    Node,
    Service,
    Subsystem,
)
from jumuishi.exchange.directory.standing import Grade, NotTaken, Refusal, Terms, grade, take
from jumuishi.exchange.rights import Allowed, Denied, Reason
from jumuishi.exchange.signing.keys import PublicKey
from jumuishi.exchange.tests.agreed import DAY, NOW, agreement
from jumuishi.exchange.tests.made import COUNCIL, NAMES, OTHER, SCHOOLS, TAXES
from jumuishi.exchange.tests.nodes import CLIENT, PRIVATE, PROVIDER
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServerId
from jumuishi.kernel.canonical import canonical

AUTHORITY = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
TRUSTED = {"centre-1": AUTHORITY.public_key()}
TERMS = Terms(grace=2 * DAY, skew=timedelta(minutes=5))
COUNCIL_NODE, REGISTRY_NODE = ServerId("TZ-DEV", "GOV", "LGA-07", "a"), ServerId("TZ-DEV", "GOV", "REG-01", "a")


def key(name: str, **changes: Any) -> DatedKey:
    owner = CLIENT if name.startswith("council") else PROVIDER
    return DatedKey(PublicKey(name, owner, PRIVATE[name].public_key()), **{"since": NOW - DAY} | changes)


WHOLE = Directory(
    instance="TZ-DEV",
    serial=7,
    rights_version=3,
    issued=NOW,
    expires=NOW + DAY,
    members=(Member(CLIENT, "Halmashauri ya Mfano"), Member(PROVIDER, "Msajili wa “Mfano”")),
    nodes=(
        Node(COUNCIL_NODE, "https://127.0.0.1:1", "council.example", "00" * 32),
        Node(REGISTRY_NODE, "https://127.0.0.1:2", "registry.example", "11" * 32),
    ),
    subsystems=(
        Subsystem(COUNCIL, "Vibali", COUNCIL_NODE),
        Subsystem(SCHOOLS, "Shule", COUNCIL_NODE),
        Subsystem(NAMES.provider, "Majina", REGISTRY_NODE),
    ),
    services=(Service(NAMES, "OPENAPI", (("GET", "/v1/names/*"),)),),
    keys=(key("council-p256"), key("registry-ed", until=NOW + DAY)),
    agreements=(agreement(),),
)


def there(directory: Directory = WHOLE) -> bytes:
    return written(directory, "centre-1", AUTHORITY)


def test_it_reads_back() -> None:
    assert read(there(), TRUSTED) == WHOLE
    assert read(there(), {"centre-0": PRIVATE["council-ed"].public_key(), **TRUSTED}) == WHOLE  # type: ignore[dict-item]


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.data())
def test_any_directory_reads_back(data: st.DataObject) -> None:
    issued = data.draw(moments)
    made = replace(
        WHOLE,
        serial=data.draw(st.integers(1, 2**53 - 1)),
        issued=issued,
        expires=issued + data.draw(st.timedeltas(timedelta(microseconds=1), DAY)),
        members=tuple(
            replace(one, name=data.draw(texts), revoked_at=data.draw(st.none() | moments)) for one in WHOLE.members
        ),
        services=(Service(NAMES, "REST", (("*", "/**"),), data.draw(st.none() | texts)),),
        keys=tuple(replace(one, revoked_at=data.draw(st.none() | moments)) for one in WHOLE.keys),
        agreements=(agreement(legal_basis=data.draw(texts), fields=frozenset(data.draw(st.lists(texts, max_size=3)))),),
    )
    assert read(there(made), TRUSTED) == made


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_of_it_changes(at: int, bit: int) -> None:
    document = bytearray(there())
    document[at % len(document)] ^= bit
    with pytest.raises(UnreadDirectory):
        read(bytes(document), TRUSTED)


def resigned(body: bytes) -> bytes:
    signature = AUTHORITY.sign(b"jumuishi-directory-1\n" + body)
    return body + b"\ncentre-1 " + b64encode(signature) + b"\n"


def altered(**changes: Any) -> bytes:
    return resigned(canonical(json.loads(there().split(b"\n")[0]) | changes))


def test_only_the_authority_signs_and_only_directories() -> None:
    body = there().split(b"\n")[0]
    assert read(resigned(body), TRUSTED) == WHOLE
    other = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
    for wrong in (
        written(WHOLE, "centre-1", other), written(WHOLE, "centre-2", AUTHORITY), b"", b"\n", body, body + b"\n",
        body + b"\ncentre-1 " + b64encode(AUTHORITY.sign(body)) + b"\n",
        there() + there(), there()[:-1], there() + b"\n",
    ):  # fmt: skip
        with pytest.raises(UnreadDirectory):
            read(wrong, TRUSTED)
    with pytest.raises(UnreadDirectory):
        read(there(), {})


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": True}, {"serial": "7"}, {"serial": 0}, {"serial": 7.5}, {"instance": None},
        {"issued": "2026-01-01T00:00:00"},
        {"issued": "2026-05-06T07:08:00Z"}, {"more": "x"}, {"members": {}}, {"members": [["x"]]}, {"keys": "x"},
        {"nodes": [{"id": "a/b", "address": "", "authority": ""}]}, {"agreements": [{"id": "x"}]}, {"expires": None},
    ],
)  # fmt: skip
def test_what_the_authority_signed_by_mistake_is_no_directory(changes: dict[str, Any]) -> None:
    with pytest.raises(UnreadDirectory):
        read(altered(**changes), TRUSTED)


def test_one_directory_has_one_text() -> None:
    body = there().split(b"\n")[0]
    for text in (
        body.replace(b'"serial":7', b'"serial": 7'),
        b" " + body,
        body.replace(b'"serial":7', b'"serial":7,"serial":7'),
    ):
        assert text != body
        with pytest.raises(UnreadDirectory):
            read(resigned(text), TRUSTED)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (timedelta(), Grade.CURRENT), (DAY, Grade.STALE), (3 * DAY - timedelta.resolution, Grade.STALE),
        (3 * DAY, Grade.EXPIRED),
    ],
)  # fmt: skip
def test_how_well_it_counts_when_the_centre_is_away(at: timedelta, counts: Grade) -> None:
    assert grade(WHOLE, NOW + at, TERMS) is counts


def refused(new: Directory, held: Directory | None = WHOLE, now: datetime = NOW) -> Refusal:
    with pytest.raises(NotTaken) as error:
        take(new, held, now, TERMS)
    return error.value.refusal


def test_which_one_a_node_goes_by() -> None:
    newer = replace(WHOLE, serial=8, issued=NOW + timedelta(minutes=5))
    assert take(WHOLE, None, NOW, TERMS) is WHOLE
    assert take(newer, WHOLE, NOW, TERMS) is newer
    assert take(newer, replace(WHOLE, expires=NOW + timedelta(seconds=1)), NOW + DAY, TERMS) is newer
    assert take(read(there(), TRUSTED), WHOLE, NOW, TERMS) == WHOLE
    assert refused(replace(WHOLE, serial=6)) is Refusal.WENT_BACK
    assert refused(replace(WHOLE, expires=NOW + 2 * DAY)) is Refusal.TWO_HISTORIES
    assert refused(replace(newer, rights_version=2)) is Refusal.RIGHTS_WENT_BACK
    assert refused(replace(newer, issued=NOW + timedelta(minutes=5, seconds=1))) is Refusal.FROM_THE_FUTURE
    assert refused(WHOLE, None, NOW + 3 * DAY) is Refusal.EXPIRED
    elsewhere = replace(
        WHOLE, instance="KE", serial=8, members=(), nodes=(), subsystems=(), services=(), keys=(), agreements=()
    )
    assert refused(elsewhere) is Refusal.OTHER_INSTANCE


@given(st.lists(st.integers(1, 9), max_size=12))
def test_the_serial_never_goes_back(serials: list[int]) -> None:
    held: Directory | None = None
    for serial in serials:
        before = held
        try:
            held = take(replace(WHOLE, serial=serial), held, NOW, TERMS)
        except NotTaken:
            assert before is not None
            assert serial < before.serial
        assert before is None or held is None or held.serial >= before.serial


ends = st.none() | st.integers(-3, 3).map(lambda days: NOW + days * DAY)


@given(until=ends, revoked=ends, member=ends, days=st.integers(-4, 4))
def test_a_key_signs_in_its_time_only(
    until: datetime | None, revoked: datetime | None, member: datetime | None, days: int
) -> None:
    held = replace(
        WHOLE,
        keys=(key("council-p256", until=until, revoked_at=revoked),),
        members=(replace(WHOLE.members[0], revoked_at=member), WHOLE.members[1]),
    )
    at = NOW + days * DAY
    ended = [end for end in (until, revoked, member) if end is not None and end <= at]
    assert (held.key("council-p256", at) is not None) is (at >= NOW - DAY and not ended)
    assert held.key("council-ed", at) is None


def test_a_revoked_member_is_gone_from_its_instant_on() -> None:
    held = replace(WHOLE, members=(replace(WHOLE.members[0], revoked_at=NOW + DAY / 2), WHOLE.members[1]))
    before, after = NOW, NOW + DAY / 2
    ask = (COUNCIL, NAMES, "GET", "/v1/names/7")
    assert isinstance(held.rights(before).decide(*ask, before), Allowed)
    answer = held.rights(after).decide(*ask, after)
    assert isinstance(answer, Denied)
    assert answer.reason is Reason.MEMBER_REVOKED
    assert [one.id for one in held.clients(before)] == [
        ClientId("TZ-DEV", "GOV", "LGA-07"), ClientId("TZ-DEV", "GOV", "REG-01"), COUNCIL, SCHOOLS, NAMES.provider,
    ]  # fmt: skip
    assert [one.id for one in held.clients(after)] == [ClientId("TZ-DEV", "GOV", "REG-01"), NAMES.provider]
    assert (held.revoked(before), held.revoked(after)) == (frozenset(), frozenset({CLIENT}))


def test_where_a_system_is_and_what_it_offers() -> None:
    node = WHOLE.node(NAMES.provider)
    assert node is not None
    assert node.authority == "registry.example"
    assert WHOLE.node(OTHER) is None
    assert [one.endpoints for one in WHOLE.offered(NAMES.provider)] == [(("GET", "/v1/names/*"),)]
    assert WHOLE.offered(COUNCIL) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": 0}, {"rights_version": -1}, {"expires": NOW},
        {"members": WHOLE.members * 2}, {"members": WHOLE.members[:1]}, {"keys": WHOLE.keys * 2}, {"nodes": ()},
        {"members": (*WHOLE.members, Member(MemberId("KE", "GOV", "1"), "x"))},
        {"members": (*WHOLE.members, Member(MemberId("TZ-DEV", "GOV", "a/b"), "x"))},
        {"subsystems": WHOLE.subsystems[:2]}, {"subsystems": (*WHOLE.subsystems, Subsystem(OTHER, "x", COUNCIL_NODE))},
        {"services": ()}, {"services": WHOLE.services * 2},
        {"services": (*WHOLE.services, Service(replace(NAMES, service_code="listMethods"), "REST", ()))},
        {"services": (*WHOLE.services, Service(replace(NAMES, service_code="a;b"), "REST", ()))},
        {"services": (*WHOLE.services, Service(replace(NAMES, service_code="x"), "REST", (("GET", "/../x"),)))},
        {"agreements": WHOLE.agreements * 2}, {"agreements": (agreement(service=TAXES),)},
        {"agreements": (agreement(client=OTHER),)},
        {"keys": (replace(key("council-ed"), key=PublicKey("k", OTHER.member, PRIVATE["council-ed"].public_key())),)},
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(Contradiction):
        replace(WHOLE, **changes)
