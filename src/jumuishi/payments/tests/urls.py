"""This room's pages alone."""

from django.urls import include, path

urlpatterns = [path("", include("jumuishi.payments.web.urls"))]
