"""Addresses of sitting allowances."""

from django.urls import path

from jumuishi.meetings.allowances.web import pages

urlpatterns = [
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/posho/", pages.sheet),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/posho/faili.<slug:kind>", pages.file),
    path("ofisi/mabaraza/<uuid:body_id>/posho/", pages.rates),
]
