"""Addresses of institutions."""

from django.urls import path

from jumuishi.institutions.web import calendar, desk, people, register, views

desk.show()

urlpatterns = [
    path("taasisi/", views.listing),
    path("taasisi/jiunge/", views.join),
    path("taasisi/jiunge/hali/", views.follow),
    path("taasisi/<slug:slug>/", views.detail),
    path("ofisi/taasisi/", register.register),
    path("ofisi/taasisi/<uuid:institution_id>/", register.one),
    path("ofisi/taasisi/<uuid:institution_id>/barua/", register.letter),
    path("ofisi/watu/", people.people),
    path("ofisi/watu/alika/", people.invite),
    path("ofisi/watu/<uuid:appointment_id>/", people.person),
    path("ofisi/watu/jiandikishe-upya/<uuid:recovery_id>/", people.recover),
    path("ofisi/watu/kaimu/", people.lend),
    path("ofisi/watu/kabidhi/", people.hand_over),
    path("ofisi/watu/vitengo/", people.units),
    path("ofisi/kalenda/", calendar.calendar),
]
