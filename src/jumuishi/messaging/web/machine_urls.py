"""Addresses that machines use; one each, in no language."""

from django.urls import path

from jumuishi.messaging import public  # noqa: F401  # one-time codes need their sender from the first request on
from jumuishi.messaging.web import demo, mgov

urlpatterns = [
    path("sms/mgov/", mgov.report, name="messaging-mgov"),
    path("demo/outbox.json", demo.outbox, name="messaging-demo-outbox"),
]
