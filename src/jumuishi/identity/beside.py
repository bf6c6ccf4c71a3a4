"""What rooms above add to the sign-in's own pages: a link beside the list of open sessions, another way to come in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Beside:
    """A link to another room's page: the key of its text, its Kiswahili address for a citizen and for an officer."""

    key: str
    citizen: str
    officer: str


sessions: list[Beside] = []


def beside_sessions(key: str, *, citizen: str, officer: str) -> None:
    """Put a link on the page of open sessions."""
    sessions.append(Beside(key, citizen, officer))
