"""What a check is and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from jumuishi.exchange.conform.asking import Edge
from jumuishi.exchange.conform.provider import Provider


class Result(StrEnum):
    """How a check ended; `NOT_APPLICABLE` where the scene lacks what it needs."""

    PASS = "pass"  # noqa: S105  # how a check ends
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"


class Kind(StrEnum):
    """Whether the protocol's text or running code says so, or what an edge needs to be safe."""

    PROTOCOL = "protocol"
    HARDENING = "hardening"


class Broken(Exception):
    """The rule does not hold; the text says what was seen."""


class NotApplicable(Exception):
    """The scene lacks what the check needs; the text says what."""


@dataclass(frozen=True)
class Scene:
    """What the kit may use: an edge, a client that may ask a service with any verb and path, and what stands behind it.

    `denied` is a service that the client may not ask, `described` the code of one of the provider's with a description.
    """

    edge: Edge
    client: str
    service: str
    provider: Provider | None
    denied: str = ""
    described: str = ""
    profile: str = ""
    seed: int = 0
    examples: int = 50
    large: int = 8 * 1_048_576

    @property
    def base(self) -> str:
        """The service's address at the edge."""
        return f"/r1/{self.service}"

    @property
    def subsystem(self) -> str:
        """The provider's subsystem, as an address."""
        return f"/r1/{self.service.rpartition('/')[0]}"

    def behind(self) -> Provider:
        """The kit's own provider; raises NotApplicable without one."""
        if self.provider is None:
            raise NotApplicable("needs --listen, and the service's address there")
        return self.provider


@dataclass(frozen=True)
class Check:
    """One rule."""

    name: str
    expects: str
    source: str
    kind: Kind
    run: Callable[[Scene], None]


@dataclass(frozen=True)
class Found:
    """What became of a check; `seen` says why where it did not pass."""

    check: Check
    result: Result
    seen: str = ""


CHECKS: list[Check] = []


def check(
    name: str, *, expects: str, source: str, kind: Kind = Kind.PROTOCOL
) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    """Register a rule."""

    def add(run: Callable[[Scene], None]) -> Callable[[Scene], None]:
        CHECKS.append(Check(name, expects, source, kind, run))
        return run

    return add


def must(holds: object, seen: str) -> None:
    """Raises Broken with what was seen unless it holds."""
    if not holds:
        raise Broken(seen)


def broken(seen: str) -> NoReturn:
    """Raises Broken."""
    raise Broken(seen)
