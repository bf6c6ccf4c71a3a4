"""The room's addresses, each part's its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("jumuishi.meetings.allowances.web.urls")),
    path("", include("jumuishi.meetings.calling.web.urls")),
    path("", include("jumuishi.meetings.bodies.web.urls")),
    path("", include("jumuishi.meetings.papers.web.urls")),
    path("", include("jumuishi.meetings.questions.web.urls")),
    path("", include("jumuishi.meetings.gallery.web.urls")),
    path("", include("jumuishi.meetings.minutes.web.urls")),
    path("", include("jumuishi.meetings.resolutions.web.urls")),
    path("", include("jumuishi.meetings.sitting.web.urls")),
]
