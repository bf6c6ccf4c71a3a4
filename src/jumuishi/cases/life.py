"""The documents that an application names as the ones it renews, amends or replaces; and for what one may apply."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from jumuishi.cases.models import Case
from jumuishi.definitions.machine import public as machine
from jumuishi.definitions.machine.types import Earlier
from jumuishi.definitions.types import Error, Package
from jumuishi.documents import public as documents
from jumuishi.documents.types import DocumentState, Issued
from jumuishi.identity import public as identity
from jumuishi.kernel import tenancy
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

SYSTEM = tenancy.Principal.system()
_STATES: dict[DocumentState, Literal["stands", "suspended", "ended"]] = {
    DocumentState.ISSUED: "stands",
    DocumentState.EXPIRED: "stands",
    DocumentState.SUSPENDED: "suspended",
    DocumentState.REVOKED: "ended",
    DocumentState.REPLACED: "ended",
}


def known(
    package: Package, answers: Mapping[str, Any], *, owner: UUID | None, institution_id: UUID
) -> dict[str, Earlier]:
    """Those of the numbers in these answers that are the owner's own documents of this service and institution.

    An application for something new asks the database nothing.
    """
    named = {number: key for key, _, _, number in machine.followed(package, answers)}
    if not named or owner is None:
        return {}
    with tenancy.acting_as(SYSTEM):
        found = documents.by_numbers(named)
        cases = {
            one.id: one.person_id
            for one in Case.objects.filter(
                id__in=[one.case_id for one in found.values()], institution_id=institution_id, service=package.service
            ).only("id", "person_id")
        }
        natural = identity.natural_people({owner, *cases.values()})
    return {
        number: Earlier(number, one.valid_until, _STATES[one.state])
        for number, one in found.items()
        if one.key == named[number]
        and one.case_id in cases
        and natural.get(cases[one.case_id], cases[one.case_id]) == natural.get(owner, owner)
    }


def faults(package: Package, answers: Mapping[str, Any], *, owner: UUID, institution_id: UUID) -> tuple[Error, ...]:
    """What is wrong with the numbers named, so that it is said on the page where they are typed."""
    return machine.earlier_errors(package, answers, known(package, answers, owner=owner, institution_id=institution_id))


def purposes(case: Case, issued: Issued) -> tuple[OfferingRef, dict[str, Mapping[str, str]]] | None:
    """What its holder may ask for with a document: the offering of today, and the author's words by purpose."""
    if _STATES[issued.state] != "stands":
        return None
    offering = services.offering_of(case.institution_id, case.service)
    if offering is None or not offering.is_open:
        return None
    package = services.definition(offering.edition_hash).package
    kind = package.documents.get(issued.key)
    if kind is None or kind.life is None:
        return None
    choices = package.all_fields()[kind.life.purpose].choices
    return offering, {one: choices[one].label for one in machine.purposes_of(package, kind)}
