"""`jumuishi sms terms`, `jumuishi sms prices`, `jumuishi sms cost`: what the operator settles and looks up."""

import argparse
import re
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.messaging import options, prices, queries
from jumuishi.messaging.models import Terms

SYSTEM = tenancy.Principal.system()
# Letters, digits and spaces, as networks register them: at most eleven, with a letter among them.
SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


def terms(argv: list[str]) -> int:
    """An institution's sender name and messages a day; exit 0 when kept or shown, 1 for a bad name or limit."""
    parser = argparse.ArgumentParser(prog="jumuishi sms terms")
    parser.add_argument("institution", help="the institution's short name")
    parser.add_argument(
        "--sender", help="at most 11 letters, digits and spaces, registered with the networks; '' for none"
    )
    parser.add_argument("--per-day", type=int, help="messages a day; -1 for the installation's own limit")
    wish = parser.parse_args(argv)
    if wish.sender and not SENDER.fullmatch(wish.sender):
        return _no("a sender is at most 11 letters, digits and spaces, with a letter among them")
    if wish.per_day is not None and wish.per_day < -1:
        return _no("a limit is not below 0")
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        home = institutions.institution_by_slug(wish.institution)
        if home is None:
            return _no(f"no institution is called {wish.institution!r}")
        row, _ = Terms.objects.get_or_create(institution_id=home.id)
        if wish.sender is not None:
            row.sender = wish.sender
        if wish.per_day is not None:
            row.most_a_day = None if wish.per_day == -1 else wish.per_day
        row.save()
    most = options.most_per_institution_a_day() if row.most_a_day is None else row.most_a_day
    print(f"{wish.institution}: sender {row.sender or 'the usual one'}, {most} messages a day")
    return 0


def prices_read(argv: list[str]) -> int:
    """Read the file of prices; exit 0 and each price, 1 with the line that is wrong, 2 when there is no file."""
    argparse.ArgumentParser(prog="jumuishi sms prices").parse_args(argv)
    path = options.prices_file()
    if not path:
        print("JUMUISHI_SMS_PRICES names no file: no cost is kept but what a gateway says itself", file=sys.stderr)
        return 2
    try:
        found = prices.read(path, settings.CURRENCY)
    except prices.BadPricesError as error:
        return _no(f"{path}: {error}")
    except (OSError, UnicodeDecodeError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    for one in found:
        print(f"{one.gateway}: {one.per_part} {settings.CURRENCY} a part from {one.since} on ({one.source})")
    return 0


def cost(argv: list[str]) -> int:
    """Messages, parts and cost of a month by institution; exit 0, or 1 for what is no month."""
    parser = argparse.ArgumentParser(prog="jumuishi sms cost")
    parser.add_argument("month", help="YYYY-MM")
    try:
        first = date.fromisoformat(f"{parser.parse_args(argv).month}-01")
    except ValueError:
        return _no("a month is YYYY-MM, such as 2026-11")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    zone = ZoneInfo(settings.TIME_ZONE)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, after))
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        found = queries.costs_by_institution(begins, ends)
        names = {one: home.slug for one in found if one and (home := institutions.institution(one)) is not None}
    for home_id, one in sorted(found.items(), key=lambda each: -each[1].parts):
        unknown = f", {one.unpriced} parts of unknown cost" if one.unpriced else ""
        name = names.get(home_id, str(home_id)) if home_id else "(codes and answers of the house)"
        print(f"{name}: {one.messages} messages, {one.parts} parts, {one.amount:.2f} {settings.CURRENCY}{unknown}")
    return 0


def _no(why: str) -> int:
    print(why, file=sys.stderr)
    return 1
