"""The sender's side of a large body."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from jumuishi.exchange.courier.bodies.tables import Wanted
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Outbox
from jumuishi.exchange.courier.types import Part, PartWish
from jumuishi.kernel import clock, files
from jumuishi.kernel.ids import new_id

# Bytes of a part.
SIZE = 524_288


def hear(wishes: Sequence[PartWish], node: str, members: Sequence[str]) -> None:
    """Take a node's wishes, for bodies of messages to its own members; at a body's end it wants it no more.

    Needs a transaction as the system.
    """
    there = {one.body_sha256: one for one in _rows(members).filter(body_sha256__in=[one.sha256 for one in wishes])}
    for wish in wishes:
        row = there.get(wish.sha256)
        if row is None or row.body_file is None:
            continue
        if wish.offset >= row.body_size:
            Wanted.objects.filter(node=node, sha256=wish.sha256).delete()
            continue
        Wanted.objects.update_or_create(
            institution_id=row.institution_id, node=node, sha256=wish.sha256,
            defaults={"offset": wish.offset, "at": clock.now()},
            create_defaults={
                "id": new_id(), "file": row.body_file, "size": row.body_size,
                "offset": wish.offset, "at": clock.now(),
            },
        )  # fmt: skip


def _rows(members: Iterable[str]) -> QuerySet[Outbox]:
    return Outbox.objects.filter(member__in=members).exclude(body_file=None)


def parts_to(node: str, most: int) -> tuple[Part, ...]:
    """The next part of each body that a node wants, `most` bytes in all. Needs a transaction as the system."""
    found, size = list[Part](), 0
    for row in Wanted.objects.filter(node=node).order_by("at"):
        if size + SIZE > most:
            break
        part = _part(row, row.offset)
        if part is not None:
            found.append(part)
            size += len(part.data)
    return tuple(found)


def bodies_to(node: str, members: Sequence[str]) -> list[Wanted]:
    """All bodies that a node wants, and those whose message did not arrive yet: nobody asks on a stick's way.

    Needs a transaction as the system.
    """
    wanted = {one.sha256: one for one in Wanted.objects.filter(node=node)}
    rows = _rows(members).filter(state=OutState.WAITING, tombstone="").order_by("body_sha256").distinct("body_sha256")
    for one in rows.defer("data"):
        if one.body_file is not None and one.body_sha256 not in wanted:
            wanted[one.body_sha256] = Wanted(sha256=one.body_sha256, file=one.body_file, size=one.body_size)
    return list(wanted.values())


def parts_of(row: Wanted) -> Iterator[Part]:
    """A body from where it is wanted to its end."""
    offset = row.offset
    while (part := _part(row, offset)) is not None:
        yield part
        offset += len(part.data)


def _part(row: Wanted, offset: int) -> Part | None:
    try:
        with files.path_of(row.file).open("rb") as source:
            source.seek(offset)
            data = source.read(SIZE)
    except FileNotFoundError:
        return None
    return Part(row.sha256, offset, data) if data else None
