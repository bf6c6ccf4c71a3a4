"""Every address says who may come in, every fact survives its journey as JSON, every deferred job has its worker."""

import ast
import importlib
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from jumuishi.identity.doors import Access
from jumuishi.kernel import events, jobs, worker
from jumuishi.kernel.canonical import plain
from jumuishi.project.tests.sources import HOUSE, nodes, own_files


def views(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, route)
        else:
            yield route, one.callback


def test_every_address_names_its_policy() -> None:
    found = dict(views(get_resolver().url_patterns))
    assert len(found) > 60
    open_doors = sorted(route for route, view in found.items() if not isinstance(getattr(view, "access", None), Access))
    assert not open_doors, "\n".join(open_doors)


def test_a_machines_address_says_how_it_knows_who_knocks() -> None:
    mute = [
        route
        for route, view in views(get_resolver().url_patterns)
        if view.access.name == "callback" and not view.access.reason  # type: ignore[attr-defined]
    ]
    assert not mute


def facts() -> list[type[events.Event]]:
    found = []
    for path in sorted(HOUSE.glob("*/events.py")):
        if path.parent.name == "kernel":
            continue
        module = importlib.import_module(f"jumuishi.{path.parent.name}.events")
        found += [
            one
            for _, one in inspect.getmembers(module, inspect.isclass)
            if issubclass(one, events.Event) and one.__module__ == module.__name__
        ]
    return found


def sample(hint: Any) -> Any:
    words = str(hint)
    for kind, value in (
        ("UUID", UUID(int=7)),
        ("datetime", datetime(2026, 11, 26, 9, 0, tzinfo=UTC)),
        ("date", date(2026, 11, 26)),
        ("dict[str, int]", {"licence": 20000}),
        ("dict", {"sw": "Leseni", "en": "Licence"}),
        ("tuple", ()),
        ("list", []),
        ("bool", True),
        ("int", 20000),
        ("str", "leseni"),
    ):
        if kind in words:
            return value
    raise AssertionError(f"no sample of {hint}")


@pytest.mark.parametrize("kind", facts(), ids=lambda kind: kind.name)
def test_a_fact_is_the_same_after_its_journey(kind: type[events.Event], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(events._types, kind.name, kind)
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name != "name"}
    told = kind(**{name: sample(hint) for name, hint in hints.items()})
    wire = json.loads(json.dumps(plain(asdict(told))))  # type: ignore[call-overload]  # a dataclass
    assert events.rebuild(kind.name, wire) == told
    room, thing, *rest = kind.name.split(".")
    assert room == kind.__module__.split(".")[1]
    assert thing
    assert rest, f"{kind.name} does not read room.thing.happened"


def test_names_of_facts_are_each_ones_own() -> None:
    names = [kind.name for kind in facts()]
    assert len(names) == len(set(names)) > 10


def test_every_job_that_is_deferred_has_a_worker() -> None:
    known = set(worker.build().tasks)
    assert set(jobs.REGISTRY) <= known
    deferred = set()
    for path in own_files():
        deferred |= {
            node.args[0].value
            for node in nodes(path)
            if isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") == "later_by_name"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        }
    assert deferred <= known


def test_only_a_job_of_the_house_can_be_deferred() -> None:
    with pytest.raises(KeyError):
        jobs.later(lambda: None)
