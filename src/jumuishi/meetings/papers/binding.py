"""A pack for a reader: one PDF, and a signed bundle whose words come before its PDFs.

Each is made once for what its reader may read as it stands, and kept; see `keeping`.
"""

import gzip
import hashlib
import json
import shutil
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from jumuishi.documents import public as documents
from jumuishi.documents.types import Issuer
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import files
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.papers import keeping
from jumuishi.meetings.papers.models import Kept, Pack, Paper

# A file's day within the bundle: the bundle says when it was signed.
DAY = (2020, 1, 1, 0, 0, 0)
# What the signature says that it is of.
KIND = "meeting-pack"


def pdf(meeting: Meeting, papers: Sequence[Paper], lang: str) -> Kept:
    """One PDF of these papers, each page with its number. Raises BadPdfError, RenderError."""
    zone = institutions.working_time(meeting.institution_id).zone
    lines = [say_instant(meeting.starts_at, lang, zone), meeting.place]
    words = {key: t(f"meetings.pack_{key}", lang) for key in ("item", "title", "pages")}
    title = naming.name_of(meeting, lang)

    def make(out: IO[bytes]) -> None:
        parts = [documents.Part(one.title, one.labels, raw(one), one.item.number, _note(one, lang)) for one in papers]
        out.write(documents.bind_pages(title=title, lines=lines, words=words, language=lang, parts=parts))

    listed = [[one.title, one.labels, one.sha256, one.item.number, _note(one, lang)] for one in papers]
    mark = digest({"pdf": lang, "title": title, "lines": lines, "words": words, "papers": listed})
    return keeping.kept(meeting, mark, sum(one.size for one in papers), make)


def _note(paper: Paper, lang: str) -> str:
    said = []
    if paper.edition > 1:
        said.append(t("meetings.pack_edition", lang, n=paper.edition))
    if paper.is_late:
        said.append(t("meetings.call_item_late", lang))
    if paper.item.is_closed:
        said.append(t("meetings.call_item_closed", lang))
    return ", ".join(said)


def bundle(meeting: Meeting, pack: Pack, items: Sequence[Item], papers: Sequence[Paper], has: Collection[str]) -> Kept:
    """A signed package (`documents.packages`): what there is, the words, then the PDFs.

    PDFs whose SHA-256 is in `has` are left out: the reader has them. The proofs of the binding, signed by the log, lie
    beside: the rows that they prove name each paper by its SHA-256.
    """
    said: dict[str, Any] = {
        "format": "jumuishi-pack-1",
        "meeting": str(meeting.id),
        "sequence": meeting.sequence,
        "items": [
            {"id": str(one.id), "number": one.number, "title": one.title, "closed": one.is_closed} for one in items
        ],
        "papers": [
            {
                "id": str(one.id), "item": str(one.item_id), "title": one.title, "edition": one.edition,
                "late": one.is_late, "labels": one.labels, "size": one.size, "sha256": one.sha256,
            }
            for one in papers
        ],
    }  # fmt: skip
    wanted = [one for one in papers if one.sha256 not in has]

    def make(out: IO[bytes]) -> None:
        receipts = json.dumps(pack.receipts, sort_keys=True).encode()
        texts = _texts(papers)
        hashed = {"receipts.json": _sha(receipts)} | {name: _sha(data) for name, data in texts.items()}
        hashed |= {f"pdf/{one.sha256}.pdf": one.sha256 for one in papers}
        manifest = json.dumps({**said, "files": hashed}, sort_keys=True, ensure_ascii=False).encode()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
            _put(made, "manifest.json", manifest)
            _put(made, "signature.txt", _signed(meeting, pack.id, manifest).encode())
            _put(made, "receipts.json", receipts)
            for name, data in texts.items():
                _put(made, name, data)
            for one in {one.sha256: one for one in wanted}.values():
                entry = zipfile.ZipInfo(f"pdf/{one.sha256}.pdf", DAY)
                entry.file_size = one.size
                with made.open(entry, "w") as inside, path_of(one).open("rb") as source:
                    shutil.copyfileobj(source, inside, files.CHUNK)

    mark = digest({"bundle": said, "receipts": pack.receipts, "files": [one.sha256 for one in wanted]})
    return keeping.kept(meeting, mark, sum(one.size for one in wanted), make)


def _texts(papers: Sequence[Paper]) -> dict[str, bytes]:
    """The words of each page by its number, packed; one paper's at a time."""
    found = {}
    for one in Paper.objects.filter(id__in=[one.id for one in papers]).only("labels", "texts").iterator(chunk_size=1):
        words = json.dumps(dict(zip(one.labels, one.texts, strict=False)), ensure_ascii=False).encode()
        found[one.id] = gzip.compress(words, mtime=0)
    return {f"text/{one.id}.json.gz": found[one.id] for one in papers}


def _signed(meeting: Meeting, pack_id: UUID, manifest: bytes) -> str:
    """By the institution's key for documents; the platform signs, whoever asked for the bundle."""
    home = institutions.institution(meeting.institution_id)
    if home is None:
        raise LookupError(str(meeting.institution_id))
    return documents.sign_package(
        actor=Actor.system(), institution=Issuer(home.id, home.name), thing_id=pack_id, kind=KIND,
        title=naming.name_of(meeting, "sw"), manifest=manifest,
    )  # fmt: skip


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _put(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    made.writestr(zipfile.ZipInfo(name, DAY), data)


def path_of(paper: Paper) -> Path:
    """Where a paper lies as it came."""
    return files.path_of(paper.file_id)


def raw(paper: Paper) -> bytes:
    """A paper as it came. Raises FileNotFoundError."""
    return path_of(paper).read_bytes()
