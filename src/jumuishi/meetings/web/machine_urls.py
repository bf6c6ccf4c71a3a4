"""Addresses that machines ask, of each part its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("jumuishi.meetings.oparl.urls")),
]
