"""Our own rows against the outside copies: names each row that was touched, that is missing, or that nobody logged.

Nothing inside the database is believed: a row counts when its bytes and salt lead to the leaf hash that lies outside
under a signed checkpoint.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jumuishi.evidence import rules
from jumuishi.evidence.mirror import Mirror, Name
from jumuishi.evidence.outside import Witnessed, leaves
from jumuishi.evidence.tiles import TileName, edge, split, width_at
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import VerificationError, commitment_of, open_checkpoint
from jumuishi.kernel import clock, tenancy

CHUNK = 1000


@dataclass(frozen=True)
class Finding:
    """What is not as it was logged. `kind`: altered, missing, extra, rollback, lost, tile, checkpoint, mirror."""

    kind: str
    what: str
    journal_id: str = ""
    thing: str = ""
    index: int | None = None


@dataclass
class Audit:
    """What an audit found; `erased` and `recent` are told and are no fault."""

    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    erased: list[str] = field(default_factory=list)
    recent: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was touched."""
        return not self.findings

    def add(self, kind: str, what: str, journal_id: str = "", thing: str = "", index: int | None = None) -> None:
        """Note a finding."""
        self.findings.append(Finding(kind, what, journal_id, thing, index))

    def as_json(self) -> dict[str, Any]:
        """The report as JSON types."""
        return asdict(self) | {"clean": self.clean}


def audit(mirror: Mirror, *, grace_seconds: int) -> Audit:
    """Compare the whole database with the copies. Rows younger than `grace_seconds` need not be outside yet."""
    found = Audit()
    with tenancy.acting_as(tenancy.Principal.system()), _one_picture(), transaction.atomic(durable=True):
        try:
            epochs = mirror.epochs()
            if not epochs:
                if _one("SELECT count(*) FROM evidence_leaf"):
                    found.add("mirror", f"no outside copy in {mirror.folder}: there is nothing to compare with")
                _check_extra(found, 0, grace_seconds)
            for epoch, following in itertools.zip_longest(epochs, epochs[1:]):
                _check_epoch(found, mirror, epoch, following, grace_seconds)
        except (LogError, OSError) as error:
            found.add("mirror", str(error))
    return found


@contextmanager
def _one_picture() -> Iterator[None]:
    """Transactions begun within see the database as it is now, however long they take."""
    # Set on the session: a transaction of ours begins with its principal, and its isolation can't change after that.
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_isolation = 'repeatable read'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_isolation")


def _check_epoch(found: Audit, mirror: Mirror, epoch: int, following: int | None, grace: int) -> None:
    head = mirror.head(epoch)
    if head is None:
        return
    if following is not None:
        _check_loss(found, mirror, epoch, following)
        return
    here = _one("SELECT coalesce(max(number), 0) FROM evidence_epoch")
    base = _one("SELECT base_size FROM evidence_epoch WHERE number = %s", here) if here > epoch else head.size
    size = _one("SELECT coalesce(max(index) + 1, 0) FROM evidence_leaf")
    if here < epoch or size < head.size or base < head.size:
        short = head.size - min(size, base)
        found.add(
            "rollback", f"the database is older than epoch {epoch} of {head.size} leaves outside: {short} are gone"
        )
    erasures = _erasures()
    for chunk in _chunks(leaves(mirror, epoch)):
        _check_rows(found, chunk, erasures)
    _check_extra(found, head.size, grace)
    _check_tiles(found, mirror, epoch, head.size)
    _check_checkpoint(found, mirror, epoch)


def _check_loss(found: Audit, mirror: Mirror, epoch: int, following: int) -> None:
    """An epoch that a restoration ended: what the next one holds otherwise, or no longer."""
    later = mirror.head(following)
    wanted = iter(leaves(mirror, following)) if later else iter(())
    base = _one("SELECT coalesce(max(base_size), 0) FROM evidence_epoch WHERE number = %s", following)
    for leaf in leaves(mirror, epoch):
        again = next(wanted, None) if leaf.index < base else None
        if again is None or again.leaf != leaf.leaf:
            what = "lost when a backup was restored" if again is None else "was another one before the restoration"
            for name in leaf.names:
                found.add("lost", f"{what} (epoch {following})", name.journal_id, name.thing, leaf.index)
            if not leaf.names:
                found.add("lost", f"{what} (epoch {following})", index=leaf.index)


