"""This room's addresses alone, so that its tests stand or fall by itself."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("", include("jumuishi.documents.web.machine_urls")),
    *i18n_patterns(path("", include("jumuishi.documents.web.urls")), prefix_default_language=False),
]
