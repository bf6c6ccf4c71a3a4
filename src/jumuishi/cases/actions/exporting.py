"""A list of cases taken out as a file: by whom, for what, which columns; and a look at each where it names people."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from jumuishi.cases import columns
from jumuishi.cases.models import Case, Task
from jumuishi.cases.queries import Wanted
from jumuishi.cases.types import CaseError
from jumuishi.definitions.types import Field, Package
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import sheets
from jumuishi.services import public as services

PAGE = 1000


@dataclass(frozen=True)
class Taking:
    """What somebody takes out: the list, the columns by name, the answers of the list's service too, and what for."""

    wanted: Wanted
    columns: tuple[str, ...]
    with_answers: bool
    purpose: str
    kind: str


@dataclass(frozen=True)
class _Row:
    at: datetime
    id: UUID
    cells: tuple[object, ...]


def packages(rows: QuerySet[Case], institution_id: UUID, service: str) -> list[Package]:
    """The editions that a list's cases of a service run under, the one on offer now first."""
    now = services.offering_of(institution_id, service)
    hashes = rows.filter(service=service).order_by().values_list("edition_hash", flat=True).distinct()
    ordered = dict.fromkeys([*([now.edition_hash] if now else []), *sorted(hashes)])
    return [services.definition(one).package for one in ordered]


@identity.action("cases.list.export")
def export_cases(
    *, actor: Actor, taking: Taking, rows: QuerySet[Case], lang: str
) -> tuple[list[str], Iterator[tuple[object, ...]]]:
    """Head and rows of `rows` (as queries.cases_in_list gives them), newest first, read page by page as they are asked.

    Raises CaseError without a purpose or a column, and for answers where the list is not of one service.
    """
    home, wanted = Thing("institution", actor.workplace, actor.workplace), taking.wanted
    identity.must(actor, "cases.list.export", home)
    if not taking.purpose.strip():
        raise CaseError("cases.purpose_missing")
    chosen = [one for one in columns.COLUMNS if one in taking.columns]
    if taking.with_answers and not wanted.service:
        raise CaseError("cases.answers_of_one_service")
    if not chosen and not taking.with_answers:
        raise CaseError("cases.column_missing")
    found = packages(rows, actor.workplace, wanted.service) if taking.with_answers else []
    fields = columns.fields_of(found)
    head = [columns.title(one, lang) for one in chosen] + [columns.label(one, lang) for one in fields.values()]
    is_personal = taking.with_answers or any(one in columns.PERSONAL for one in chosen)
    names: dict[UUID | None, str] = {one.person_id: one.name for one in institutions.people_in(actor.workplace)}
    said = {"list": asdict(wanted), "columns": chosen, "answers": taking.with_answers, "kind": taking.kind}
    identity.record(actor, home, after={**said, "purpose": taking.purpose.strip()[:500], "rows": rows.count()})

    def read(last: _Row | None) -> Sequence[_Row]:
        page = list(_page(rows, taking, last))
        if is_personal:
            identity.looked_at_many(actor, "case", [(one.id, one.person_id) for one in page], "export")
        tasks = _open_tasks(page)
        return [_row(one, tasks.get(one.id, ()), chosen, fields, names, lang) for one in page]

    return head, (one.cells for one in sheets.paged(read))


def _page(rows: QuerySet[Case], taking: Taking, last: _Row | None) -> QuerySet[Case]:
    rows = sheets.beyond(rows, "-submitted_at", (last.at, last.id) if last else None)
    if taking.with_answers:
        rows = rows.annotate(answers=KeyTransform("answers", "state"))
    return rows.defer("state", "settings")[:PAGE]


def _open_tasks(page: list[Case]) -> dict[UUID, tuple[Task, ...]]:
    found: dict[UUID, tuple[Task, ...]] = {}
    for task in Task.objects.filter(case_id__in=[one.id for one in page], state=Task.State.OPEN).order_by("due_at"):
        found[task.case_id] = (*found.get(task.case_id, ()), task)
    return found


def _row(
    case: Case,
    tasks: tuple[Task, ...],
    chosen: list[str],
    fields: dict[str, Field],
    names: dict[UUID | None, str],
    lang: str,
) -> _Row:
    line = columns.Line(case, tasks, names, lang)
    answers = getattr(case, "answers", None) or {}
    cells = [columns.COLUMNS[one](line) for one in chosen]
    cells += [columns.answer(field, answers.get(name), lang) for name, field in fields.items()]
    return _Row(case.submitted_at, case.id, tuple(cells))
