"""What a client asks the person's browser for: read, and held against its terms."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.http import QueryDict

from jumuishi.kernel import clock
from jumuishi.signon import rules, standing
from jumuishi.signon.models import Client
from jumuishi.signon.types import BadClientError, ProtocolError

_SINCE = "signon.since"
PROMPTS = {"none", "login", "consent", "select_account"}
# Said in discovery that we don't know them; OpenID Connect Core 6 and 5.5 name the answers.
_UNKNOWN = {"request": "request_not_supported", "request_uri": "request_uri_not_supported"}


@dataclass(frozen=True)
class Asked:
    """An authorization request that may be answered. `since`: nobody who came in before then counts."""

    client: Client
    redirect_uri: str
    state: str
    scopes: list[str]
    nonce: str
    challenge: str
    prompts: frozenset[str]
    since: datetime | None
    english: bool


def redirect_of(said: QueryDict) -> tuple[Client, str]:
    """Whom to answer, and where. Raises BadClientError: then nobody is sent anywhere."""
    clients, uris = said.getlist("client_id"), said.getlist("redirect_uri")
    found = standing.client(clients[0]) if len(clients) == 1 else None
    if found is None:
        raise BadClientError("signon.unknown_client")
    if len(uris) != 1 or uris[0] not in standing.terms(found).redirects:
        raise BadClientError("signon.unknown_redirect")
    return found, uris[0]


def read(said: QueryDict) -> Asked:
    """The request, held against the client's terms. Raises BadClientError, ProtocolError."""
    found, uri = redirect_of(said)
    if twice := [name for name, values in said.lists() if len(values) > 1]:
        raise ProtocolError("invalid_request", f"{twice[0]} is there twice"[:80])
    for name, code in _UNKNOWN.items():
        if name in said:
            raise ProtocolError(code)
    if said.get("response_type") != "code":
        raise ProtocolError("unsupported_response_type", "only code")
    if said.get("response_mode", "query") != "query":
        raise ProtocolError("invalid_request", "only response_mode query")
    asked = said.get("scope", "").split()
    if rules.OPENID not in asked:
        raise ProtocolError("invalid_scope", "scope openid is needed")
    challenge = said.get("code_challenge", "")
    if said.get("code_challenge_method") != "S256" or not rules.is_challenge(challenge):
        raise ProtocolError("invalid_request", "code_challenge with code_challenge_method S256 is needed")
    prompts = frozenset(said.get("prompt", "").split())
    if prompts - PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise ProtocolError("invalid_request", "prompt")
    nonce = said.get("nonce", "")
    if len(nonce) > 300 or len(said.get("state", "")) > 1000:
        raise ProtocolError("invalid_request", "nonce or state is too long")
    return Asked(
        found, uri, said.get("state", ""), rules.granted(asked, standing.terms(found).scopes), nonce, challenge,
        prompts, _since(said), said.get("ui_locales", "").split("-")[0].split(" ")[0] == "en",
    )  # fmt: skip


def _since(said: QueryDict) -> datetime | None:
    """From when on a sign-in counts: our own mark of a sign-in that was asked for anew, else max_age."""
    try:
        return datetime.fromtimestamp(signing.loads(said.get("since", ""), salt=_SINCE, max_age=3600), UTC)
    except (signing.BadSignature, TypeError):
        pass
    if not (age := said.get("max_age", "")):
        return None
    if not (age.isascii() and age.isdigit() and len(age) < 10):
        raise ProtocolError("invalid_request", "max_age")
    return clock.now() - clock.seconds(int(age))


def anew(said: QueryDict) -> QueryDict:
    """The same request for after a sign-in that is asked for now: whoever comes in from now on counts."""
    later = said.copy()
    left = [one for one in later.get("prompt", "").split() if one not in ("login", "select_account")]
    later["prompt"] = " ".join(left)
    later["since"] = signing.dumps(int(clock.now().timestamp()), salt=_SINCE)
    return later
