"""Where an answer on an old phone leads once a register said something new."""

from typing import Any

from jumuishi.cases.lookups.models import Look
from jumuishi.channels.ussd import screens

READ, QUESTION, WRONG, REASON = "cases.looked", "cases.lookq", "cases.lookw", "cases.lookr"


def next_place(draft_id: object, news: list[Look], name: str, *, mends: bool) -> screens.Move | None:
    """To the register's question, else to what it said; None for nothing to read. `name` is the key's field."""
    args: dict[str, Any] = {"d": str(draft_id), "f": name} | ({"m": 1} if mends else {})
    for row in news:
        if row.state == Look.State.QUESTION:
            return screens.Go(QUESTION, {**args, "l": str(row.id)})
        if row.state == Look.State.FETCHED and row.values:
            return screens.Go(READ, {**args, "l": str(row.id)})
    return None
