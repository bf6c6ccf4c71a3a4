"""Where a person works: asked of the room above, which knows institutions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from jumuishi.identity.principal import as_system


@dataclass(frozen=True)
class AppointmentRef:
    """One post that a person holds now; `roles` are those it may act in, delegated ones included."""

    id: UUID
    institution_id: UUID
    institution_name: str
    institution_kind: str
    roles: frozenset[str]
    title: str
    is_authority: bool = False


class AppointmentProvider(Protocol):
    """What the room of institutions fills."""

    def appointments_of(self, person_id: UUID) -> list[AppointmentRef]:
        """The posts that the person holds today; called as the system principal."""
        ...


_provider: list[AppointmentProvider] = []
_recovery_roles: set[str] = set()


def register(provider: AppointmentProvider, *, recovery_roles: Iterable[str] = ()) -> None:
    """Fill the Protocol (the last one counts); only holders of `recovery_roles` may recover an officer's sign-in."""
    _provider[:] = [provider]
    _recovery_roles.clear()
    _recovery_roles.update(recovery_roles)


def recovery_roles() -> frozenset[str]:
    """The roles whose holders, two together, may let an officer enrol again; none until registered."""
    return frozenset(_recovery_roles)


def appointments_of(person_id: UUID) -> list[AppointmentRef]:
    """The posts that the person holds today; none while no provider is there."""
    if not _provider:
        return []
    with as_system():
        return list(_provider[0].appointments_of(person_id))
