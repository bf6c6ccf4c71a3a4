"""What crosses this room's wall: the Actor, the thing acted on, the errors. No Django."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """The four principals; a citizen is a person, a visitor a person not yet known."""

    PERSON = "person"
    OFFICER = "institution"
    AUTHORITY = "authority"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who acts, in which post, and for whom. `person_id` is always the natural person at the keys."""

    kind: ActorKind
    person_id: UUID | None = None
    institution_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    appointment_id: UUID | None = None
    on_behalf_of: UUID | None = None
    name: str = ""

    @classmethod
    def person(cls, person_id: UUID | None, name: str = "") -> "Actor":
        """A citizen; None is a visitor of whom we know nothing."""
        return cls(ActorKind.PERSON, person_id, name=name)

    @classmethod
    def system(cls) -> "Actor":
        """The platform itself: a clock, a job, a callback."""
        return cls(ActorKind.SYSTEM)

    @property
    def who(self) -> UUID:
        """The natural person at the keys; raises NotAllowedError for a visitor and the platform itself."""
        if self.person_id is None:
            raise NotAllowedError("nobody")
        return self.person_id

    @property
    def workplace(self) -> UUID:
        """The institution that the actor acts in; raises NotAllowedError outside one."""
        if self.institution_id is None:
            raise NotAllowedError("outside")
        return self.institution_id

    def helping(self, owner: UUID) -> "Actor":
        """The same actor, openly acting for somebody else."""
        return replace(self, on_behalf_of=owner)

    def has(self, *roles: str) -> bool:
        """Whether the actor holds any of these roles in the post it acts in."""
        return not self.roles.isdisjoint(roles)

    def reference(self) -> dict[str, str]:
        """How the journal names the actor."""
        found = {
            "kind": self.kind.value,
            "person": str(self.person_id or ""),
            "institution": str(self.institution_id or ""),
            "appointment": str(self.appointment_id or ""),
        }
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True)
class Thing:
    """What is acted on: its kind ("case", "bill"), its id, and whom it belongs to."""

    kind: str
    id: UUID
    institution_id: UUID | None = None
    person_id: UUID | None = None


class NotAllowedError(Exception):
    """The actor may not do this to that thing; says which verb, never what the thing holds."""

    def __init__(self, verb: str) -> None:
        super().__init__(verb)
        self.verb = verb


class UnrecordedActionError(RuntimeError):
    """An action ended without a journal row: a fault of ours, and its transaction is rolled back."""


class BadPhoneError(ValueError):
    """The text is no mobile number that we can reach."""


class WeakPinError(ValueError):
    """Not taken as a PIN; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooManyError(Exception):
    """Tried too often; says after how many seconds to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


class EnrolmentError(Exception):
    """The enrolment link is used, expired or unknown: which of them is not said."""


class WrongPasswordError(Exception):
    """The old password is not the one that was typed, or it was tried too often: which of them is not said."""


class TakenError(ValueError):
    """Another account signs in with that name."""


class KeyRefusedError(ValueError):
    """A program's key can't be made or ended; the message is the text's key."""


@dataclass(frozen=True)
class NewKey:
    """A program's key as it was made: `secret` is told this once."""

    id: UUID
    secret: str


@dataclass(frozen=True)
class ClientRef:
    """A program of an institution that asks by its key; `actor` acts for the institution, with no natural person."""

    id: UUID
    institution_id: UUID
    name: str
    actor: Actor


@dataclass(frozen=True)
class PersonView:
    """A person as other rooms see one; `phone` is proved, or empty."""

    id: UUID
    name: str
    phone: str
    language: str


@dataclass(frozen=True)
class Guest:
    """A new guest and, this once, the code to go on with from another phone (12 digits)."""

    actor: Actor
    resume_code: str


@dataclass(frozen=True)
class Invitation:
    """An officer's person, and the token of the enrolment link; None when the account is enrolled already."""

    person_id: UUID
    token: str | None


@dataclass(frozen=True)
class Standing:
    """How far an officer's account is: enrolled, or invited until when (None: the link is over)."""

    email: str
    is_enrolled: bool
    invited_until: datetime | None
