"""The quarterly report to the commission: counted from the records, never typed."""

import statistics
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone

from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import t
from jumuishi.privacy import lists, queries
from jumuishi.privacy.models import Breach, Notice, Request
from jumuishi.privacy.types import Kind

Line = tuple[str, object]


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """`2026-4`; the quarter of today for what is none."""
        today = timezone.localtime(clock.now()).date()
        year, _, number = text.partition("-")
        if year.isdecimal() and 2000 <= int(year) <= 9998 and number in ("1", "2", "3", "4"):
            return cls(int(year), int(number))
        return cls(today.year, (today.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> "Quarter":
        """The next one."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)


def lines(institution_id: UUID, quarter: Quarter, lang: str) -> list[Line]:
    """What the report says, line by line: a label and a number, a day, or "unknown"."""
    start, end = _instant(quarter.first), _instant(quarter.after.first)
    return [
        (t("privacy.report_home", lang), queries.home_name(institution_id, lang)),
        (t("privacy.report_quarter", lang), str(quarter)),
        *_registration(institution_id, lang),
        *_requests(institution_id, start, end, lang),
        *_breaches(institution_id, start, end, lang),
        (t("privacy.report_register", lang), len(lists.register(institution_id, lang))),
        (t("privacy.report_looks", lang), evidence.count_looks(institution_id=institution_id, since=start, until=end)),
    ]


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


def _registration(institution_id: UUID, lang: str) -> list[Line]:
    found = queries.registration(institution_id)
    number = found.number if found else t("privacy.unknown", lang)
    until = say_date(found.expires_on, lang, weekday=False) if found else t("privacy.unknown", lang)
    return [(t("privacy.report_registered", lang), number), (t("privacy.report_expires", lang), until)]


def _requests(institution_id: UUID, start: datetime, end: datetime, lang: str) -> list[Line]:
    rows = Request.objects.filter(institution_id=institution_id, asked_at__gte=start, asked_at__lt=end)
    done = Q(answered_at__isnull=False)
    found = rows.aggregate(
        **{f"kind_{one.value}": Count("id", filter=Q(kind=one)) for one in Kind},
        answered=Count("id", filter=done),
        refused=Count("id", filter=Q(state="refused") | Q(appealed_at__isnull=False)),
        late=Count("id", filter=Q(escalated_at__isnull=False)),
        appealed=Count("id", filter=Q(appealed_at__isnull=False)),
        waiting=Count("id", filter=Q(state__in=("open", "appealed"))),
    )
    pairs = rows.filter(done).values_list("asked_at", "answered_at")
    took = [(b - a).total_seconds() / 86400 for a, b in pairs if b is not None]
    middle: object = round(statistics.median(took), 1) if took else t("privacy.unknown", lang)
    by_kind = [(f"{t('privacy.report_requests', lang)}: {t(f'privacy.kind_{one.value}', lang)}",
                found[f"kind_{one.value}"]) for one in Kind]  # fmt: skip
    rest = [
        (t(f"privacy.report_{one}", lang), found[one]) for one in ("answered", "refused", "late", "appealed", "waiting")
    ]
    return [*by_kind, *rest, (t("privacy.report_median", lang), middle)]


def _breaches(institution_id: UUID, start: datetime, end: datetime, lang: str) -> list[Line]:
    rows = Breach.objects.filter(institution_id=institution_id, known_at__gte=start, known_at__lt=end)
    found = rows.aggregate(
        breaches=Count("id"),
        touched=Sum("touched", default=0),
        commission=Count("id", filter=Q(commission_at__isnull=False)),
    )
    told = Notice.objects.filter(breach__in=rows, told_at__isnull=False).count()
    found["told"] = told
    return [(t(f"privacy.report_{one}", lang), found[one]) for one in ("breaches", "touched", "commission", "told")]


@identity.action("privacy.report.export")
def take_report(*, actor: Actor, quarter: Quarter, lang: str) -> tuple[tuple[str, str], list[Line]]:
    """The report as a table of two columns; that it was taken is on the record."""
    thing = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "privacy.desk", thing)
    found = lines(actor.workplace, quarter, lang)
    identity.record(actor, thing, after={"quarter": str(quarter), "lines": [str(value) for _, value in found]})
    return (t("privacy.report_line", lang), t("privacy.report_value", lang)), found
