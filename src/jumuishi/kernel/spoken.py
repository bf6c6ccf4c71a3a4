"""Instants and spans as people say them: the Swahili clock with the part of day, the weekday before the date. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = {
    "sw": ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "sw": ("Januari", "Februari", "Machi", "Aprili", "Mei", "Juni", "Julai", "Agosti", "Septemba", "Oktoba", "Novemba",
           "Desemba"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
}  # fmt: skip
_PARTS = ((4, "usiku"), (6, "alfajiri"), (12, "asubuhi"), (16, "mchana"), (19, "jioni"), (24, "usiku"))


def say_clock(at: datetime, lang: str, zone: str) -> str:
    """ "saa 4:30 asubuhi" (the Swahili day begins at dawn: seven o'clock is one) or "10:30"."""
    local = at.astimezone(ZoneInfo(zone))
    if lang == "en":
        return f"{local:%H:%M}"
    hour = (local.hour - 6) % 12 or 12
    part = next(name for until, name in _PARTS if local.hour < until)
    return f"saa {hour}:{local.minute:02d} {part}"


def say_date(day: date, lang: str, *, weekday: bool = True) -> str:
    """ "Jumatano, 25 Novemba 2026"."""
    words = f"{day.day} {MONTHS[lang][day.month - 1]} {day.year}"
    return f"{WEEKDAYS[lang][day.weekday()]}, {words}" if weekday else words


def say_instant(at: datetime, lang: str, zone: str) -> str:
    """ "Jumatano, 25 Novemba 2026, saa 4:30 asubuhi"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{say_date(local.date(), lang)}, {say_clock(at, lang, zone)}"


def say_work(span: timedelta, lang: str) -> str:
    """Working time left or passed: "saa 7 za kazi", "dakika 20", "7 working hours"; days of work are said in hours."""
    minutes = int(abs(span).total_seconds() // 60)
    hours = minutes // 60
    if lang == "en":
        return f"{hours} working hours" if hours > 1 else ("1 working hour" if hours else f"{minutes} minutes")
    if hours:
        return f"saa {hours} {'za' if hours > 1 else 'ya'} kazi"
    return f"dakika {minutes}"


_UNITS = {
    "sw": {"hours": "saa {n}", "days": "siku {n}", "months": "miezi {n}", "years": "miaka {n}",
           "working_hours": "saa {n} za kazi", "working_days": "siku {n} za kazi"},
    "en": {"hours": "{n} hours", "days": "{n} days", "months": "{n} months", "years": "{n} years",
           "working_hours": "{n} working hours", "working_days": "{n} working days"},
}  # fmt: skip
_ONE = {
    "sw": {"months": "mwezi 1", "years": "mwaka 1", "working_hours": "saa 1 ya kazi", "working_days": "siku 1 ya kazi"},
    "en": {
        "hours": "1 hour", "days": "1 day", "months": "1 month", "years": "1 year",
        "working_hours": "1 working hour", "working_days": "1 working day",
    },
}  # fmt: skip


def say_span(n: int, unit: str, lang: str) -> str:
    """ "siku 3 za kazi", "3 working days"."""
    if n == 1 and unit in _ONE[lang]:
        return _ONE[lang][unit]
    return _UNITS[lang][unit].format(n=n)


def say_bytes(n: int, lang: str) -> str:
    """ "KB 320", "1.2 MB"; what is begun of a kilobyte counts as one."""
    figure, unit = (f"{-(-n // 1024)}", "KB") if n < 1_048_576 else (f"{n / 1_048_576:.1f}", "MB")
    return f"{unit} {figure}" if lang == "sw" else f"{figure} {unit}"


def say_money(amount: int, currency: str) -> str:
    """ "TZS 100,000"."""
    return f"{currency} {amount:,}"
