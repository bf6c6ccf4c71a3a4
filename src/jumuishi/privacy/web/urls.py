"""Addresses of a person's rights over data, and of the data protection officer's desk."""

from django.urls import path

from jumuishi.privacy.web import asking, copy, mine

urlpatterns = [
    path("mimi/", mine.mine),
    path("mimi/waliotazama/", mine.looks),
    path("mimi/taarifa/<uuid:notice_id>/", mine.notice),
    path("mimi/nakala/", copy.copy),
    path("mimi/nakala/faili/", copy.file),
    path("mimi/omba/", asking.choose),
    path("mimi/omba/<slug:kind>/<uuid:institution_id>/", asking.ask),
    path("mimi/ombi/<uuid:request_id>/", asking.asked),
    path("mimi/ombi/<uuid:request_id>/rufaa/", asking.appeal),
]
