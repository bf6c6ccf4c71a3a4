"""Addresses of what comes before a meeting."""

from django.urls import path

from jumuishi.meetings.calling.web import desk, follow, mine, plans, service

urlpatterns = [
    path("ofisi/mabaraza/<uuid:body_id>/vikao/", plans.listed),
    path("ofisi/mabaraza/<uuid:body_id>/vikao/panga/", plans.new),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/", desk.meeting),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/badili/", plans.change),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/tenda/", desk.act),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/wito/", service.notice),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/wito/tenda/", service.act),
    path("mimi/vikao/", mine.listed),
    path("mimi/vikao/kalenda/", mine.calendar),
    path("mimi/vikao/<uuid:meeting_id>/", mine.one),
    path("mimi/vikao/<uuid:meeting_id>/tenda/", mine.act),
    path("mimi/vikao/<uuid:meeting_id>/stakabadhi/", mine.proof),
    path("vikao/kalenda/baraza/<uuid:body_id>.ics", follow.body),
    path("vikao/kalenda/<str:token>.ics", follow.own),
]
