"""The roles that a person can be given: the system's own, and those of services, which the room above names."""

from collections.abc import Callable, Mapping
from uuid import UUID

from jumuishi.kernel.text import both

# The roles that answer for everybody's work in an institution: they bring people in and end posts.
HEADS = ("head", "director", "administrator")
SYSTEM = (
    "head",
    "director",
    "administrator",
    "ict-officer",
    "accountant",
    "registrar",
    "records-officer",
    "data-protection-officer",
    "complaints-officer",
    "clerk",
)
Names = Mapping[str, Mapping[str, str]]
_sources: list[Callable[[UUID], Names]] = []


def register_roles(source: Callable[[UUID], Names]) -> None:
    """Let a room above name the roles that an institution's services use: role -> {sw:, en:}."""
    _sources.append(source)


def known_roles(institution_id: UUID) -> dict[str, dict[str, str]]:
    """Every role that may be given there, with its name in both languages: those of services first."""
    found: dict[str, dict[str, str]] = {}
    for source in _sources:
        found |= {role: dict(name) for role, name in source(institution_id).items() if role not in SYSTEM}
    return found | {role: both(f"institutions.role_{role}") for role in SYSTEM}


def role_words(roles: frozenset[str] | set[str] | list[str], known: Names, lang: str) -> list[str]:
    """Roles by their names, in the order of the known ones; a role that no service uses any more by its key."""
    return [name[lang] for role, name in known.items() if role in roles] + sorted(set(roles) - set(known))
