"""The office's navigation entry."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of


def is_at_work(request: HttpRequest) -> bool:
    """Any officer: a duty can be anybody's."""
    return actor_of(request).institution_id is not None


add_desk(37, "meetings.res_desk", "/ofisi/mabaraza/maazimio/", is_at_work, group="work")
