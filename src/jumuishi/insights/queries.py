"""Reads of figures: one question a page, however many cases stand behind them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from jumuishi.insights import rules
from jumuishi.insights.models import Figure


def figures(institution_id: UUID, span: int, *, officer: UUID | None, all_officers: bool) -> list[Figure]:
    """An institution's figures over a span: services, units, and officers as far as the caller may see them."""
    seen = Q(kind__in=(rules.SERVICE, rules.UNIT))
    seen |= Q(kind=rules.OFFICER) if all_officers else Q(kind=rules.OFFICER, key=str(officer))
    rows = Figure.objects.filter(seen, institution_id=institution_id, span=span)
    return list(rows.order_by("kind", "-late_now", "-done", "key"))


def public_figures(institution_id: UUID) -> list[Figure]:
    """What everybody may see: each service, over each span."""
    return list(Figure.objects.filter(institution_id=institution_id, kind=rules.SERVICE).order_by("key", "span"))


def computed_at(rows: list[Figure]) -> datetime | None:
    """When the oldest of them was worked out."""
    return min((one.computed_at for one in rows), default=None)
