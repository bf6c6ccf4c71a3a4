"""This room's entries in the office's navigation."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.documents.policies import LEADERS
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind


def _leads(request: HttpRequest) -> bool:
    return actor_of(request).has(*LEADERS)


def _is_authority(request: HttpRequest) -> bool:
    return actor_of(request).kind is ActorKind.AUTHORITY


def show() -> None:
    """Put them there; called once, as the addresses are read."""
    add_desk(40, "documents.desk", "/ofisi/hati/", _leads)
    add_desk(80, "documents.keys_desk", "/ofisi/funguo/", _is_authority)
