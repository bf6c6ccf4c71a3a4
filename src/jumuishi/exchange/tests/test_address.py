"""An address between nodes, and to an institution's system, is what was asked for byte by byte."""

import pytest

from jumuishi.exchange.gateway.http import address


def test_an_address_leaves_as_it_stands() -> None:
    for text in ("http://h/a?", "http://h/a?b=%2f&c=%41", "https://h:9/a%20b/?x?y", "http://[::1]:8/a?b=c#d"[:-2]):
        found = address(text)
        assert f"{found.scheme}://{found.raw_authority}{found.raw_path_qs}" == text
    assert address("http://h?x=1").raw_path_qs == "/?x=1"
    assert address("http://h").raw_path_qs == "/"
    for text in ("ftp://h/", "http:///a", "http://h/a#b"):
        with pytest.raises(ValueError, match="no address"):
            address(text)
