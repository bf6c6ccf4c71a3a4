"""Facts in the past tense, told after commit, at least once: the outbox.

An event is a frozen dataclass with a lasting name "room.thing.happened". `tell` enqueues one job for
each subscriber in the transaction in which the fact became true; so nothing is told that did not
happen, and nothing that happened is left untold.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, get_type_hints
from uuid import UUID

from django.db import transaction

from jumuishi.kernel import jobs
from jumuishi.kernel.canonical import plain


class Event:
    """Base of all events; subclasses are frozen dataclasses of ids, texts, numbers and instants."""

    name: ClassVar[str]


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]
Wanted = Callable[[Any], bool]
_subscribers: dict[str, dict[str, Handler]] = defaultdict(dict)
_wanted: dict[str, Wanted] = {}
_types: dict[str, type[Event]] = {}


def subscribe(
    event: type[E], *, wanted: Callable[[E], bool] | None = None
) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register an idempotent handler; it is known by its module and name.

    `wanted` is asked where the fact is told, in its transaction: no job is made for somebody who would do nothing.
    """

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _types[event.name] = event
        _subscribers[event.name][name] = handler
        if wanted is not None:
            _wanted[name] = wanted
        return handler

    return register


def tell(event: Event) -> None:
    """Enqueue the event for each of its subscribers that wants it, in the open transaction."""
    payload = plain(asdict(event))  # type: ignore[call-overload]  # every event is a dataclass
    for subscriber in _subscribers.get(event.name, ()):
        if subscriber in _wanted and not _wanted[subscriber](event):
            continue
        jobs.later(deliver, event=event.name, subscriber=subscriber, payload=payload)


def rebuild(name: str, payload: dict[str, Any]) -> Event:
    """The event again from its JSON form; fields unknown to this version are dropped."""
    kind = _types[name]
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every event is a dataclass
    return kind(**{key: _typed(hints[key], value) for key, value in payload.items() if key in known})


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    names = str(hint)
    if hint is UUID or "UUID" in names:
        return UUID(value)
    if hint is datetime or "datetime" in names:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    return value


class UnknownSubscriberError(Exception):
    """A fact for somebody whom this release doesn't know."""


@jobs.job("kernel.event.deliver")
def deliver(*, event: str, subscriber: str, payload: dict[str, Any]) -> None:
    """Hand one event to one subscriber.

    Raises UnknownSubscriberError, so that it is tried again: the release that told of it runs beside this one, or comes
    back. One whose subscriber was renamed or taken away is failed after three days, where somebody sees it.
    """
    handler = _subscribers.get(event, {}).get(subscriber)
    if handler is None:
        raise UnknownSubscriberError(f"{event} for {subscriber}")
    # The row policies read their principal at BEGIN: outside a transaction a handler would see no rows.
    with transaction.atomic():
        handler(rebuild(event, payload))
