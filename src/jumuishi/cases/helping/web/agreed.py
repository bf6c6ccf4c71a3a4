"""Agreements with agents in words: how one stands, what it says, who decided."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q

from jumuishi.cases.helping import outlets, queries, wording
from jumuishi.cases.helping.models import Agreement
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.text import t
from jumuishi.services import public as services

GROUPS = ("waits", "stands", "ended")


def group(name: str, day: date) -> Q:
    """The condition of a group on a day: waits for a second person; stands, or will; is over."""
    if name == "waits":
        return Q(approved_at=None, ended_at=None)
    open_ones = Q(approved_at__isnull=False, ended_at=None) & (Q(until_on=None) | Q(until_on__gte=day))
    return open_ones if name == "stands" else ~open_ones & ~group("waits", day)


def state_of(row: Agreement, day: date) -> str:
    """waits, coming, stands, over (its last day is past), ended, refused, or withdrawn before it counted."""
    if row.ended_at is not None:
        if row.approved_at is not None:
            return "ended"
        return "refused" if row.refused_why else "withdrawn"
    if row.approved_at is None:
        return "waits"
    if row.until_on is not None and row.until_on < day:
        return "over"
    return "coming" if row.from_on > day else "stands"


def lines(rows: Iterable[Agreement], lang: str) -> list[dict[str, Any]]:
    """Agreements for a list, in as many questions for one as for many."""
    every, day = list(rows), institutions.today()
    if not every:
        return []
    agents = institutions.institutions({one.agent_id for one in every})
    ours = {one.service: one.name[lang] for one in services.offerings_of(every[0].institution_id)}
    return [
        {
            "id": one.id,
            "agent": agents[one.agent_id].name[lang] if one.agent_id in agents else "",
            "service": ours.get(one.service, one.service) or t("cases.agents_all", lang),
            "most": say_money(one.most, settings.CURRENCY),
            "source": one.source,
            "from": say_date(one.from_on, lang, weekday=False),
            "until": say_date(one.until_on, lang, weekday=False) if one.until_on else "",
            "state": state_of(one, day),
            "state_name": t(f"cases.agents_{state_of(one, day)}", lang),
        }
        for one in every
    ]


def whole(row: Agreement, lang: str) -> dict[str, Any]:
    """One with where its agents are found, and who did what when."""
    people = {key: identity.person(key) for key in (row.made_by, row.approved_by, row.ended_by) if key is not None}
    names = {key: one.name if one is not None else "" for key, one in people.items()}
    return {
        **lines([row], lang)[0],
        "outlets": [outlets.said(one.place, one.where) for one in row.outlets.order_by("search", "id")],
        "made": t("cases.agents_by", lang, who=names[row.made_by], at=wording.at(row.made_at, lang)),
        "approved": t("cases.agents_by", lang, who=names[row.approved_by], at=wording.at(row.approved_at, lang))
        if row.approved_by is not None
        else "",
        "ended": t("cases.agents_by", lang, who=names[row.ended_by], at=wording.at(row.ended_at, lang))
        if row.ended_by is not None
        else "",
        "why": row.refused_why,
        "is_open": row.ended_at is None,
        "waits": row.ended_at is None and row.approved_at is None,
        "in_hand": len(queries.under_agreement(row)) if row.approved_at is not None and row.ended_at is None else 0,
    }
