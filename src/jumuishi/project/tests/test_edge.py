"""Where the exchange is away a caller reads an error of the protocol, and cannot take it for its service's answer."""

import pytest

from jumuishi.project import edge
from jumuishi.project.addresses import free_port


@pytest.mark.parametrize(
    ("profile", "accept", "kind", "media"),
    [
        ("xroad-7.7", "", "Server.ClientProxy.NetworkError", "application/json"),
        ("xroad-7.8", "application/json", "server.clientproxy.network_error", "application/json"),
        ("xroad-7.7", "text/xml", "Server.ClientProxy.NetworkError", "text/xml"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_away_it_is_an_error_of_the_protocol(
    monkeypatch: pytest.MonkeyPatch, known: bool, profile: str, accept: str, kind: str, media: str
) -> None:
    monkeypatch.setattr("django.conf.settings.EXCHANGE_PROFILE", profile)
    monkeypatch.setenv("JUMUISHI_EXCHANGE_EDGE", f"http://127.0.0.1:{free_port('127.0.0.1', 0)}" if known else "")
    told: list[tuple[str, dict[str, str]]] = []
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/r1/TZ/GOV/maji/wateja/c", "HTTP_ACCEPT": accept}
    body = b"".join(edge.relay(asked, lambda status, headers: told.append((status, dict(headers)))))
    assert told[0][0] == "503 Service Unavailable"
    assert told[0][1]["X-Road-Error"] == kind
    assert told[0][1]["Retry-After"] == "5"
    assert told[0][1]["Content-Type"].startswith(media)
    assert kind.encode() in body
