"""One command at work: the events that it gives so far, and the state after each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Never

from jumuishi.meetings.hall.events import Event
from jumuishi.meetings.hall.state import Facts, State
from jumuishi.meetings.orders.types import Orders, RefusedError, Rule

Apply = Callable[[State, Event], State]


@dataclass
class Turn:
    """`emit` adds an event and moves `state` on; a refusal throws all of it away."""

    orders: Orders
    facts: Facts
    state: State
    at: datetime
    apply: Apply
    by: str = ""
    events: list[Event] = field(default_factory=list)

    def emit(self, kind: str, **body: Any) -> None:
        """It happened."""
        event = Event(kind, body, self.at, self.by, self.state.seq + 1)
        self.events.append(event)
        self.state = self.apply(self.state, event)

    def check(self, holds: object, code: str, rule: Rule | None = None, **given: Any) -> None:
        """Raises RefusedError unless it holds."""
        if not holds:
            refuse(code, rule, **given)

    def is_open(self) -> None:
        """The meeting is going on."""
        self.check(self.state.phase == "open", "not_open")

    def on_item(self) -> str:
        """The item that is open."""
        self.is_open()
        self.check(self.state.item, "no_item_open")
        return self.state.item

    def is_here(self, member: str) -> None:
        """A member of the body who is there."""
        self.check(member in self.facts.members, "not_a_member")
        self.check(member in self.state.present, "not_here", who=self.name(member))

    def takes_part(self, member: str) -> str:
        """A member who is there and not out for the open item; returns the item."""
        item = self.on_item()
        self.is_here(member)
        self.check(not self.state.is_out(member, item), "out_for_item", self.orders.recusal_rule, who=self.name(member))
        return item

    def name(self, member: str) -> str:
        """A member's name; the text itself for who is none."""
        seat = self.facts.members.get(member)
        return seat.name if seat else member

    def number(self, item: str) -> str:
        """An item's number on the agenda."""
        return self.facts.items[item].number if item in self.facts.items else ""


Decide = Callable[[Turn, Any], None]
# What an event changes, by its body and `at` (an instant in ISO form).
Fold = Callable[[State, Mapping[str, Any]], dict[str, Any]]


def refuse(code: str, rule: Rule | None = None, **given: Any) -> Never:
    """Say no; `code` names the text `meetings.no_hall_CODE`, `rule` the clause."""
    raise RefusedError(f"hall_{code}", rule=rule, **given)
