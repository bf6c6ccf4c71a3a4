"""A file that came while the scanner was away is looked through later."""

from functools import partial
from uuid import UUID

from django.db import transaction

from jumuishi.cases.actions.things import case_thing, draft_thing
from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import files, scanning


def unscanned(limit: int = 50) -> list[tuple[UUID, UUID]]:
    """Attachments that nobody looked through yet, oldest first, each with its file's id."""
    rows = Attachment.objects.filter(scan=scanning.UNSCANNED).order_by("created_at")
    return list(rows.values_list("id", "file_id")[:limit])


@identity.action("cases.file.scan")
def mark_scanned(*, actor: Actor, attachment_id: UUID, scan: str, found: str) -> None:
    """Write down what the scanner said. A draft gives an infected file back to the question; a case shuts it away."""
    kept = Attachment.objects.select_for_update().get(id=attachment_id)
    draft = Draft.objects.select_for_update().filter(id=kept.draft_id, case_id=None).first()
    thing = draft_thing(draft) if draft is not None else case_thing(Case.objects.get(id=kept.case_id or kept.draft_id))
    identity.must(actor, "cases.file.scan", thing)
    identity.record(actor, thing, after={"field": kept.field, "sha256": kept.sha256, "scan": scan, "found": found})
    if scan == scanning.INFECTED and draft is not None:
        draft.answers = {name: value for name, value in draft.answers.items() if name != kept.field}
        # The page that asked for it is asked again: which one that is, the summary finds out.
        draft.save(update_fields=["answers"])
        transaction.on_commit(partial(files.drop, kept.file_id))
        kept.delete()
        return
    kept.scan = scan
    kept.save(update_fields=["scan"])
