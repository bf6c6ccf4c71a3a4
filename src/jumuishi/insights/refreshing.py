"""Working the figures out again: from the cases by day, from the days by span. Asked twice it comes to the same."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from jumuishi.cases import public as cases
from jumuishi.insights import rules
from jumuishi.insights.models import Day, Figure, Stale
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy

# How far back a day may still change: an appeal opens what had ended, a correction moves a number.
BACK = timedelta(days=400)
FIRST = date(2000, 1, 1)
_SYSTEM = tenancy.Principal.system()


def today() -> date:
    """The day of now in the installation's time."""
    return clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def mark(institution_id: UUID, since: date) -> None:
    """Note that an institution's figures are behind from a day on; the earlier of two such days counts."""
    with tenancy.acting_as(_SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insights_stale AS s (institution_id, since) VALUES (%s, %s) "
            "ON CONFLICT (institution_id) DO UPDATE SET since = least(s.since, excluded.since)",
            [institution_id, since],
        )


def stale(limit: int = 1000) -> list[UUID]:
    """Institutions whose figures are behind."""
    with tenancy.acting_as(_SYSTEM), transaction.atomic():
        return list(Stale.objects.order_by("since").values_list("institution_id", flat=True)[:limit])


def mark_all(since: date | None = None) -> int:
    """Every institution's figures are behind: a new day moved the spans, or all is rebuilt."""
    with tenancy.acting_as(_SYSTEM), transaction.atomic():
        ids = [one.id for one in institutions.approved()]
    for one in ids:
        mark(one, since or today() - BACK)
    return len(ids)


def is_old() -> bool:
    """Whether figures were worked out on an earlier day than today."""
    midnight = _midnight(today())
    with tenancy.acting_as(_SYSTEM), transaction.atomic():
        return Figure.objects.filter(computed_at__lt=midnight).exists() and not Stale.objects.exists()


@transaction.atomic
def refresh(institution_id: UUID) -> None:
    """One institution's days and figures, if they are behind; others that come meanwhile are marked anew."""
    with tenancy.acting_as(_SYSTEM):
        row = Stale.objects.select_for_update(skip_locked=True).filter(institution_id=institution_id).first()
        if row is None:
            return
        row.delete()
        _refresh_days(institution_id, row.since)
        _refresh_figures(institution_id)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(settings.TIME_ZONE))


def _refresh_days(institution_id: UUID, since: date) -> None:
    """What differs is written; what is as it was stays untouched."""
    now = {(one.day, one.kind, one.key): one for one in cases.days(institution_id, _midnight(since))}
    fields = ("opened", "done", "late", "explained", "hours")
    gone, kept = [], set()
    for old in Day.objects.filter(institution_id=institution_id, day__gte=since):
        new = now.get((old.day, old.kind, old.key))
        if new is not None and all(_plain(getattr(old, name)) == _plain(getattr(new, name)) for name in fields):
            kept.add((old.day, old.kind, old.key))
        else:
            gone.append(old.id)
    Day.objects.filter(institution_id=institution_id, id__in=gone).delete()
    Day.objects.bulk_create(
        [
            Day(institution_id=institution_id, day=one.day, kind=one.kind, key=one.key, opened=one.opened,
                done=one.done, late=one.late, explained=one.explained, hours=list(one.hours))
            for key, one in now.items()
            if key not in kept
        ],
        batch_size=1000,
    )  # fmt: skip


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else value


def _refresh_figures(institution_id: UUID) -> None:
    now, day = clock.now(), today()
    rows = Day.objects.filter(institution_id=institution_id, day__gt=day - timedelta(days=max(rules.SPANS)))
    names = ("day", "kind", "key", "opened", "done", "late", "explained", "hours")
    found = rules.sums((rules.DayRow(*row) for row in rows.values_list(*names)), day, units_of(institution_id))
    standings = _standings(institution_id, now)
    Figure.objects.filter(institution_id=institution_id).delete()
    Figure.objects.bulk_create(
        [
            _figure(institution_id, span, kind, key, found.get((span, kind, key), rules.Sum()), standings, now)
            for span in rules.SPANS
            for kind, key in sorted({(kind, key) for _, kind, key in found} | set(standings))
        ]
    )


def _figure(
    institution_id: UUID, span: int, kind: str, key: str, one: rules.Sum,
    standings: dict[tuple[str, str], tuple[int, int]], now: datetime,
) -> Figure:  # fmt: skip
    open_now, late_now = standings.get((kind, key), (0, 0))
    return Figure(
        institution_id=institution_id, span=span, kind=kind, key=key, opened=one.opened, done=one.done, late=one.late,
        explained=one.explained, median=rules.percentile(one.hours, 0.5), p90=rules.percentile(one.hours, 0.9),
        open_now=open_now, late_now=late_now, computed_at=now,
    )  # fmt: skip


def _standings(institution_id: UUID, now: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    """Open and late now, by service and officer, and by the officers' units."""
    found = {(one.kind, one.key): (one.open, one.late) for one in cases.standings(institution_id, now)}
    units = units_of(institution_id)
    for (kind, key), (count, late) in list(found.items()):
        if kind == rules.OFFICER and key in units:
            before = found.get((rules.UNIT, units[key]), (0, 0))
            found[rules.UNIT, units[key]] = (before[0] + count, before[1] + late)
    return found


def units_of(institution_id: UUID) -> dict[str, str]:
    """The unit of each officer of today."""
    people = institutions.people_in(institution_id)
    return {str(one.person_id): str(one.unit_id) for one in people if one.unit_id is not None}
