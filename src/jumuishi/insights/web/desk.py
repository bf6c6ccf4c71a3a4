"""The office's navigation entry of this room."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind


def _at_work(request: HttpRequest) -> bool:
    return actor_of(request).kind is ActorKind.OFFICER


add_desk(20, "insights.figures", "/ofisi/takwimu/", _at_work, group="figures")
