"""Addresses of services."""

from django.urls import path

from jumuishi.services.web import adopting, authors, editions, office, views

editions.show()

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
    path("ofisi/huduma/<uuid:offering_id>/toleo/", adopting.editions),
    path("ofisi/huduma/<uuid:offering_id>/toleo/takwimu/<str:name>/", adopting.figure),
    path("ofisi/matoleo/", editions.catalogue),
    path("ofisi/matoleo/pendekeza/", editions.propose),
    path("ofisi/matoleo/pendekezo/<uuid:proposal_id>/", editions.proposal),
    path("ofisi/matoleo/<uuid:edition_id>/", editions.edition),
    path("ofisi/matoleo/<uuid:edition_id>/ondoa/", editions.withdraw),
    path("huduma/<slug:institution>/<slug:name>/", views.service),
]
