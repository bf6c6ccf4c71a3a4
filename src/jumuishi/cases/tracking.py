"""A case by its number, for anybody who has the number: wrong and absent look alike, and tries are bounded."""

from jumuishi.cases import queries
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import is_number, normalise

TOO_MANY = "cases.too_many"


def by_number(typed: str, phone: str, address: str) -> Case:
    """The case of a number, of which the caller shows the stage and nothing else.

    `phone` may be empty; one that is given must be the case's. `address` as identity.address_of has it.
    Raises CaseError: cases.too_many, cases.not_a_number, cases.not_found.
    """
    reference = normalise(typed)
    tries = [("track.address", address), ("track.reference", reference[:32])]
    if phone.strip():
        tries.append(("track.phone", normalise(phone)[-9:]))
    # Each is counted, whichever of them is spent.
    counted = [identity.allowed(purpose, key) for purpose, key in tries]
    if not all(counted):
        raise CaseError(TOO_MANY)
    if not is_number(reference):
        raise CaseError("cases.not_a_number")
    with tenancy.acting_as(tenancy.Principal.system()):
        case = queries.by_reference(reference)
    if case is None or not _phone_fits(case, phone):
        raise CaseError("cases.not_found")
    return case


def _phone_fits(case: Case, typed: str) -> bool:
    if not typed.strip():
        return True
    try:
        return identity.normalise_phone(typed) == case.phone
    except BadPhoneError:
        return False
