"""The refunds' entry in the office's navigation: for accountants only."""

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.payments.rules import OWNER_ROLE

PATH = "/ofisi/marejesho/"


def is_accountant(request: HttpRequest) -> bool:
    """Whether the officer who asks is an accountant in the post it acts in."""
    return actor_of(request).has(OWNER_ROLE)


add_desk(40, "payments.refunds", PATH, is_accountant)
