"""How long a case is kept after its end, by the retention of its service's definition."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.cases.engine import frame_of
from jumuishi.cases.models import Case
from jumuishi.institutions import public as institutions
from jumuishi.kernel.worktime import Span


def kept_until(case: Case) -> date | None:
    """The last day on which an ended case is kept by its service's rule; None where the rule names no period."""
    if case.ended_at is None:
        return None
    frame = frame_of(case)
    retention = frame.edition.package.retention
    within = retention.periods.get(case.outcome) if retention is not None else None
    if within is None:
        return None
    n = within.n if within.n is not None else frame.settings.get(within.setting or "")
    if not isinstance(n, int):
        return None
    end = institutions.working_time(case.institution_id).add(case.ended_at, Span(n, within.unit))
    return end.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
