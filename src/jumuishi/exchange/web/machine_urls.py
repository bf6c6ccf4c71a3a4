"""What machines ask for."""

from django.urls import path

from jumuishi.exchange.web import demo, sandbox

urlpatterns = [
    path("exchange/sandbox/<uuid:service_id>/<path:path>", sandbox.played),
    path("demo/exchange/told.json", demo.told),
    path("demo/exchange/receipt.json", demo.receipt),
]
