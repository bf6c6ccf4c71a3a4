"""What stands beside a form's questions: which register will be asked for what, what it said, why the person is."""

from collections.abc import Collection
from typing import Any

from jumuishi.cases.engine import frame_of
from jumuishi.cases.form import form_of
from jumuishi.cases.lookups import showing
from jumuishi.cases.lookups.models import Look
from jumuishi.cases.lookups.rules import Way
from jumuishi.cases.lookups.standing import looks_of_case, ways
from jumuishi.cases.lookups.submitting import MAY_ASK
from jumuishi.cases.models import Case
from jumuishi.cases.sheet import Sheet
from jumuishi.cases.web.ways import prefix
from jumuishi.cases.wording import words
from jumuishi.definitions.types import Field, Package
from jumuishi.exchange import public as exchange
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime


def question_url(sheet: Sheet, row: Look) -> str:
    """Where the register's question is answered."""
    return f"{prefix()}/omba/rasimu/{sheet.draft.id}/swali/{row.id}/"


def dispute_url(sheet: Sheet, name: str) -> str:
    """Where a register's value is said to be wrong."""
    return f"{prefix()}/omba/rasimu/{sheet.draft.id}/rejesta/{name}/"


def notice(sheet: Sheet, fresh: Collection[str]) -> str:
    """What to say where an answer brought values along; empty where it brought none."""
    found = sheet.ways
    return "cases.look_got" if any(found.get(name) is Way.FETCHED for name in fresh) else ""


class Beside:
    """One form's looks, found once."""

    def __init__(self, sheet: Sheet, lang: str) -> None:
        self.sheet, self.lang = sheet, lang
        self.package, self.answers = sheet.frame.edition.package, sheet.draft.answers
        self.ways = sheet.ways
        self.before = showing.before_asking(self.package, sheet.form, sheet.looks, lang) if sheet.looks.lookups else {}

    def drawn(self, field: Field, widget: dict[str, Any]) -> dict[str, Any]:
        """The question as it is drawn: with what there is to say, or as the value that was fetched."""
        said, way = self.before.get(field.name, ""), self.ways.get(field.name)
        row = self.sheet.looks.row(field.name, self.answers)
        if row is None or way is None:
            return _hinted(widget, said)
        if way is Way.FETCHED:
            return {
                "widget": "looked", "name": field.name, "label": widget["label"], "error": widget["error"],
                "value": words(field, self.answers.get(field.name), self.lang), "hint": said,
                "source": showing.source(row, field, self.package, self.lang, self.sheet.work),
            }  # fmt: skip
        if way is Way.DISPUTED:
            register = exchange.label_of(row.register, self.lang)
            wrong = words(field, self.sheet.looks.disputes[field.name].said, self.lang)
            said = f"{said} {t('cases.look_disputed_yours', self.lang, register=register, said=wrong)}"
            return {**_hinted(widget, said), "disputed": True}
        why = showing.why_asked(row, self.lang, self.sheet.work)
        return _hinted(widget, f"{said} {t('cases.look_say', self.lang, why=why)}")


def _hinted(widget: dict[str, Any], said: str) -> dict[str, Any]:
    if not said.strip():
        return widget
    own = f"h-{widget['name']}"
    told = [one for one in widget.get("describedby", "").split() if one != own]
    return {
        **widget, "hint": f"{widget['hint']} {said}".strip(), "describedby": " ".join([own, *told]),
    }  # fmt: skip


def case_sources(case: Case, package: Package, lang: str, work: WorkingTime) -> dict[str, str]:
    """The same for a case; no query for a service without lookups."""
    looks = looks_of_case(package, case.institution_id, case.id)
    if not looks.rows:
        return {}
    answers = case.state["answers"]
    found = ways(looks, form_of(frame_of(case), answers), answers)
    return showing.sources(package, looks, found, answers, lang, work)


def may_ask(case: Case, package: Package, lang: str) -> list[dict[str, str]]:
    """The registers that gave nothing, for the office to ask now."""
    if case.outcome:
        return []
    looks = looks_of_case(package, case.institution_id, case.id)
    return [
        {"id": str(one.id), "register": exchange.label_of(one.register, lang)}
        for one in looks.rows.values()
        if one.state in MAY_ASK and exchange.is_asked(one.register)
    ]


def sources(sheet: Sheet, lang: str) -> dict[str, str]:
    """A line a field for the summary."""
    if not sheet.looks.rows:
        return {}
    return showing.sources(sheet.frame.edition.package, sheet.looks, sheet.ways, sheet.draft.answers, lang, sheet.work)
