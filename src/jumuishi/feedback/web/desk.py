"""The office's navigation entry of this room."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of


def is_at_work(request: HttpRequest) -> bool:
    """Any officer: an item can be given to anybody."""
    return actor_of(request).institution_id is not None


add_desk(35, "feedback.desk", "/ofisi/mrejesho/", is_at_work, group="work")
