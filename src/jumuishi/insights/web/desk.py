"""The office's navigation entry of this room."""

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import ActorKind

add_desk(20, "insights.figures", "/ofisi/takwimu/", lambda request: actor_of(request).kind is ActorKind.OFFICER)
