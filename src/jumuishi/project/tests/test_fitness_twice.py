"""Every address that takes something says how it recognises the same sent twice; the list forgets none."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import get_resolver

from jumuishi.project import api
from jumuishi.project.tests.test_fitness_doors import views
from jumuishi.project.tests.twice import known

HOWS = {
    "key": "an idempotency key, of the caller or of the form",
    "natural": "what it is about names it: an unfinished or standing one of the same is that one",
    "state": "it happened, and what happened stands in the way",
    "same": "what was last sent counts, and is the same",
    "reads": "nothing changes",
    "again": "it happens again on purpose, within limits",
}
TAKES = re.compile(r"POST\b|\.FILES\b|request\.body\b")


def functions(view: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """A view and what it calls in the package that it lies in."""
    waiting, seen = [inspect.unwrap(view)], set[Any]()
    while waiting:
        one = waiting.pop()
        if one in seen or not inspect.isfunction(one):
            continue
        seen.add(one)
        yield one
        module = sys.modules[one.__module__]
        named = [getattr(module, name, None) for name in one.__code__.co_names]
        called = [inspect.unwrap(found) for found in named if callable(found)]
        package = one.__module__.rpartition(".")[0]
        waiting += [found for found in called if getattr(found, "__module__", "").rpartition(".")[0] == package]


def taking() -> set[str]:
    """The addresses that look at what was sent, by method and route."""
    pages = {
        f"POST {route}"
        for route, view in views(get_resolver().url_patterns)
        if not route.startswith("api/v1/") and any(TAKES.search(inspect.getsource(one)) for one in functions(view))
    }
    calls = {
        f"{method} api/v1/{route}"
        for route, view in api.frame.views()
        for operation in view.operations
        for method in operation.methods
        if method not in ("GET", "HEAD")
    }
    return pages | calls


def test_every_address_that_takes_something_is_on_the_list_and_no_other() -> None:
    listed = [address for address, _, _ in known()]
    assert listed == sorted(set(listed))
    found = taking()
    assert len(found) > 150
    assert found - set(listed) == set(), "say in twice.csv how the same sent twice is recognised"
    assert set(listed) - found == set(), "no such address"


def test_the_list_says_how_and_by_what() -> None:
    assert {how for _, how, _ in known()} == set(HOWS)
    assert all(by.strip() for _, _, by in known())
