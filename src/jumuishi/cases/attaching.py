"""A file handed in with a case, kept once however often it is sent."""

from typing import Any

from jumuishi.cases import queries
from jumuishi.cases.models import Attachment, Case
from jumuishi.kernel import clock, files, tenancy
from jumuishi.kernel.files import StoredFile
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()


def keep(case: Case, *, field: str, name: str, media_type: str, stored: StoredFile, scan: str) -> dict[str, Any]:
    """Keep what was taken, as canonical data; the same bytes for the same question are the file that is there."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        before = queries.files_like(case, field, stored.sha256).filter(draft_id=case.id).first()
        if before is None:
            Attachment.objects.create(
                id=new_id(), person_id=case.person_id, draft_id=case.id, case_id=case.id,
                institution_id=case.institution_id, field=field, name=name[:120], media_type=media_type,
                size=stored.size, sha256=stored.sha256, file_id=stored.id, scan=scan, created_at=now,
            )  # fmt: skip
        else:
            files.drop(stored.id)
            # Handed in now, also where it was handed in for an earlier request.
            before.name, before.created_at = name[:120], now
            before.save(update_fields=["name", "created_at"])
    return {"name": name[:120], "size": stored.size, "sha256": stored.sha256, "type": media_type}
