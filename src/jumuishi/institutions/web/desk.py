"""This room's entries in the office's navigation."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind


def _at_work(request: HttpRequest) -> bool:
    return actor_of(request).institution_id is not None


def _is_authority(request: HttpRequest) -> bool:
    return actor_of(request).kind is ActorKind.AUTHORITY


def show() -> None:
    """Put them there; called once, as the addresses are read."""
    add_desk(50, "institutions.people", "/ofisi/watu/", _at_work)
    add_desk(60, "institutions.calendar", "/ofisi/kalenda/", _at_work)
    add_desk(70, "institutions.register", "/ofisi/taasisi/", _is_authority, group="work")
