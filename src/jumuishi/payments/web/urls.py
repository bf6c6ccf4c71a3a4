"""Pages that people read, in each language."""

from django.urls import path

from jumuishi.payments.web import refunds

urlpatterns = [
    path("ofisi/marejesho/", refunds.refunds, name="payments-refunds"),
    path("ofisi/marejesho/<uuid:refund_id>/", refunds.settle, name="payments-refund-settle"),
]
