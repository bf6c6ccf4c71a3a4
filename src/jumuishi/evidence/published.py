"""What the log shows everybody, by whichever door it leaves: numbers and hashes, nothing of anybody."""

from jumuishi.evidence import store
from jumuishi.evidence.models import Epoch
from jumuishi.evidence.tiles import HASH, TileName, width_at


def size_of(epoch: int | None = None) -> int:
    """How many leaves an epoch (the open one when not said) shows; raises LookupError for one that never was."""
    found = store.state(epoch)
    if found is None:
        raise LookupError("no checkpoint")
    following = Epoch.objects.filter(number=found.epoch + 1).values_list("base_size", flat=True).first()
    # What an older epoch held beyond the next one's base was lost with the restoration, and is in the outside copies.
    return found.size if following is None else min(found.size, following)


def hashes_of(name: TileName, epoch: int | None = None) -> bytes:
    """A tile, whole or partial, of the size that some checkpoint needs; raises LookupError for one beyond the tree."""
    if width_at(size_of(epoch), name.level, name.index) < name.width:
        raise LookupError(name.path)
    return store.tile(name.level, name.index)[: name.width * HASH]


def tile(*, origin: str, path: str) -> bytes:
    """The same by the log's name and the tile's path ("0/x001/067.p/8"), as another node asks; raises LookupError."""
    try:
        name = TileName.parse(path)
    except ValueError as error:
        raise LookupError(path) from error
    return hashes_of(name, Epoch.objects.values_list("number", flat=True).filter(origin=origin).first() or -1)
