"""Graphs of names: what follows from what, and which names form a circle; in time linear in the graph's size."""

from collections.abc import Iterable, Iterator, Mapping

Graph = Mapping[str, Iterable[str]]


def reachable(starts: Iterable[str], after: Graph) -> set[str]:
    """The names themselves and all that follows from them."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for one in after.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def circles(after: Graph) -> dict[str, tuple[str, ...]]:
    """For each name those that it leads to and that lead back to it, itself among them (after Tarjan).

    The names are in the order in which circles are left: what a circle leads to comes before it.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_ones: list[str] = []
    found: dict[str, tuple[str, ...]] = {}
    for start in after:
        if start in number:
            continue
        path: list[tuple[str, Iterator[str]]] = []
        ahead: str | None = start
        while True:
            if ahead is not None:
                number[ahead] = lowest[ahead] = len(number)
                open_ones.append(ahead)
                path.append((ahead, iter(after.get(ahead, ()))))
            here, rest = path[-1]
            ahead = None
            for one in rest:
                if one not in number:
                    ahead = one
                    break
                if one not in found:
                    lowest[here] = min(lowest[here], number[one])
            if ahead is not None:
                continue
            path.pop()
            if path:
                lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[here])
            if lowest[here] == number[here]:
                at = open_ones.index(here) if open_ones[-1] != here else len(open_ones) - 1
                members = tuple(open_ones[at:])
                del open_ones[at:]
                found.update(dict.fromkeys(members, members))
            if not path:
                break
    return found
