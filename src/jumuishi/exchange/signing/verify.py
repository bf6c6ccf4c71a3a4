"""A signed message is believed, or refused for one named reason."""

from collections.abc import Callable
from dataclasses import dataclass

from jumuishi.exchange.signing.base import Head, Life, base, checked_parameters, components_of, only
from jumuishi.exchange.signing.fields import read_input, read_signature
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.keys import PublicKey
from jumuishi.exchange.signing.nonces import Nonces
from jumuishi.exchange.xroad.identifiers import MemberId


@dataclass(frozen=True, slots=True)
class Window:
    """How far two clocks may be apart and how long a signature may live, in seconds."""

    skew: int = 60
    longest: int = 300

    @property
    def remember(self) -> int:
        """How long a nonce must be remembered."""
        return self.longest + 2 * self.skew


@dataclass(frozen=True, slots=True)
class Believed:
    """Who signed, when, and the signature itself, which an answer binds."""

    key: PublicKey
    life: Life
    signature: bytes


def _field(head: Head, name: str) -> str:
    values = head.fields.get(name, ())
    if not values:
        raise NotBelieved(Flaw.UNSIGNED, name)
    if len(values) > 1:
        raise NotBelieved(Flaw.SEVERAL_SIGNATURES, name)
    return values[0]


def check_life(life: Life, now: int, window: Window) -> None:
    """Raises NotBelieved for a signature from the future, past its end, or made to live longer than is taken."""
    if life.created > now + window.skew:
        raise NotBelieved(Flaw.NOT_YET)
    if not life.created <= life.expires <= life.created + window.longest:
        raise NotBelieved(Flaw.LIVES_TOO_LONG)
    if life.expires + window.skew < now:
        raise NotBelieved(Flaw.TOO_OLD)


def believe(
    head: Head,
    *,
    owner: MemberId,
    key_of: Callable[[str], PublicKey | None],
    now: int,
    window: Window,
    nonces: Nonces,
) -> Believed:
    """Check who signed a request or an answer. `owner` is the member that must have: the client's, or the service's.

    `key_of` finds a key that stands now. The nonce is remembered only once the signature is good. The headers beside
    the components are held by `hop.arrived`, the body by `check_digest`. Raises NotBelieved.
    """
    found = read_input(_field(head, "signature-input"))
    signature = read_signature(_field(head, "signature"), found.label)
    if sorted(found.components) != sorted(components_of(head)):
        raise NotBelieved(Flaw.COMPONENTS)
    life, keyid, algorithm = checked_parameters(found.parameters)
    check_life(life, now, window)
    key = key_of(keyid)
    if key is None:
        raise NotBelieved(Flaw.UNKNOWN_KEY, keyid)
    if key.owner != owner:
        raise NotBelieved(Flaw.ANOTHERS_KEY, keyid)
    if key.algorithm != algorithm:
        raise NotBelieved(Flaw.ALGORITHM, algorithm)
    if not key.signed(base(head, found.components, found.text), signature):
        raise NotBelieved(Flaw.SIGNATURE)
    nonces.admit(keyid, life.nonce, now)
    return Believed(key, life, signature)


def check_digest(head: Head, measured: str) -> None:
    """Hold a whole body to the signed head; `measured` is `BodyDigest.header`. Raises NotBelieved."""
    if only(head, "content-digest") != measured:
        raise NotBelieved(Flaw.BODY)
