"""Names on the wire: split before they are decoded, decoded once, written so that they read back."""

import pytest
from hypothesis import given

from jumuishi.exchange.tests.made import clients, parts, services
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import (
    ClientId,
    Party,
    ServerId,
    ServiceId,
    check_registrable,
    decode_part,
    encode_part,
    read_client,
    read_party,
    read_server,
    read_service,
)


@given(parts)
def test_a_part_reads_back(part: str) -> None:
    written = encode_part(part)
    assert "/" not in written
    assert written.isascii()
    assert decode_part(written) == part


@given(clients, services)
def test_an_identifier_reads_back_and_no_two_are_written_alike(client: ClientId, service: ServiceId) -> None:
    assert read_client(client.wire) == client
    assert read_service(service.wire) == service
    assert client.wire.count("/") == len(client.parts) - 1


def test_a_slash_within_a_part_stays_there() -> None:
    assert read_service("DEV/COM/222/SUB/BAR%2FSERVICE").service_code == "BAR/SERVICE"
    with pytest.raises(XRoadError):
        read_service("DEV%2FCOM%2F222%2FSUB%2FBAR")


def test_it_is_decoded_once() -> None:
    assert read_client("DEV/COM/%252F").member_code == "%2F"


@pytest.mark.parametrize(
    "raw",
    ["", "a b", "%2", "%zz", "%c0%af", "%ff", "é", "a%", 'a"b', "a\\b", "a{b}", "%ed%a0%80", "a\x00", "a?b", "a#b"],
)
def test_what_is_no_part_is_refused(raw: str) -> None:
    with pytest.raises(XRoadError):
        decode_part(raw)


@pytest.mark.parametrize("text", ["DEV/COM", "DEV/COM/1/2/3", "DEV//1/2", "/DEV/COM/1", "DEV/COM/1/", ""])
def test_a_client_has_three_or_four_parts(text: str) -> None:
    with pytest.raises(XRoadError, match="Invalid Client Id"):
        read_client(text)


def test_a_server_has_four_parts_and_a_party_one_or_two() -> None:
    assert read_server("DEV/GOV/1/node-a") == ServerId("DEV", "GOV", "1", "node-a")
    assert read_party("COM/1234") == Party("COM", "1234")
    assert read_party("1234") == Party("", "1234")
    for reader, text in ((read_server, "DEV/GOV/1"), (read_server, "DEV/GOV/1/a/b"), (read_party, "a/b/c")):
        with pytest.raises(XRoadError):
            reader(text)


def test_how_they_are_told_to_people() -> None:
    assert str(ClientId("DEV", "COM", "222", "TEST")) == "SUBSYSTEM:DEV/COM/222/TEST"
    assert str(ClientId("DEV", "COM", "222")) == "MEMBER:DEV/COM/222"
    assert str(ClientId("DEV", "COM", "222", "TEST").member) == "MEMBER:DEV/COM/222"
    assert str(ServiceId("DEV", "COM", "222", "TEST", "pets")) == "SERVICE:DEV/COM/222/TEST/pets"


def test_only_some_characters_are_registered() -> None:
    for good in ("GOV", "a-b.c", "(x)", "1+1=2?", "o'clock,"):
        check_registrable(good)
    for bad in ("", "a/b", "a%b", "a b", "é", "a;b", "a\\b", "..", ".", "a\n", "x" * 256):
        with pytest.raises(ValueError, match="identifier"):
            check_registrable(bad)
