"""A pack for a reader: one PDF, and a bundle whose words come before its PDFs."""

import gzip
import io
import json
import zipfile
from collections.abc import Collection, Sequence
from typing import Any

from jumuishi.documents import public as documents
from jumuishi.institutions import public as institutions
from jumuishi.kernel import files
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.papers.models import Pack, Paper

# A file's day within the bundle: always the same, so that the same papers are the same bytes and a cut can be resumed.
DAY = (2020, 1, 1, 0, 0, 0)


def pdf(meeting: Meeting, papers: Sequence[Paper], lang: str) -> bytes:
    """One PDF of these papers, each page with its number. Raises BadPdfError, RenderError."""
    zone = institutions.working_time(meeting.institution_id).zone
    parts = [documents.Part(one.title, one.labels, raw(one), one.item.number, _note(one, lang)) for one in papers]
    lines = [say_instant(meeting.starts_at, lang, zone), meeting.place]
    words = {key: t(f"meetings.pack_{key}", lang) for key in ("item", "title", "pages")}
    title = naming.name_of(meeting, lang)
    return documents.bind_pages(title=title, lines=lines, words=words, language=lang, parts=parts)


def _note(paper: Paper, lang: str) -> str:
    said = []
    if paper.edition > 1:
        said.append(t("meetings.pack_edition", lang, n=paper.edition))
    if paper.is_late:
        said.append(t("meetings.call_item_late", lang))
    if paper.item.is_closed:
        said.append(t("meetings.call_item_closed", lang))
    return ", ".join(said)


def bundle(
    meeting: Meeting, pack: Pack, items: Sequence[Item], papers: Sequence[Paper], has: Collection[str]
) -> tuple[str, bytes]:
    """(its digest, the bytes) of a ZIP that is the same for the same papers: what there is, the words, then the PDFs.

    PDFs whose SHA-256 is in `has` are left out: the reader has them. The proofs of the binding, signed
    by the log, lie beside: the rows that they prove name each paper by its SHA-256.
    """
    manifest: dict[str, Any] = {
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
    mark = digest({"manifest": manifest, "receipts": pack.receipts, "files": [one.sha256 for one in wanted]})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        _put(made, "manifest.json", json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode())
        _put(made, "receipts.json", json.dumps(pack.receipts, sort_keys=True).encode())
        for one in papers:
            words = json.dumps(dict(zip(one.labels, one.texts, strict=False)), ensure_ascii=False).encode()
            _put(made, f"text/{one.id}.json.gz", gzip.compress(words, mtime=0))
        for one in wanted:
            _put(made, f"pdf/{one.sha256}.pdf", raw(one))
    return mark, out.getvalue()


def _put(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    made.writestr(zipfile.ZipInfo(name, DAY), data)


def raw(paper: Paper) -> bytes:
    """A paper as it came. Raises FileNotFoundError."""
    return b"".join(files.read(paper.file_id))
