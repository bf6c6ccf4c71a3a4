"""Systems of institutions as others build them: authlib speaks the protocol, PyJWT reads the tokens, none of ours."""

import re
import secrets
import threading
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit
from uuid import UUID

import httpx
import jwt
from authlib.integrations.httpx_client import OAuth2Client
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client

from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.signon import registering
from jumuishi.signon.types import Terms

BACK = "https://wateja.maji-mfano.example/rudi"
LEFT = "https://wateja.maji-mfano.example/umetoka"
PURPOSE = {"sw": "Kuona ankara zako za maji", "en": "To see your water bills"}
ASHA = "0700 000 061"
_MARK = r'name="csrfmiddlewaretoken" value="([^"]+)"'


class Country:
    """The served country: who acts in it, and which systems sign on."""

    def __init__(self, address: str) -> None:
        self.address = address

    @transaction.atomic
    def officer(self, slug: str, name: str) -> Actor:
        home = institutions.institution_by_slug(slug)
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == name)
        kind = ActorKind.AUTHORITY if slug == "mamlaka" else ActorKind.OFFICER
        return Actor(kind, one.person_id, home.id, one.roles, one.appointment_id, name=name)

    def at_work(self, slug: str, name: str) -> "Browser":
        """An officer's browser, the second factor just shown."""
        return self._browser(self.officer(slug, name))

    @transaction.atomic
    def citizen(self, phone: str = ASHA, name: str = "Asha Juma") -> "Browser":
        return self._browser(testing.citizen(phone, name))

    def _browser(self, actor: Actor) -> "Browser":
        kept = Client()
        with transaction.atomic():
            testing.sign_in(kept, actor)
        return Browser(self.address, kept.cookies["sessionid"].value)

    def visitor(self) -> "Browser":
        return Browser(self.address, "")

    @transaction.atomic
    def system(self, slug: str = "maji-mfano", asker: str = "Bakari", head: str = "Aisha", **said: Any) -> "System":
        """A system that was asked for, approved and given its secret; of `said` what differs from a plain one."""
        name, kind = said.pop("name", "Daftari la wateja"), said.pop("kind", "confidential")
        wanted = {
            "audience": "staff", "redirects": [BACK], "scopes": ["profile", "email", "work", "offline_access"],
            "purpose": PURPOSE, "basis": "Kanuni za mfano", "after_logout": [LEFT], **said,
        }  # fmt: skip
        ict, lead = self.officer(slug, asker), self.officer(slug, head)
        made = registering.ask(actor=ict, name=name, kind=kind, terms=Terms(**wanted))
        registering.approve(actor=lead, client_id=made)
        if wanted["audience"] == "citizens":
            registering.approve(actor=self.officer("mamlaka", "Zuhura"), client_id=made)
        secret = registering.new_secret(actor=ict, client_id=made) if kind == "confidential" else None
        return System(self.address, str(made), secret, wanted["redirects"][0])

    def for_citizens(self, **said: Any) -> "System":
        return self.system(**{"audience": "citizens", "scopes": ["profile", "phone", "offline_access"], **said})


