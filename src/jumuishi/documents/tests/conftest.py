"""The cast, an institution, and documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest

from jumuishi.documents import public
from jumuishi.documents.types import Facts, Issued, Issuer, Node, NodeLike, Order, Signer
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel.ids import new_id


def text(words: str) -> Node:
    return Node("text", (), words)


def fact(label: str, value: str) -> Node:
    return Node("row", (Node("header", (text(label),)), Node("cell", (text(value),))))


def body(facts: Facts) -> Sequence[NodeLike]:
    return [Node("table", (fact("Biashara", "Mgahawa wa Asha"), fact("Namba", facts.number)))]


@dataclass
class Cast:
    council: Issuer = field(
        default_factory=lambda: Issuer(
            new_id(), {"sw": "Halmashauri ya Mfano", "en": "Example Council"}, "Jamhuri ya Muungano wa Tanzania"
        )
    )
    other_council: Issuer = field(
        default_factory=lambda: Issuer(new_id(), {"sw": "Halmashauri ya Pili", "en": "Second Council"})
    )
    asha: Actor = field(default_factory=lambda: Actor.person(new_id(), "Asha"))
    baraka: Actor = field(default_factory=lambda: Actor.person(new_id(), "Baraka"))

    def officer(self, issuer: Issuer | None = None) -> Actor:
        return Actor(ActorKind.OFFICER, new_id(), (issuer or self.council).id, frozenset({"director"}))


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def issue(cast: Cast) -> Callable[..., Issued]:
    def make(
        *,
        issuer: Issuer | None = None,
        case_id: UUID | None = None,
        valid_until: date | None = date(2099, 12, 31),
        claims: dict[str, str] | None = None,
        actor: Actor | None = None,
        visit: int = 1,
    ) -> Issued:
        assert cast.asha.person_id is not None
        return public.issue(
            actor=actor or Actor.system(),
            institution=issuer or cast.council,
            person_id=cast.asha.person_id,
            case_id=case_id or new_id(),
            order=Order(
                key="licence",
                title={"sw": "Leseni ya Biashara", "en": "Business Licence"},
                body=body,
                holder="Asha Juma",
                signer=Signer("Neema", "Mkurugenzi"),
                claims=claims or {"holder": "Asha Juma", "business": "Mgahawa wa Asha"},
                valid_until=valid_until,
                details=("0001", "700000001"),
                visit=visit,
            ),
        )

    return make
