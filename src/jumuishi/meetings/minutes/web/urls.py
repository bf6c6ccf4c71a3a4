"""Addresses of minutes."""

from django.urls import path

from jumuishi.meetings.minutes.web import files, lists, members, office, recipients

OFFICE = "ofisi/mabaraza/mkutano/<uuid:meeting_id>/muhtasari/"
MEMBER = "mimi/vikao/<uuid:meeting_id>/muhtasari/"
PUBLIC = "vikao/muhtasari/"
urlpatterns = [
    path("ofisi/mabaraza/mihtasari/", lists.minutes),
    path("ofisi/mabaraza/wapokeaji/", recipients.recipients),
    path(OFFICE, office.minutes),
    path(f"{OFFICE}tenda/", office.act),
    path(f"{OFFICE}aya/<slug:key>/", office.paragraph),
    path(f"{OFFICE}sahihisho/<uuid:correction_id>/", office.answer),
    path(f"{OFFICE}toleo/<int:number>/", office.edition),
    path(f"{OFFICE}faili/<slug:kind>/", files.of_office),
    path(MEMBER, members.minutes),
    path(f"{MEMBER}aya/<slug:key>/", members.paragraph),
    path(f"{MEMBER}saini/", members.sign),
    path(f"{MEMBER}toleo/<int:number>/", members.edition),
    path(f"{MEMBER}faili/<slug:kind>/", files.of_member),
    path(f"{PUBLIC}pokea/<str:word>/", files.receive),
    path(f"{PUBLIC}<uuid:meeting_id>/", files.public),
    path(f"{PUBLIC}<uuid:meeting_id>/faili/<slug:kind>/", files.public_file),
]
