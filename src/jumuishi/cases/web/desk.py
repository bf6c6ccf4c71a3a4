"""The office's navigation entries of this room."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind


def is_at_work(request: HttpRequest) -> bool:
    """An officer of an institution."""
    return actor_of(request).kind is ActorKind.OFFICER


add_desk(10, "cases.work", "/ofisi/", is_at_work)
add_desk(30, "services.ours", "/ofisi/huduma/", is_at_work)
