"""Beginning again from a document in hand: what was said for it is not asked twice."""

from collections.abc import Collection
from uuid import UUID

from jumuishi.cases import life
from jumuishi.cases.actions.things import draft_thing
from jumuishi.cases.form import asked
from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.cases.moving.drafts import pages_to_see
from jumuishi.cases.types import DraftError
from jumuishi.definitions.moving.public import carry
from jumuishi.definitions.types import Field, Package
from jumuishi.documents import public as documents
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, files
from jumuishi.kernel.ids import new_id
from jumuishi.services import public as services


@identity.action("cases.draft.begin_again")
def begin_again(*, actor: Actor, case_id: UUID, document_id: UUID, purpose: str, language: str = "sw") -> UUID:
    """A draft that renews, amends or replaces a document of one's own, with the earlier case's answers and files.

    The same document for the same purpose goes on with the draft that is there. Raises DraftError.
    """
    case = Case.objects.filter(id=case_id, person_id=actor.who).first()
    found = documents.documents_of_cases([case_id]) if case is not None else []
    issued = next((one for one in found if one.id == document_id), None)
    offered = life.purposes(case, issued) if case is not None and issued is not None else None
    if case is None or issued is None or offered is None or purpose not in offered[1]:
        raise DraftError("cases.not_again")
    offering, _ = offered
    package = services.definition(offering.edition_hash).package
    names = package.documents[issued.key].life
    assert names is not None  # noqa: S101  # life.purposes found some
    said = {names.purpose: purpose, names.earlier: issued.number}
    begun = Draft.objects.filter(
        person_id=actor.who, offering_id=offering.id, edition_hash=offering.edition_hash, case_id=None
    )
    row = next((one for one in begun.order_by("-saved_at")[:50] if said.items() <= one.answers.items()), None)
    if row is not None:
        identity.must(actor, "cases.draft.write", draft_thing(row))
        identity.record(actor, draft_thing(row), after={"sent_again": True})
        return row.id
    now, old = clock.now(), services.definition(case.edition_hash).package
    # What the newer edition has no question for, or another one, is not put into anybody's mouth.
    carried = carry(old, package, {name: one for name, one in case.state["answers"].items() if name in _asked(old)})
    kept_files = {name for name in carried.kept if _asked(package)[name].type == "file"}
    row = Draft(
        id=new_id(), person_id=actor.who, offering_id=offering.id, edition_hash=offering.edition_hash, door="web",
        language=language, phone=case.phone, saved_at=now, created_at=now,
        answers={name: one for name, one in carried.kept.items() if name not in kept_files} | said,
        set_aside={name: one for name, one in carried.aside.items() if name not in said} or None,
        look_again=pages_to_see(package, carried),
    )  # fmt: skip
    identity.must(actor, "cases.draft.write", draft_thing(row))
    row.save(force_insert=True)
    _copy_files(case, row, kept_files)
    identity.record(actor, draft_thing(row), after={"offering": offering.id, "from": case.id, "purpose": purpose})
    return row.id


def _asked(package: Package) -> dict[str, Field]:
    return {one.name: one for page in package.pages for one in asked(page)}


def _copy_files(case: Case, row: Draft, names: Collection[str]) -> None:
    """The files that stood at the end, each as a copy: a draft that is thrown away takes its own with it."""
    kept = {
        (one.field, one.sha256): one
        for one in Attachment.objects.filter(case_id=case.id, institution_id=case.institution_id)
    }
    for name in sorted(names):
        answer = case.state["answers"][name]
        one = kept.get((name, answer["sha256"]))
        if one is None:
            continue
        stored = files.put(files.read(one.file_id), one.size)
        Attachment.objects.create(
            id=new_id(), person_id=row.person_id, draft_id=row.id, field=name, name=one.name,
            media_type=one.media_type, size=stored.size, sha256=stored.sha256, file_id=stored.id, scan=one.scan,
            created_at=row.created_at,
        )  # fmt: skip
        row.answers[name] = answer
    row.save(update_fields=["answers"])
