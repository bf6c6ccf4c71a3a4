"""Drawn schedules: two nodes send each other messages while parcels are cut, repeated, reordered, carried late, and
nodes are killed between any two steps. Whoever plays the nodes keeps the promise or is caught.

A side is anything with these few verbs: in memory over the pure rules alone, or over a real database.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Protocol

from jumuishi.exchange.courier import wire
from jumuishi.exchange.courier.types import Parcel


class Killed(Exception):
    """The node died before it had committed."""


class Side(Protocol):
    """One node. `effects` are (subject, text) in the order in which they took place."""

    name: str

    def send(self, subject: str, text: str, *, priority: int, lives: bool) -> None: ...
    def pack(self, most: int) -> Parcel: ...
    def take(self, parcel: Parcel, *, killed: bool) -> Parcel | None: ...
    def hand(self, *, killed: bool) -> None: ...
    def close_dead(self) -> None: ...
    def waiting(self) -> int: ...
    def effects(self) -> list[tuple[str, str]]: ...


# A text that begins so is refused by its handler; one that begins so is past its time when it is sent.
POISON, LATE = "poison", "late"


@dataclass
class Schedule:
    """One drawn history; `play` raises AssertionError with its seed where a promise was broken."""

    seed: int
    left: Side
    right: Side
    steps: int = 60
    sent: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def play(self) -> None:
        """Steps of every kind in any order; then the line holds, and all must have converged."""
        draw = random.Random(self.seed)
        air: list[tuple[Side, bytes]] = []
        old: list[tuple[Side, bytes]] = []
        sides = (self.left, self.right)
        for _ in range(self.steps):
            side = draw.choice(sides)
            other = self.right if side is self.left else self.left
            kind = draw.random()
            if kind < 0.35:
                self._send(draw, side)
            elif kind < 0.6:
                air.append((other, b"".join(wire.written(side.pack(draw.choice((1, 2, 5, 500)))))))
            elif kind < 0.85 and air:
                self._deliver(draw, air, old)
            elif kind < 0.9 and old:
                # A stick from long ago is put in again.
                air.append(draw.choice(old))
            elif kind < 0.97:
                side.hand(killed=draw.random() < 0.3)
            else:
                side.close_dead()
        self._calm(sides)
        self._check(sides)

    def _send(self, draw: random.Random, side: Side) -> None:
        subject, kind = draw.choice(("", "a", "b")), draw.random()
        text = f"{POISON if kind < 0.05 else LATE if kind < 0.1 else 'm'}-{len(self.sent[side.name, subject])}"
        side.send(subject, text, priority=draw.randint(0, 9), lives=not text.startswith(LATE))
        self.sent[side.name, subject].append(text)

    def _deliver(self, draw: random.Random, air: list[tuple[Side, bytes]], old: list[tuple[Side, bytes]]) -> None:
        """Any parcel that is under way arrives, or is lost; perhaps twice; the answer may be lost as well."""
        to, data = air.pop(draw.randrange(len(air)))
        if draw.random() < 0.3:
            return
        old.append((to, data))
        if draw.random() < 0.2:
            air.append((to, data))
        try:
            answer = to.take(wire.read(data), killed=draw.random() < 0.2)
        except Killed:
            return
        if answer is not None and draw.random() < 0.7:
            back = self.left if to is self.right else self.right
            air.append((back, b"".join(wire.written(answer))))

    def _calm(self, sides: tuple[Side, Side]) -> None:
        for _ in range(200):
            for side, other in (sides, sides[::-1]):
                answer = other.take(side.pack(500), killed=False)
                if answer is not None:
                    side.take(answer, killed=False)
                other.hand(killed=False)
                other.close_dead()
            if not any(side.waiting() for side in sides):
                return
        raise AssertionError(f"schedule {self.seed} does not converge: {[side.waiting() for side in sides]}")

    def _check(self, sides: tuple[Side, Side]) -> None:
        for side, other in (sides, sides[::-1]):
            found: dict[str, list[str]] = defaultdict(list)
            for subject, text in other.effects():
                found[subject].append(text)
            for subject in ("", "a", "b"):
                wanted = [one for one in self.sent[side.name, subject] if not one.startswith((POISON, LATE))]
                assert found[subject] == wanted, f"schedule {self.seed}, {side.name} {subject!r}"
