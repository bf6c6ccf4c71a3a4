"""Pure: until when a notice is in time, who may call on shorter notice, whether an agenda still takes an item."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jumuishi.kernel.worktime import WorkingTime
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Emergency, Kind, Notice, Orders, RefusedError, Rule


def works_on(works: WorkingTime, day: date) -> bool:
    """Whether the institution opens at all on a day."""
    return day not in works.holidays and bool(works.hours.get(day.weekday()))


def last_day(notice: Notice, meets_on: date, works: WorkingTime) -> date:
    """The last day on which a notice is in time: so many days, or working days, lie from it to the meeting's own."""
    if not notice.working:
        return meets_on - timedelta(days=notice.days)
    day, left = meets_on, notice.days
    while left > 0:
        left -= works_on(works, day)
        day -= timedelta(days=1)
    return day


def check_notice(
    orders: Orders, kind: Kind, starts_at: datetime, now: datetime, works: WorkingTime
) -> tuple[Notice, datetime]:
    """The rule, and the last instant at which a member is served in time; raises RefusedError when it is past."""
    notice, zone = needs.notice_for(orders, kind), ZoneInfo(works.zone)
    day = last_day(notice, starts_at.astimezone(zone).date(), works)
    until = datetime.combine(day + timedelta(days=1), time(0), zone) - timedelta(seconds=1)
    if now > until:
        raise RefusedError("late_notice", rule=notice.rule, days=notice.days, working=notice.working, day=day)
    return notice, until


def check_emergency(
    orders: Orders, *, role: str, reason: str, starts_at: datetime, now: datetime
) -> tuple[Emergency, datetime]:
    """The rule by which a member in this role calls on shorter notice, and until when; raises RefusedError."""
    rule = needs.emergency(orders)
    if role not in rule.roles:
        raise RefusedError("emergency_role", rule=rule.rule, roles=", ".join(rule.roles))
    if rule.reason_needed and not reason.strip():
        raise RefusedError("emergency_reason", rule=rule.rule)
    until = starts_at - timedelta(hours=rule.hours)
    if now > until:
        raise RefusedError("emergency_hours", rule=rule.rule, hours=rule.hours)
    return rule, until


def check_late_item(orders: Orders) -> Rule:
    """The clause by which an item may come onto an agenda that members have already; raises RefusedError."""
    allowed, rule = needs.late(orders)
    if not allowed:
        raise RefusedError("late_item", rule=rule)
    return rule


def check_openness(orders: Orders | None, *, is_public: bool) -> None:
    """Whether a meeting may be open, or closed, to the public by the orders; what they do not say is closed."""
    if orders is None or not orders.gazette.strip() or orders.public is None:
        if is_public:
            raise RefusedError(
                "not_entered", missing="public" if orders is None or orders.gazette.strip() else "gazette"
            )
        return
    if is_public and not orders.public:
        raise RefusedError("not_public", rule=orders.public_rule)
    if not is_public and orders.public:
        needs.closing(orders)
