"""What a client is told of a person: the facts of the granted scopes and nothing else."""

from collections.abc import Iterable
from typing import Any

from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.signon import rules, standing
from jumuishi.signon.models import SignIn

SYSTEM = tenancy.Principal.system()


def claims_of(row: SignIn, scopes: Iterable[str]) -> dict[str, Any]:
    """`sub`, and what each scope tells as it is now; what is not known is left out."""
    wanted = list(scopes)
    with tenancy.acting_as(SYSTEM):
        person = identity.person(row.person_id)
        known: dict[str, Any] = {}
        if person is not None:
            known |= {"name": person.name, "locale": person.language, "phone_number": person.phone}
            # A phone is kept only once it was proved.
            known["phone_number_verified"] = True if person.phone else None
        if "email" in wanted and (found := identity.standings([row.person_id]).get(row.person_id)):
            # The link that opens an account goes to its mailbox alone.
            known |= {"email": found.email, "email_verified": found.is_enrolled}
        if "work" in wanted:
            known |= _work(row)
    told = {one: known[one] for one in rules.facts_of(wanted) if known.get(one) not in (None, "")}
    return {"sub": row.subject, **told}


def _work(row: SignIn) -> dict[str, Any]:
    post = standing.post_of(row)
    if post is None:
        return {}
    home = institutions.institution(post.institution_id)
    mine = next((one for one in institutions.people_in(post.institution_id) if one.appointment_id == post.id), None)
    units = dict(institutions.units_of(post.institution_id))
    unit = units.get(mine.unit_id) if mine is not None and mine.unit_id is not None else None
    return {
        "institution": home.slug if home else None, "institution_name": home.name["sw"] if home else None,
        "unit": unit["sw"] if unit else None, "roles": sorted(post.roles), "post": str(post.id),
        "post_title": post.title,
    }  # fmt: skip
