"""Addresses of services."""

from django.urls import path

from jumuishi.services.web import authors, office, views

urlpatterns = [
    path("", views.home),
    path("huduma/", views.services),
    path("ofisi/huduma/", office.offered),
    path("ofisi/huduma/kagua/", authors.check),
    path("ofisi/huduma/<uuid:offering_id>/", office.prepare),
    path("ofisi/huduma/<uuid:offering_id>/ramani/", authors.offered),
    path("ofisi/huduma/<uuid:offering_id>/ramani.svg", authors.map_file),
    path("ofisi/huduma/<uuid:offering_id>/ramani.bpmn", authors.bpmn_file),
    path("ofisi/huduma/<uuid:offering_id>/takwimu/<str:name>/", office.figure),
    path("ofisi/huduma/<uuid:offering_id>/ondoa/", office.withdraw),
    path("huduma/<slug:institution>/<slug:name>/", views.service),
]
