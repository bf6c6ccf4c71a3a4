"""Cases that may be one: open, of the same service and institution, and of one person by what they themselves say.

Nothing is guessed: the same person, phone, national or taxpayer number. The search's own words lead to the few cases
in which such a number can stand, and then the number itself is compared.
"""

from django.db.models import Q, QuerySet

from jumuishi.cases import engine
from jumuishi.cases.models import Case, Find
from jumuishi.kernel.text import number_in

MARKS = ("national_id", "tax_id")
MOST = 10


def _with(case: Case, number: str) -> QuerySet[Case]:
    """Open cases of the same service in which a number stands."""
    found = Find.objects.filter(institution_id=case.institution_id, token=number)
    rows = Case.objects.filter(institution_id=case.institution_id, service=case.service, outcome="")
    return rows.filter(id__in=found.values("case_id"))


def duplicates_of(case: Case) -> list[Case]:
    """Open cases that may be this one once more, oldest first; a query for each thing that may be the same, and one."""
    if case.outcome:
        return []
    same = Case.objects.filter(person_id=case.person_id, institution_id=case.institution_id, outcome="")
    alike = set(same.filter(service=case.service).values_list("id", flat=True))
    if case.phone:
        digits = "".join(c for c in case.phone if c.isdigit())[-9:]
        alike |= set(_with(case, digits).filter(phone=case.phone).values_list("id", flat=True))
    for name, field in engine.frame_of(case).edition.package.all_fields().items():
        value = case.state.get("answers", {}).get(name)
        if field.type in MARKS and value:
            mark = Q(**{f"state__answers__{name}": value})
            alike |= set(_with(case, number_in(str(value))).filter(mark).values_list("id", flat=True))
    alike.discard(case.id)
    return list(Case.objects.filter(id__in=alike).order_by("submitted_at", "id")[:MOST]) if alike else []
