"""Definitions as the process holds them: read once from the files kept in the edition's row, by hash."""

from functools import lru_cache
from pathlib import Path

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Edition as Definition
from jumuishi.services.models import Edition, Proposal


class UnknownEditionError(LookupError):
    """No edition of that hash is here."""


def files_of(folder: Path) -> dict[str, str]:
    """The definition's own files: service.yaml and templates; stories stay with the author."""
    return {
        path.name: path.read_text(encoding="utf-8-sig")
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in (".yaml", ".html")
    }


@lru_cache(maxsize=256)
def definition(edition_hash: str) -> Definition:
    """The definition of an edition; raises UnknownEditionError. Its row's files must still give its hash."""
    row: Edition | Proposal | None = Edition.objects.filter(hash=edition_hash).only("files").first()
    # What is only proposed is read by those who decide on it; nobody else sees its row.
    row = row or Proposal.objects.filter(hash=edition_hash).only("files").first()
    if row is None:
        raise UnknownEditionError(edition_hash)
    found = definitions.edition_again({name: text.encode() for name, text in row.files.items()})
    if found.hash != edition_hash:
        raise UnknownEditionError(f"{edition_hash}: its files mean something else now")
    return found
