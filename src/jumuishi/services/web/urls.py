"""Addresses of services."""

from django.urls import path

from jumuishi.services.web import office, views

urlpatterns = [
    path("", views.home),
    path("huduma/", views.services),
    path("ofisi/huduma/", office.offered),
    path("ofisi/huduma/<uuid:offering_id>/", office.prepare),
    path("ofisi/huduma/<uuid:offering_id>/takwimu/<str:name>/", office.figure),
    path("ofisi/huduma/<uuid:offering_id>/ondoa/", office.withdraw),
    path("huduma/<slug:institution>/<slug:name>/", views.service),
]
