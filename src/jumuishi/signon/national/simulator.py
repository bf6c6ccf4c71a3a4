"""An identity provider of the demonstration and of tests: a process of its own that speaks OpenID Connect on loopback.

    python -m jumuishi.signon.national.simulator --port 8200 --client jumuishi-demo --secret demo-secret \
        --told http://127.0.0.1:8000/oidc/national/logout

Its address is written into national-simulator.url of JUMUISHI_DATA, where a demonstration finds it. Its people are made
up. GET /authorize shows them (`as=NAME` chooses one at once); POST /simulate/logout {as} ends a person's session and
tells us; POST /simulate/knobs {iss, aud, nonce, alg, late, typ, away, code_twice} makes it lie.
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import os
import secrets
import signal
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from jumuishi.signon.national.options import ADDRESS_FILE

PEOPLE = {"asha": "Asha Juma", "bakari": "Bakari", "juma": "Juma", "jirani": "Jirani Mwema"}
_PAGE = """<!doctype html><html lang="sw"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Taifa</title><h1>Kitambulisho cha taifa (mfano)</h1>"""
EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Simulator:
    """The provider: its key, the codes it gave, how it lies."""

    def __init__(self, *, client: str, secret: str, told: str) -> None:
        self.client, self.secret, self.told, self.address = client, secret, told, ""
        self.key = RSAKey.generate_key(2048, {"kid": "taifa-1", "use": "sig", "alg": "RS256"}, private=True)
        self.codes: dict[str, dict[str, str]] = {}
        self.knobs: dict[str, Any] = {}
        self.last_logout = ""

    def configuration(self) -> dict[str, Any]:
        """Discovery."""
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/jwks",
            "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"], "authorization_response_iss_parameter_supported": True,
        }  # fmt: skip

    def chosen(self, asked: dict[str, str]) -> str:
        """Where the browser goes with a code, once it is known who it is."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        iss = self.knobs.get("answer_iss", self.address)
        said = urlencode({"code": code, "state": asked.get("state", ""), "iss": iss})
        return f"{asked['redirect_uri']}?{said}"

    def exchanged(self, said: dict[str, str], basic: str) -> dict[str, Any] | None:
        """The answer of the token endpoint; None for whoever does not prove itself."""
        asked = self.codes.pop(said.get("code", ""), None)
        if asked is None or basic != base64.b64encode(f"{self.client}:{self.secret}".encode()).decode():
            return None
        made = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest())
        if made.rstrip(b"=").decode() != asked.get("code_challenge") or said["redirect_uri"] != asked["redirect_uri"]:
            return None
        who = asked["as"]
        claims = {"sub": f"taifa-{who}", "sid": f"kikao-{who}", "name": PEOPLE[who], "nonce": asked.get("nonce", "")}
        return {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        """A token, true unless a knob says otherwise."""
        now = int(time.time())
        said = {"iss": self.address, "aud": self.client, "iat": now, "exp": now + 300, **claims}
        said |= {name: self.knobs[name] for name in ("iss", "aud", "nonce", "azp") if name in self.knobs}
        if self.knobs.get("late"):
            said |= {"iat": now - 7200, "exp": now - 3600}
        head = {"alg": "RS256", "kid": "taifa-1", "typ": self.knobs.get("typ", typ)}
        algorithm = self.knobs.get("alg", "RS256")
        if algorithm == "RS256":
            return jwt.encode(head, said, self.key)
        start = f"{_text({**head, 'alg': algorithm})}.{_text(said)}"
        if algorithm == "none":
            return f"{start}."
        # The public key taken for a shared secret.
        mac = hmac.digest(self.key.as_pem(private=False), start.encode(), "sha256")
        return f"{start}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def end(self, who: str) -> int:
        """A person's session ends here: the one who stands on it is told; its answer's status."""
        said = {"sub": f"taifa-{who}", "sid": f"kikao-{who}", "jti": secrets.token_urlsafe(12), "events": {EVENT: {}}}
        self.last_logout = self.signed(said, "logout+jwt")
        return self.tell(self.last_logout)

    def tell(self, token: str) -> int:
        """A logout token, posted."""
        sent = urllib.request.Request(self.told, data=urlencode({"logout_token": token}).encode(), method="POST")  # noqa: S310  # this machine
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(sent, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def _text(said: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


class _Door(BaseHTTPRequestHandler):
    simulator: Simulator

    def do_GET(self) -> None:
        parts, one = urlsplit(self.path), self.simulator
        asked = dict(parse_qsl(parts.query))
        if one.knobs.get("away"):
            self._send(503, b"")
        elif parts.path == "/.well-known/openid-configuration":
            self._json(one.configuration())
        elif parts.path == "/jwks":
            self._json({"keys": [one.key.as_dict(private=False)]})
        elif parts.path == "/authorize" and asked.get("as") in PEOPLE:
            self.send_response(302)
            self.send_header("Location", one.chosen(asked))
            self.end_headers()
        elif parts.path == "/authorize":
            rows = "".join(
                f'<li><a href="?{html.escape(urlencode({**asked, "as": who}))}">{name}</a></li>'
                for who, name in PEOPLE.items()
            )
            page = f"{_PAGE}<ul>{rows}</ul></html>"
            self._send(200, page.encode(), "text/html; charset=utf-8")
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        body, one = self.rfile.read(int(self.headers.get("Content-Length", "0"))), self.simulator
        if self.path == "/token" and not one.knobs.get("away"):
            said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            found = one.exchanged(said, self.headers.get("Authorization", "").partition(" ")[2])
            self._json(found or {"error": "invalid_grant"}, 200 if found else 400)
        elif self.path == "/simulate/knobs":
            one.knobs = json.loads(body)
            self._json(one.knobs)
        elif self.path == "/simulate/logout":
            said = json.loads(body)
            self._json({"status": one.tell(one.last_logout) if said.get("again") else one.end(said["as"])})
        else:
            self._send(404, b"")

    def _json(self, said: dict[str, Any], status: int = 200) -> None:
        self._send(status, json.dumps(said).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Names go into no log."""


def serve(simulator: Simulator, port: int) -> ThreadingHTTPServer:
    """The simulator's door on loopback, not yet turning; port 0 picks a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Door", (_Door,), {"simulator": simulator}))
    simulator.address = f"http://127.0.0.1:{server.server_address[1]}"
    return server


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    page = os.environ.get("JUMUISHI_PUBLIC_URL", "http://127.0.0.1:8000")
    parser = argparse.ArgumentParser(prog="national_simulator", description="A simulated identity provider on loopback")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one")
    parser.add_argument("--client", default="jumuishi-demo")
    parser.add_argument("--secret", default="demo-secret")
    parser.add_argument("--told", default=f"{page}/oidc/national/logout", help="where ended sessions are told")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("JUMUISHI_DATA", ".")))
    said = parser.parse_args()
    simulator = Simulator(client=said.client, secret=said.secret, told=said.told)
    server = serve(simulator, said.port)
    draft = said.data / f".{ADDRESS_FILE}.{os.getpid()}"
    draft.write_text(simulator.address)
    draft.replace(said.data / ADDRESS_FILE)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Simulated identity provider at {simulator.address}/", flush=True)  # noqa: T201  # a program's own line
    server.serve_forever(poll_interval=0.2)
    server.server_close()


if __name__ == "__main__":
    main()