def _check_rows(found: Audit, chunk: list[Witnessed], erasures: set[UUID]) -> None:
    names = [name for leaf in chunk for name in leaf.names]
    rows = {str(row["id"]): row for row in _rows("SELECT * FROM evidence_journal WHERE id = ANY(%s::uuid[])",
                                                  [name.journal_id for name in names])}  # fmt: skip
    span = [chunk[0].index, chunk[-1].index]
    placed = {(row["index"], row["position"]): row
              for row in _rows("SELECT * FROM evidence_leaf WHERE index BETWEEN %s AND %s", *span)}  # fmt: skip
    for leaf in chunk:
        if not leaf.named_truly:
            found.add("mirror", "the names kept outside for this leaf do not lead to its hash", index=leaf.index)
        for name in leaf.names:
            found.rows += 1
            row, place = rows.get(name.journal_id), placed.pop((name.index, name.position), None)
            for kind, what in itertools.chain(_place(name, place), _row(name, row, found, erasures)):
                found.add(kind, what, name.journal_id, name.thing, leaf.index)
    for place in placed.values():
        found.add("extra", "a leaf row that was never logged", str(place["journal_id"]), index=place["index"])


def _place(name: Name, place: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if place is None:
        yield "missing", "its leaf row is gone"
    elif str(place["journal_id"]) != name.journal_id:
        yield "altered", f"its leaf row points to {place['journal_id']}"
    elif bytes(place["commitment"]).hex() != name.commitment or place["count"] != name.count:
        yield "altered", "its leaf row holds another commitment"


def _row(name: Name, row: dict[str, Any] | None, found: Audit, erasures: set[UUID]) -> Iterator[tuple[str, str]]:
    if row is None:
        yield "missing", "the journal row is gone"
    elif row["erased_at"] is not None and row["id"] in erasures:
        found.erased.append(name.journal_id)
    elif row["body"] is None or row["salt"] is None:
        yield "altered", "data and salt are gone without an act of erasure"
    elif commitment_of(bytes(row["salt"]), bytes(row["body"])).hex() != name.commitment:
        yield "altered", "data or salt are not those that were logged"
    elif differing := _columns(row):
        yield "altered", f"columns differ from the logged row: {', '.join(differing)}"


def _columns(row: dict[str, Any]) -> list[str]:
    """Which columns say something else than the canonical bytes."""
    body = json.loads(bytes(row["body"]))
    said = {
        "id": body["id"],
        "at": body["at"],
        "verb": body["verb"],
        "thing_kind": body["thing"]["kind"],
        "thing_id": body["thing"]["id"],
        "institution_id": body["institution"],
        "person_id": body["person"],
        "on_behalf_of": body["on_behalf_of"],
    }
    held = {name: None if row[name] is None else str(row[name]) for name in said} | {"at": rules.stamp(row["at"])}
    return [name for name, value in said.items() if held[name] != value]


def _check_extra(found: Audit, size: int, grace: int) -> None:
    """Rows that are in no leaf outside: newer than the copies, or put there past the log."""
    old = clock.now() - clock.seconds(grace)
    for row in _rows(
        "SELECT j.*, l.index AS leaf, l.commitment AS logged, q.commitment AS queued FROM evidence_journal j "
        "LEFT JOIN evidence_leaf l ON l.journal_id = j.id LEFT JOIN evidence_queue q ON q.journal_id = j.id "
        "WHERE l.index IS NULL OR l.index >= %s ORDER BY j.id", size,
    ):  # fmt: skip
        told, thing = str(row["id"]), f"{row['thing_kind']}/{row['thing_id']}"
        wanted = row["logged"] or row["queued"]
        if wanted is None:
            found.add("extra", "a journal row that was never logged", told, thing)
        elif row["body"] is not None and commitment_of(bytes(row["salt"]), bytes(row["body"])) != bytes(wanted):
            found.add("altered", "data or salt are not those that were queued", told, thing, row["leaf"])
        elif row["body"] is not None and (differing := _columns(row)):
            found.add(
                "altered", f"columns differ from the logged row: {', '.join(differing)}", told, thing, row["leaf"]
            )
        elif row["at"] < old and (row["leaf"] is not None or not rules.is_look(row["verb"])):
            state = "a leaf here but none outside" if row["leaf"] is not None else "waited in the queue for too long"
            found.add("extra", f"{state}: the log or its copies stand still, or the row was put there", told, thing)
        else:
            found.recent += 1
    for row in _rows("SELECT q.journal_id FROM evidence_queue q LEFT JOIN evidence_journal j ON j.id = q.journal_id "
                     "WHERE j.id IS NULL"):  # fmt: skip
        found.add("missing", "queued, but its journal row is gone", str(row["journal_id"]))
    for row in _rows("SELECT l.journal_id, l.index FROM evidence_leaf l LEFT JOIN evidence_journal j "
                     "ON j.id = l.journal_id WHERE j.id IS NULL AND l.index >= %s", size):  # fmt: skip
        found.add("missing", "the journal row is gone", str(row["journal_id"]), index=row["index"])


def _check_tiles(found: Audit, mirror: Mirror, epoch: int, size: int) -> None:
    for last in edge(size):
        for index in range(last.index + 1):
            width = width_at(size, last.level, index) * 32
            outside = mirror.tile(epoch, last.level, index)[:width]
            inside = next(iter(_rows("SELECT hashes FROM evidence_tile WHERE level = %s AND index = %s",
                                     last.level, index)), None)  # fmt: skip
            path = TileName(last.level, index).path
            if inside is None or bytes(inside["hashes"])[:width] != outside:
                pairs = itertools.zip_longest(split(outside), split(bytes(inside["hashes"]) if inside else b""))
                places = [str(at) for at, (one, two) in enumerate(pairs) if one is not None and one != two]
                found.add("tile", f"tile {path} differs from its outside copy at {', '.join(places[:20])}")


def _check_checkpoint(found: Audit, mirror: Mirror, epoch: int) -> None:
    """Checkpoints in the database: signed by the key that is known outside, and of the tree that lies outside."""
    keys, head = mirror.keys(), mirror.head(epoch)
    for row in _rows("SELECT size, note, root FROM evidence_checkpoint WHERE epoch_id = %s ORDER BY size", epoch):
        try:
            signed = open_checkpoint(row["note"], keys)
        except VerificationError as error:
            found.add("checkpoint", f"the checkpoint of size {row['size']}: {error}")
            continue
        same = head is not None and (signed.size != head.size or signed.root == head.root)
        if (signed.size, signed.root) != (row["size"], bytes(row["root"])) or not same:
            found.add("checkpoint", f"the checkpoint of size {row['size']} is of another tree than the copies")


def _erasures() -> set[UUID]:
    """Rows whose erasure is itself a row that holds; a false one among these is found like any other row."""
    acts = _rows(
        "SELECT j.*, coalesce(l.commitment, q.commitment) AS logged FROM evidence_journal j "
        "LEFT JOIN evidence_leaf l ON l.journal_id = j.id LEFT JOIN evidence_queue q ON q.journal_id = j.id "
        "WHERE j.verb = %s AND j.body IS NOT NULL",
        rules.ERASE,
    )
    return {
        act["thing_id"]
        for act in acts
        if act["logged"] is not None
        and commitment_of(bytes(act["salt"]), bytes(act["body"])) == bytes(act["logged"])
        and not _columns(act)
    }


def _chunks(found: Iterator[Witnessed]) -> Iterator[list[Witnessed]]:
    while chunk := list(itertools.islice(found, CHUNK)):
        yield chunk


def _rows(statement: str, *values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _one(statement: str, *values: Any) -> int:
    found = next(iter(_rows(statement, *values)), None)
    return int(next(iter(found.values()))) if found else 0
