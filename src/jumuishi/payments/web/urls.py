"""Pages that people read, in each language."""

from django.http import HttpRequest
from django.urls import path

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.payments.rules import OWNER_ROLE
from jumuishi.payments.web import refunds

urlpatterns = [
    path("ofisi/marejesho/", refunds.refunds, name="payments-refunds"),
    path("ofisi/marejesho/<uuid:refund_id>/", refunds.settle, name="payments-refund-settle"),
]


def _is_accountant(request: HttpRequest) -> bool:
    return actor_of(request).has(OWNER_ROLE)


add_desk(40, "payments.refunds", refunds.PATH, _is_accountant)
