"""Addresses of a meeting as it goes."""

from django.urls import path

from jumuishi.meetings.sitting.web import attendance, desk, hall, record, tellers

urlpatterns = [
    path("mimi/vikao/<uuid:meeting_id>/ukumbi/", hall.hall),
    path("mimi/vikao/<uuid:meeting_id>/tenda.json", hall.act_json),
    path("mimi/vikao/<uuid:meeting_id>/meza/", desk.of_member),
    path("mimi/vikao/<uuid:meeting_id>/meza/mahudhurio/", attendance.of_member),
    path("mimi/vikao/<uuid:meeting_id>/meza/kumbukumbu/", record.of_member),
    path("mimi/vikao/<uuid:meeting_id>/hesabu/", tellers.of_member),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/meza/", desk.of_office),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/meza/mahudhurio/", attendance.of_office),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/meza/kumbukumbu/", record.of_office),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/hesabu/", tellers.of_office),
]
