"""Answers that were corrected, as marks beside them: what stood there, what is right, since when."""

from jumuishi.cases.models import Case, Correction
from jumuishi.cases.web.words import at
from jumuishi.cases.wording import words
from jumuishi.definitions.types import Package
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime


def marks(case: Case, package: Package, lang: str, work: WorkingTime) -> dict[str, str]:
    """Field -> its last correction in words; one query."""
    fields, found = package.all_fields(), {}
    for one in Correction.objects.filter(institution_id=case.institution_id, case=case).order_by("created_at"):
        if field := fields.get(one.field):
            old, new = words(field, one.old, lang), words(field, one.new, lang)
            found[one.field] = t("cases.corrected_from", lang, old=old, new=new, at=at(one.created_at, lang, work))
    return found
