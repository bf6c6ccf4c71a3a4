"""What machines ask for."""

from django.urls import path

from jumuishi.exchange.web import sandbox

urlpatterns = [path("exchange/sandbox/<uuid:service_id>/<path:path>", sandbox.played)]
