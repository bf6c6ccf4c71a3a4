"""What machines ask for."""

from django.urls import path

from jumuishi.exchange.web import demo, events, sandbox

urlpatterns = [
    path("exchange/events/pub/v1/<str:code>", events.publish),
    path("exchange/events/subs", events.subscriptions),
    path("exchange/events/pull/v1", events.pull),
    path("exchange/events/confirm/v1", events.confirm),
    path("exchange/sandbox/<uuid:service_id>/<path:path>", sandbox.played),
    path("demo/exchange/told.json", demo.told),
    path("demo/exchange/receipt.json", demo.receipt),
]
