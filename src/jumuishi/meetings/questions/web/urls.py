"""Addresses of questions."""

from django.urls import path

from jumuishi.meetings.questions.web import member, office

urlpatterns = [
    path("mimi/vikao/<uuid:meeting_id>/maswali/", member.asked),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/maswali/", office.of_meeting),
    path("ofisi/mabaraza/maswali/", office.mine),
    path("ofisi/mabaraza/maswali/<uuid:question_id>/", office.one),
]
