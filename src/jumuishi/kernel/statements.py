"""Statements that are asked all day long: planned once a connection, and sent with others where no answer is needed.

A row policy is planned anew with each statement that is sent as text: for a draft that costs the database ten times
what the row itself does. What stands here is prepared under a name of its own the first time, and from then on only
filled in. Name each column that is read: a plan with `*` in it does not outlive a new column.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

_MARK = re.compile(r"%%|%s|%\((\w+)\)s")


class Often(str):
    """SQL with %s or %(name)s, for a cursor of ours (kernel.database); the database keeps its plan."""

    def __new__(cls, text: str) -> "Often":
        """The same text is the same statement."""
        made = super().__new__(cls, text)
        made.order, made.marks = [], 0
        made.name = f"j{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        made.prepare = f"PREPARE {made.name} AS {_MARK.sub(made._numbered, text)}"
        marks = ", ".join(["%s"] * made.marks)
        made.call = f"EXECUTE {made.name}({marks})" if marks else f"EXECUTE {made.name}"
        return made

    name: str
    prepare: str
    call: str
    marks: int
    order: list[str]

    def _numbered(self, found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%"
        name = found.group(1)
        if name is None:
            self.marks += 1
            return f"${self.marks}"
        if name not in self.order:
            self.order.append(name)
            self.marks += 1
        return f"${self.order.index(name) + 1}"

    def values(self, params: Sequence[Any] | Mapping[str, Any] | None) -> Sequence[Any]:
        """What it is filled in with, in the order of its marks."""
        if isinstance(params, Mapping):
            return [params[name] for name in self.order]
        return params or ()


class Soon(Often):
    """One besides whose answer nobody needs: it is sent with the next statement of its transaction, or its COMMIT.

    What is wrong with it is raised there; nothing of a transaction stands before all of it does.
    """