class Browser:
    """A person's browser without script: follows what it is sent to, within the house; reports where it would leave."""

    def __init__(self, address: str, session: str) -> None:
        self.address = address
        self.http = httpx.Client(base_url=address, trust_env=False, follow_redirects=False, timeout=30)
        if session:
            self.http.cookies.set("sessionid", session, domain="127.0.0.1")
        self.pages: list[str] = []

    def go(self, url: str) -> str:
        """To an address of the house and on; returns the address outside that it ends at, or the page's text."""
        for _ in range(12):
            if url.startswith("/"):
                url = self.address + url
            if not url.startswith(self.address + "/"):
                return url
            answer = self.http.get(url)
            self.pages.append(url.removeprefix(self.address))
            if answer.is_redirect:
                url = answer.headers["location"]
            elif found := re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text):
                url = unescape(found[1])
            else:
                return answer.text
        raise AssertionError("round and round")

    def press(self, **fields: str) -> str:
        """The form of the page that it stands on, sent."""
        here = self.address + self.pages[-1]
        page = self.http.get(here).text
        # A page may have no form left: whoever sends again has the mark of one before.
        token = re.search(_MARK, page) or re.search(_MARK, self.http.get(f"{self.address}/ingia/").text)
        assert token
        sent = {"csrfmiddlewaretoken": token[1], **fields}
        answer = self.http.post(here, data=sent, headers={"referer": here, "origin": self.address})
        if answer.is_redirect:
            return self.go(answer.headers["location"])
        found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
        return self.go(unescape(found[1])) if found else answer.text


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@dataclass
class System:
    """A relying party: what it remembers of each request it began, by `state`."""

    address: str
    client_id: str
    secret: str | None
    redirect: str = BACK
    verifiers: dict[str, str] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return UUID(self.client_id)

    @property
    def known(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.address}/.well-known/openid-configuration", trust_env=False).json()
        return found

    def client(self, **more: Any) -> OAuth2Client:
        return OAuth2Client(
            self.client_id, self.secret, redirect_uri=self.redirect, code_challenge_method="S256", trust_env=False,
            token_endpoint_auth_method="client_secret_basic" if self.secret else "none", **more,
        )  # fmt: skip

    def begin(self, scope: str = "openid profile", **more: str) -> str:
        """The address to send a browser to."""
        verifier, nonce = secrets.token_urlsafe(40), secrets.token_urlsafe(16)
        url, state = self.client(scope=scope).create_authorization_url(
            self.known["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more
        )
        self.verifiers[state], self.nonces[state] = verifier, nonce
        return str(url)

    def finish(self, callback: str) -> dict[str, Any]:
        """Tokens for the code in the address that the browser came back to."""
        said = query(callback)
        assert said["iss"] == self.address, "RFC 9207: who answers"
        found = self.client().fetch_token(
            self.known["token_endpoint"], authorization_response=callback, state=said["state"],
            code_verifier=self.verifiers[said["state"]],
        )  # fmt: skip
        claims = self.read(found["id_token"])
        assert claims["nonce"] == self.nonces[said["state"]]
        return {**found, "claims": claims}

    def sign_in(self, browser: Browser, scope: str = "openid profile", **more: str) -> dict[str, Any]:
        """The whole way, with a yes where one is asked for."""
        at = browser.go(self.begin(scope, **more))
        if not at.startswith(self.redirect):
            assert browser.pages[-1].startswith(("/mfumo/ridhaa/", "/en/mfumo/ridhaa/")), at[:3000]
            at = browser.press(do="yes")
        return self.finish(at)

    def read(self, token: str, kind: str = "JWT", audience: str = "") -> dict[str, Any]:
        """A token's claims, by PyJWT and the published keys."""
        keys = jwt.PyJWKSet.from_dict(httpx.get(self.known["jwks_uri"], trust_env=False).json())
        head = jwt.get_unverified_header(token)
        assert head["typ"] == kind
        return dict(
            jwt.decode(token, keys[head["kid"]], ["RS256"], audience=audience or self.client_id, issuer=self.address)
        )

    @staticmethod
    def age(browser: "Browser", seconds: int) -> None:
        """As if the person of this browser had signed in so much earlier."""
        with transaction.atomic():
            kept = SessionStore(browser.http.cookies["sessionid"])
            kept["identity.since"] -= seconds
            kept.save()

    def facts(self, access_token: str) -> httpx.Response:
        return httpx.get(
            self.known["userinfo_endpoint"], headers={"authorization": f"Bearer {access_token}"}, trust_env=False
        )

    def ask(self, endpoint: str = "token", **said: str) -> httpx.Response:
        """A request of the client's server as it is, with its own secret."""
        basic = (self.client_id, self.secret) if self.secret else None
        if basic is None:
            said = {"client_id": self.client_id, **said}
        return httpx.post(f"{self.address}/oidc/{endpoint}", data=said, auth=basic, trust_env=False)

    def refresh(self, token: str) -> httpx.Response:
        return self.ask(grant_type="refresh_token", refresh_token=token)


class Ear:
    """The address of a system that is told of ended sign-ins; `status` is what it answers."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                ear.heard += said.get("logout_token", [])
                self.send_response(ear.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002  # the library's own shape
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/umetoka"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
