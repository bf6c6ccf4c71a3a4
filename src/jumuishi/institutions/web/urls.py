"""Addresses of institutions."""

from django.urls import path

from jumuishi.institutions.web import desk, office, views

desk.show()

urlpatterns = [
    path("taasisi/", views.listing),
    path("taasisi/jiunge/", views.join),
    path("taasisi/<slug:slug>/", views.detail),
    path("ofisi/taasisi/maombi/", office.queue),
    path("ofisi/taasisi/maombi/<uuid:institution_id>/barua/", office.letter),
    path("ofisi/watu/", office.people),
    path("ofisi/kalenda/", office.calendar),
]
