"""@action: one verb that checks, changes, records and tells, in one transaction, once however often it is sent."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction

from jumuishi.evidence import public as evidence
from jumuishi.identity import models
from jumuishi.identity.principal import principal_of
from jumuishi.identity.types import Actor, Thing, UnrecordedActionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

P = ParamSpec("P")
R = TypeVar("R")


class _Open:
    """An action that is running: its name, and the things it has recorded."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.recorded: list[Thing] = []


_open: ContextVar[_Open | None] = ContextVar("open_action", default=None)
_one_piece: ContextVar[bool] = ContextVar("one_piece", default=False)
NAMES: set[str] = set()


@contextmanager
def in_one_piece() -> Iterator[None]:
    """Acts within the block are part of the open transaction, and an error of one undoes all of it.

    For a door that does one act and lets no error of it pass: it saves the database two statements.
    """
    token = _one_piece.set(True)
    try:
        yield
    finally:
        _one_piece.reset(token)


def action(name: str, *, replay: Callable[..., Any] | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function of keyword arguments an act of consequence, under a lasting name.

    It runs in one transaction as `actor`; it raises UnrecordedActionError, and is undone, when no journal
    row was written. With `replay`, the caller may pass `idempotency_key`: the same key from the same actor
    happens once, and `replay(actor=, thing_id=, **the same arguments)` gives the first result again.
    """
    if name in NAMES:
        raise ValueError(f"two actions are called {name}")
    NAMES.add(name)

    def decorate(fn: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(fn)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{name} takes keyword arguments only")
            actor = kwargs["actor"]
            assert isinstance(actor, Actor)
            key = kwargs.pop("idempotency_key", None)
            opened = _Open(name)
            with tenancy.acting_as(principal_of(actor)), transaction.atomic(savepoint=not _one_piece.get()):
                command = None
                if key is not None and replay is not None:
                    command, first = _claim(actor, name, str(key))
                    if command is None:
                        again: R = replay(thing_id=first, **kwargs)
                        return again
                token = _open.set(opened)
                try:
                    result = fn(*args, **kwargs)
                finally:
                    _open.reset(token)
                if not opened.recorded:
                    raise UnrecordedActionError(name)
                if command is not None:
                    models.Command.objects.filter(id=command).update(thing_id=opened.recorded[0].id)
            return result

        return run

    return decorate


def _claim(actor: Actor, name: str, key: str) -> tuple[UUID | None, UUID | None]:
    """Take a key: (our command, None), or (None, the thing of the first time). Waits for one under way."""
    scope = actor.person_id or actor.institution_id
    if scope is None:
        raise ValueError("an idempotency key needs an actor who is known")
    row = models.Command(id=new_id(), scope=scope, action=name, key=key[:200], created_at=clock.now())
    done = models.Command.objects.bulk_create([row], ignore_conflicts=True)
    found = models.Command.objects.get(scope=scope, action=name, key=key[:200])
    return (row.id, None) if done and found.id == row.id else (None, found.thing_id)


def done_before(actor: Actor, name: str, key: str | None) -> UUID | None:
    """The thing of an action that this actor did under a key before; None where it was not, or no key was given."""
    scope = actor.person_id or actor.institution_id
    if key is None or scope is None:
        return None
    found = models.Command.objects.filter(scope=scope, action=name, key=key[:200]).first()
    return found.thing_id if found else None


def record(
    actor: Actor,
    thing: Thing,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    verb: str | None = None,
) -> UUID:
    """Write the journal row of the action that is running (or of `verb`); returns the row's id."""
    opened = _open.get()
    if verb is None and opened is None:
        raise ValueError("record() outside an action needs a verb")
    written = evidence.record(
        actor_ref=actor.reference(),
        verb=verb or (opened.name if opened else ""),
        thing_kind=thing.kind,
        thing_id=thing.id,
        institution_id=thing.institution_id,
        person_id=thing.person_id,
        before=before,
        after=after,
        on_behalf_of=actor.on_behalf_of,
    )
    if opened is not None:
        opened.recorded.append(thing)
    return written.journal_id
