"""Addresses of papers."""

from django.urls import path

from jumuishi.meetings.papers.web import member, notes, office

urlpatterns = [
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/nyaraka/", office.papers),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/nyaraka/tenda/", office.act),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/nyaraka/<uuid:paper_id>/", office.one),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/kabrasha.pdf", office.pack),
    path("ofisi/mabaraza/nyaraka/", office.asked),
    path("ofisi/mabaraza/nyaraka/<uuid:ask_id>/", office.give),
    path("mimi/vikao/<uuid:meeting_id>/maelezo/", notes.notes),
    path("mimi/vikao/<uuid:meeting_id>/nyaraka/<uuid:paper_id>/", notes.paper),
    path("mimi/vikao/<uuid:meeting_id>/nyaraka/<uuid:paper_id>/waraka.pdf", member.file),
    path("mimi/vikao/<uuid:meeting_id>/kabrasha.pdf", member.pack),
    path("mimi/vikao/<uuid:meeting_id>/bunda", member.bundle),
    path("mimi/vikao/<uuid:meeting_id>/maslahi/", member.interest),
]
