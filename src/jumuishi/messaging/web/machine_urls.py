"""Addresses that machines use; one each, in no language."""

from django.urls import path

from jumuishi.messaging.web import demo, mgov

urlpatterns = [
    path("sms/mgov/", mgov.report, name="messaging-mgov"),
    path("demo/outbox.json", demo.outbox, name="messaging-demo-outbox"),
]
