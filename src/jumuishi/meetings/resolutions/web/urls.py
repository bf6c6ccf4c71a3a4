"""Addresses of resolutions."""

from django.urls import path

from jumuishi.meetings.resolutions.web import duties, duty, making, public

OFFICE = "ofisi/mabaraza/maazimio/"
urlpatterns = [
    path(OFFICE, duties.duties),
    path(f"{OFFICE}orodha.<slug:kind>", duties.export),
    path(f"{OFFICE}<uuid:duty_id>/", duty.duty),
    path(f"{OFFICE}<uuid:duty_id>/tenda/", duty.act),
    path(f"{OFFICE}<uuid:duty_id>/ushahidi/<uuid:step_id>/", duty.evidence),
    path("ofisi/mabaraza/mkutano/<uuid:meeting_id>/maazimio/", making.decisions),
    path("vikao/maazimio/chombo/<uuid:body_id>/", public.of_body),
    path("vikao/maazimio/<uuid:resolution_id>/", public.progress),
]
