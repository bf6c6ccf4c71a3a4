"""One step of a session: what was typed on the screen that stands, and the next screen. It knows no room.

All that lasts between two steps is the state: a short stack of places with their arguments, as JSON data.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from jumuishi.channels.ussd.screens import (
    Args,
    Back,
    BackTo,
    End,
    Go,
    Move,
    Picked,
    Registry,
    Said,
    Screen,
    Stay,
    Visit,
    Written,
)
from jumuishi.kernel import screens
from jumuishi.kernel.text import t

FIRST = "channels.first"
# More than any service has questions; what lies deeper in the way back is forgotten.
DEEPEST = 90
_TURNS = 12


@dataclass(frozen=True)
class Spot:
    """A place on the stack, with the page of it that is read."""

    name: str
    args: Args = field(default_factory=dict)
    page: int = 0


@dataclass(frozen=True)
class Shown:
    """How the screen that stands is answered: the keys of its rows, whether something is typed, which ways it has."""

    keys: tuple[str, ...] = ()
    asks: bool = False
    zero: bool = False
    skips: bool = False
    more: bool = False


@dataclass(frozen=True)
class State:
    """Where a session is. An empty stack is the first screen."""

    stack: tuple[Spot, ...] = ()
    shown: Shown = Shown()

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        now = self.shown
        return {
            "stack": [[spot.name, dict(spot.args), spot.page] for spot in self.stack],
            "shown": [list(now.keys), now.asks, now.zero, now.skips, now.more],
        }

    @classmethod
    def from_data(cls, data: Any) -> "State":
        """The state that to_data gave; the first screen for none."""
        if not data:
            return cls()
        keys, asks, zero, skips, more = data["shown"]
        stack = tuple(Spot(name, args, page) for name, args, page in data["stack"])
        return cls(stack, Shown(tuple(keys), asks, zero, skips, more))


@dataclass(frozen=True)
class Answer:
    """What is sent to the phone, and whether it ends the session there."""

    text: str
    ends: bool = False


def open_at(registry: Registry, visit: Visit, state: State) -> tuple[State, Answer]:
    """The screen where a session stands, read anew."""
    known = tuple(spot for spot in state.stack if spot.name in registry.places)
    return _settle(registry, visit, known)


def step(registry: Registry, visit: Visit, state: State, typed: str) -> tuple[State, Answer]:
    """Answer the screen that stands with what was typed."""
    typed, now = typed.strip(), state.shown
    back, home = (screens.BACK_ZERO, screens.HOME_ZERO) if now.zero else (screens.BACK, screens.HOME)
    if typed == home:
        return _settle(registry, visit, ())
    if typed == back:
        return _settle(registry, visit, _before(state.stack))
    if typed == screens.MORE and now.more:
        return _settle(registry, visit, (*state.stack[:-1], _turned(_top(state.stack), 1)))
    said = _said(now, typed)
    if said is None:
        key = "channels.ussd_number" if now.keys else "channels.ussd_something"
        return _settle(registry, visit, state.stack, t(key, visit.lang), keep_page=True)
    place = registry.places[_top(state.stack).name]
    missing = _guarded(registry, visit, _top(state.stack))
    move = missing or place.take(visit, _top(state.stack).args, said)
    return _moved(registry, visit, state.stack, move)


def takes_whole(state: State) -> bool:
    """Whether the screen that stands reads words, in which a star may be."""
    return state.shown.asks


def _said(now: Shown, typed: str) -> Said | None:
    if typed.isdigit() and typed.isascii() and len(typed) <= 2 and 0 < int(typed) <= len(now.keys):
        return Picked(now.keys[int(typed) - 1])
    if now.skips and typed == screens.MORE:
        return Written(None)
    return Written(typed) if now.asks and typed else None


def _top(stack: tuple[Spot, ...]) -> Spot:
    return stack[-1] if stack else Spot(FIRST)


def _turned(spot: Spot, by: int) -> Spot:
    return replace(spot, page=spot.page + by)


def _before(stack: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """A page back, else a place back; a list is read again from its first page."""
    if stack and stack[-1].page:
        return (*stack[:-1], _turned(stack[-1], -1))
    return stack[:-1]


def _guarded(registry: Registry, visit: Visit, spot: Spot) -> Go | None:
    """The way by the place that shows who holds the phone, where this one asks for it."""
    wanted = registry.places[spot.name].needs(visit, spot.args)
    if not wanted or wanted in visit.marks or not registry.guard:
        return None
    return Go(registry.guard, {"then": spot.name, "args": dict(spot.args)}, instead=True)


def _moved(registry: Registry, visit: Visit, stack: tuple[Spot, ...], move: Move) -> tuple[State, Answer]:
    said = ""
    if isinstance(move, End):
        return State(), Answer(screens.ending(move.lines), ends=True)
    if isinstance(move, Stay):
        said, top = move.said, _top(stack)
        changed = move.args is not None
        stack = (*stack[:-1], Spot(top.name, move.args)) if move.args is not None else stack
        return _settle(registry, visit, stack, said, keep_page=not changed)
    if isinstance(move, Go):
        below = stack[:-1] if move.instead else stack
        return _settle(registry, visit, (*below, Spot(move.name, move.args)))
    if isinstance(move, Back):
        return _settle(registry, visit, stack[:-1], move.said)
    return _settle(registry, visit, _up_to(stack, move), move.said)


def _up_to(stack: tuple[Spot, ...], move: BackTo) -> tuple[Spot, ...]:
    places = [n for n, spot in enumerate(stack) if spot.name == move.name]
    return stack[: places[-1] + 1] if places else ()


def _settle(
    registry: Registry, visit: Visit, stack: tuple[Spot, ...], said: str = "", *, keep_page: bool = True
) -> tuple[State, Answer]:
    """Show the place on top; where it only leads on, what it leads to."""
    for _ in range(_TURNS):
        stack = stack[-DEEPEST:]
        top = _top(stack)
        if (guard := _guarded(registry, visit, top)) is not None:
            return _settle(registry, visit, (*stack[:-1], Spot(guard.name, guard.args)), said)
        screen = registry.places[top.name].show(visit, top.args)
        if isinstance(screen, Screen):
            page = top.page if keep_page else 0
            return _drawn(visit, stack, replace(screen, error=said) if said else screen, page)
        if isinstance(screen, End):
            return _moved(registry, visit, stack, screen)
        if isinstance(screen, Stay):
            stack, said = (*stack[:-1], Spot(top.name, screen.args or {})), screen.said
        elif isinstance(screen, Go):
            # A place that leads on by itself is none to come back to.
            stack = (*stack[:-1], Spot(screen.name, screen.args))
        else:
            below = stack[:-1]
            stack, said = below if isinstance(screen, Back) else _up_to(below, screen), screen.said
    raise RuntimeError(f"{_top(stack).name} leads to no screen")


def _drawn(visit: Visit, stack: tuple[Spot, ...], screen: Screen, page: int) -> tuple[State, Answer]:
    asked = screens.Asked(
        screen.head, [one.label for one in screen.choices], hint=screen.hint, at=screen.at, error=screen.error,
        zero=screen.zero, skips=screen.skips, is_home=not stack,
    )  # fmt: skip
    found = screens.pages(asked, visit.lang)
    page = min(page, len(found) - 1)
    now = found[page]
    keys = tuple(one.key for one in screen.choices[now.first : now.last])
    shown = Shown(keys, screen.asks, screen.zero, screen.skips and not now.has_more, now.has_more)
    if stack:
        stack = (*stack[:-1], replace(stack[-1], page=page))
    return State(stack, shown), Answer(now.text)
