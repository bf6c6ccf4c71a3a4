"""The office's navigation entries of this room."""

from django.http import HttpRequest

from jumuishi.cases.policies import HEADS
from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind


def is_at_work(request: HttpRequest) -> bool:
    """An officer of an institution."""
    return actor_of(request).kind is ActorKind.OFFICER


def has_committee(request: HttpRequest) -> bool:
    """Whoever answers for the institution, and the officers of a committee; members come by their notice."""
    actor = actor_of(request)
    offices = any(role.endswith(("-chair", "-secretary")) for role in actor.roles)
    return is_at_work(request) and (offices or actor.has(*HEADS))


def keeps_agreements(request: HttpRequest) -> bool:
    """Whoever answers for an institution agrees with agents."""
    return is_at_work(request) and actor_of(request).has(*HEADS)


OF_CASES = ("/ofisi/ombi/", "/ofisi/pamoja/", "/ofisi/orodha/", "/ofisi/violezo/")
add_desk(10, "cases.desk", "/ofisi/", is_at_work, group="work", also=OF_CASES)
add_desk(20, "cases.sittings", "/ofisi/vikao/", has_committee, group="work")
add_desk(22, "cases.visits", "/ofisi/miadi/", is_at_work, group="work")
add_desk(24, "cases.counter", "/ofisi/kaunta/", is_at_work, group="work")
add_desk(30, "services.ours", "/ofisi/huduma/", is_at_work)
add_desk(34, "cases.agents", "/ofisi/mawakala/", keeps_agreements)
add_desk(60, "cases.archive", "/ofisi/hifadhi/", is_at_work)
