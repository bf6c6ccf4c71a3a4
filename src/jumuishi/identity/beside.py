"""What rooms above add to the sign-in's own pages: a link beside the list of open sessions, another way to come in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Beside:
    """A link to another room's page: the key of its text, its Kiswahili address for a citizen and for an officer."""

    key: str
    citizen: str
    officer: str


sessions: list[Beside] = []
_ways_in: list[tuple[Beside, Callable[[], bool]]] = []


def beside_sessions(key: str, *, citizen: str, officer: str) -> None:
    """Put a link on the page of open sessions."""
    sessions.append(Beside(key, citizen, officer))


def beside_sign_in(key: str, *, citizen: str, officer: str, shown: Callable[[], bool]) -> None:
    """Offer another way to come in, on the sign-in pages, while `shown` says so."""
    _ways_in.append((Beside(key, citizen, officer), shown))


def ways_in() -> list[Beside]:
    """The other ways that there are now."""
    return [one for one, shown in _ways_in if shown()]
