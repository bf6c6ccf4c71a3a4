"""Addresses that machines use; one each, in no language."""

from django.urls import path

from jumuishi.messaging.web import callbacks, demo

urlpatterns = [
    path("sms/<slug:name>/", callbacks.callback, name="messaging-callback"),
    path("sms/<slug:name>/<str:secret>/", callbacks.callback, name="messaging-callback-secret"),
    path("demo/outbox.json", demo.outbox, name="messaging-demo-outbox"),
]
