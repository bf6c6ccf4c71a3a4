"""This room's entries in the office's navigation."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind
from jumuishi.institutions.actions import HEADS


def _leads(request: HttpRequest) -> bool:
    return actor_of(request).has(*HEADS)


def _is_authority(request: HttpRequest) -> bool:
    return actor_of(request).kind is ActorKind.AUTHORITY


def show() -> None:
    """Put them there; called once, as the addresses are read."""
    add_desk(50, "institutions.people", "/ofisi/watu/", _leads)
    add_desk(60, "institutions.calendar", "/ofisi/kalenda/", _leads)
    add_desk(70, "institutions.queue", "/ofisi/taasisi/maombi/", _is_authority)
