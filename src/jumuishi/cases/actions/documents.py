"""Issuing what a case comes to: the document is made, signed and numbered, and the applicant told."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings

from jumuishi.cases import engine, letter, messages
from jumuishi.cases.actions.things import SYSTEM, case_thing
from jumuishi.cases.models import Case
from jumuishi.documents import public as documents
from jumuishi.documents.types import Facts, Issuer, NodeLike, Order, Signer
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef
from jumuishi.kernel import tenancy


@identity.action("cases.document.make")
def make_document(
    *,
    actor: Actor,
    case_id: UUID,
    visit: int,
    document: str,
    claims: Mapping[str, Any],
    valid_until: str | None,
    earlier: str = "",
    is_in_place: bool = False,
) -> UUID:
    """Make one document of a case; the same visit again gives the same document.

    With the number of an `earlier` one it follows that, and stands in its place where `is_in_place`.
    """
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get(id=case_id)
        identity.must(actor, "cases.clock.turn", case_thing(case))
        frame = engine.frame_of(case)
        home = institutions.institution(case.institution_id)
        assert home is not None  # noqa: S101  # a case belongs to an institution that is there
        kind = frame.edition.package.documents[document]

        def body(facts: Facts) -> Sequence[NodeLike]:
            return letter.body_of(case, frame, document, facts, home.name, claims)

        issued = documents.issue(
            actor=actor,
            institution=Issuer(case.institution_id, home.name, _above(home, case.language)),
            person_id=case.person_id,
            case_id=case.id,
            order=Order(
                key=document,
                title=dict(kind.title),
                body=body,
                holder=case.title,
                signer=_signer(case),
                claims=letter.said(frame, document, claims, case.language),
                valid_until=date.fromisoformat(valid_until) if valid_until else None,
                language=case.language,
                details=tuple(filter(None, [case.title, case.phone[-9:]])),
                visit=visit,
                earlier=earlier,
                is_in_place=is_in_place,
                # The author says by the document's id whether it is hung on a wall or read as a letter.
                layout="letter" if document == "letter" else "certificate",
            ),
        )
        messages.tell_document(case, issued.number)
    identity.record(
        actor, case_thing(case), after={"document": document, "number": issued.number, "sha256": issued.sha256}
    )
    return issued.id


def _above(home: InstitutionRef, lang: str) -> str:
    """The state's own name stands over its institutions; a private one speaks for itself."""
    return "" if home.kind == "company" else str(settings.STATE_NAME.get(lang, ""))


def _signer(case: Case) -> Signer:
    """Who decided last before the issue: the officer whose decision the document carries out."""
    deeds = engine.state_of(case).deeds
    people = {str(one.person_id): one for one in institutions.people_in(case.institution_id)}
    for deed in reversed(deeds):
        if deed.person in people:
            one = people[deed.person]
            return Signer(one.name, one.title[case.language])
    head = next((one for one in people.values() if "head" in one.roles), None)
    return Signer(head.name, head.title[case.language]) if head else Signer("", "")
