"""An institution's SMS of a month: how many, what became of them, what they cost; its sender and its limit."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from jumuishi.channels import sheets
from jumuishi.channels.context import add_desk
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.messaging import options, prices, queries

PATH, READ = "/ofisi/sms/", "messaging.figures.read"
# Who answers for what an institution spends.
ROLES = ("head", "director", "accountant")
MONTHS = 12
COLUMNS = ("day", "gateway", "messages", "parts", "amount", "unpriced")


@identity.policy(READ)
def may_read_figures(actor: Actor, thing: Thing) -> bool:
    """Those of the institution who answer for what it spends."""
    return identity.is_of_institution(actor, thing) and actor.has(*ROLES)


add_desk(85, "messaging.sms", PATH, lambda request: actor_of(request).has(*ROLES))


@access(Officer)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """One month, this one unless another is asked for; no word and no number of anybody."""
    home, (month, months), lang = _reads(request), _month(request), language()
    found = queries.month_of(home, *_span(month))
    sender, most = queries.terms_of(home)
    limit = options.most_per_institution_a_day() if most is None else most
    return render(
        request,
        "messaging/sms.html",
        {
            "months": [{"value": f"{one:%Y-%m}", "label": f"{one:%m/%Y}", "current": one == month} for one in months],
            "month": f"{month:%m/%Y}",
            "value": f"{month:%Y-%m}",
            "cost": found.cost,
            "amount": f"{settings.CURRENCY} {found.cost.amount:,.2f}",
            "rows": [{"label": _became(state, why, lang), "n": n} for (state, why), n in found.became],
            "sender": sender,
            "limit": limit,
            "day": queries.kept_since(home, clock.now() - timedelta(days=1)),
            "prices": [_price(one, lang) for one in prices.known()],
        },
    )


@access(Officer)
@require_GET
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The month by day and gateway, for the books; nothing of anybody."""
    home, (month, _), lang = _reads(request), _month(request), language()
    head = [t(f"messaging.export_{one}", lang, currency=settings.CURRENCY) for one in COLUMNS]
    days = queries.days_of(home, *_span(month), settings.TIME_ZONE)
    rows = [(day.isoformat(), gateway, c.messages, c.parts, str(c.amount), c.unpriced) for day, gateway, c in days]
    return sheets.answer(f"sms-{month:%Y-%m}", sheets.kind_of(kind), head, rows)


def _reads(request: HttpRequest) -> UUID:
    """The institution whose figures the reader may see."""
    actor = actor_of(request)
    identity.must(actor, READ, Thing("institution", actor.who, actor.institution_id))
    return actor.workplace


def _month(request: HttpRequest) -> tuple[date, list[date]]:
    """The month that is asked for, and those to choose from."""
    months = _months(localtime(clock.now()).date())
    wanted = request.GET.get("m", "")
    return next((one for one in months if f"{one:%Y-%m}" == wanted), months[0]), months


def _months(today: date) -> list[date]:
    """This month and those before it, the newest first."""
    return [date(today.year + (today.month - 1 - n) // 12, (today.month - 1 - n) % 12 + 1, 1) for n in range(MONTHS)]


def _span(month: date) -> tuple[datetime, datetime]:
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime(month.year, month.month, 1, tzinfo=zone), datetime(after.year, after.month, 1, tzinfo=zone)


def _became(state: str, why: str, lang: str) -> str:
    """What became of messages, in words: why only where they were not sent."""
    key = f"messaging.why_{why.replace(' ', '_')}" if state == "failed" else f"messaging.state_{state}"
    return t(key if key in texts() else "messaging.why_refused", lang)


def _price(one: prices.Price, lang: str) -> dict[str, Any]:
    return {
        "gateway": one.gateway,
        "price": f"{settings.CURRENCY} {one.per_part}",
        "since": say_date(one.since, lang, weekday=False),
        "source": one.source,
    }
