"""What a move asks of an applicant, read for pages and programs: the verdict so far, and the choices that are left."""

from collections.abc import Collection, Mapping
from typing import Any

from jumuishi.cases import engine, form
from jumuishi.cases.actions.things import SYSTEM
from jumuishi.cases.models import Case
from jumuishi.cases.moving.judging import Judge
from jumuishi.definitions.moving import public as moving
from jumuishi.definitions.moving.types import Ask, Verdict
from jumuishi.definitions.types import Field, Form, Package
from jumuishi.kernel import tenancy
from jumuishi.services import public as services


def verdict(judge: Judge, case: Case, given: Mapping[str, Any], agreed: Collection[str]) -> Verdict:
    """What is left to settle with these answers and marks; changes nothing."""
    with tenancy.acting_as(SYSTEM):
        return judge.verdict(case, given=given, agreed=agreed)


def fields_of(package: Package, names: Collection[str]) -> list[Field]:
    """Those that the package has, in this order."""
    known = package.all_fields()
    return [known[name] for name in names if name in known]


def offered(case: Case, judge: Judge, raw: Mapping[str, Any]) -> Form | None:
    """The form under the newer edition as far as it can be drawn, for the choices that it leaves."""
    known = {name: value for name, value in case.state["answers"].items() if name in judge.package.all_fields()}
    try:
        with tenancy.acting_as(SYSTEM):
            frame = engine.Frame(services.definition(judge.edition_hash), judge.settings(case), case.institution_id)
            return form.form_of(frame, {**known, **raw})
    except (ValueError, KeyError, TypeError):
        return None


def reworded(one: Ask, old: Package, new: Package, lang: str) -> list[tuple[str, str]]:
    """What of a question reads otherwise, before and now; nothing for what is asked for another reason."""
    was, now = moving.asked_of(old).get(one.field), moving.asked_of(new).get(one.field)
    if one.why != "reworded" or was is None or now is None:
        return []
    return moving.differences(was, now, moving.chosen_of(was.field, one.before), lang)
