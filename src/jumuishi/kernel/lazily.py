"""A module that few requests need, loaded when something of it is first used: a web process keeps under 120 MB."""

import importlib
from typing import Any


class _Lazy:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        # Python's own import lock makes the first use safe between threads.
        return getattr(importlib.import_module(self._name), attribute)


def lazily(name: str) -> Any:
    """Stands in for a module: every attribute is the module's own, which is imported at the first of them."""
    return _Lazy(name)
