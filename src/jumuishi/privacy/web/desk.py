"""This room's entry in the office's navigation."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.institutions.types import DATA_ROLE


def _guards(request: HttpRequest) -> bool:
    return actor_of(request).has(DATA_ROLE, "head", "director")


add_desk(45, "privacy.desk", "/ofisi/faragha/", _guards, group="work")
