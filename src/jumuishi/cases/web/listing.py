"""A list of the inbox as its address asks for it, and in words; for every page that works on a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from jumuishi.cases import queries
from jumuishi.cases.models import Case, Task
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.services import public as services


@dataclass(frozen=True)
class Moment:
    """What a list is asked under: who works with whom, when it is, and when tomorrow begins where they work."""

    around: queries.Around
    now: datetime
    tomorrow: datetime


def moment_of(actor: Actor, work: WorkingTime | None = None) -> Moment:
    """The moment of a request."""
    now = clock.now()
    local = now.astimezone(ZoneInfo((work or institutions.working_time(actor.workplace)).zone))
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Moment(around(actor), now, tomorrow)


def around(actor: Actor) -> queries.Around:
    """With whom an officer works today."""
    home = actor.workplace
    team, lenders = institutions.team_of(home, actor.who), institutions.lenders_of(home, actor.who)
    return queries.Around(team, lenders, *institutions.attendance(home))


def read(given: Mapping[str, str], *, has_team: bool) -> queries.Wanted:
    """What an address asks for; what is unknown is left out."""
    first = "unit" if has_team else "mine"
    view, due = given.get("v", first), given.get("due", "")
    return queries.Wanted(
        view=view if view in queries.VIEWS else first,
        due=due if due in queries.DUES else "",
        text=given.get("q", "").strip()[:60],
        stage=given.get("stage", "")[:40],
        service=given.get("s", "")[:40],
    )


def address(wanted: queries.Wanted, **changes: str) -> str:
    """The query of a list's address."""
    asked = {"v": wanted.view, "due": wanted.due, "stage": wanted.stage, "s": wanted.service, "q": wanted.text}
    return urlencode({key: value for key, value in {**asked, **changes}.items() if value})


def cases_of(actor: Actor, wanted: queries.Wanted, moment: Moment) -> QuerySet[Case]:
    """The institution's own cases in the list."""
    return queries.cases_in_list(actor, wanted, around=moment.around, now=moment.now, tomorrow=moment.tomorrow)


def tasks_of(actor: Actor, wanted: queries.Wanted, moment: Moment) -> QuerySet[Task]:
    """The open tasks in the list."""
    return queries.inbox(actor, wanted, around=moment.around, now=moment.now, tomorrow=moment.tomorrow)


def offered(actor: Actor, lang: str) -> dict[str, str]:
    """The institution's services by key, with their names; for a filter."""
    return {one.service: one.name[lang] for one in services.offerings_of(actor.workplace)}


def in_words(wanted: queries.Wanted, lang: str, *, names: Mapping[str, str], stages: Mapping[str, str]) -> str:
    """ "Yangu na ya kitengo changu · Imechelewa · Leseni ya biashara"."""
    said = [t(f"cases.view_{wanted.view}", lang)]
    if wanted.due:
        said.append(t(f"cases.load_{wanted.due}", lang))
    if wanted.service:
        said.append(names.get(wanted.service, wanted.service))
    if wanted.stage:
        said.append(stages.get(wanted.stage, wanted.stage))
    if wanted.text:
        said.append(f"“{wanted.text}”")
    return " · ".join(said)
