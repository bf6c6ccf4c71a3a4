"""Addresses of applying, tracking and deciding."""

from django.urls import path

from jumuishi.cases.web import apply, office, track

urlpatterns = [
    path("omba/<uuid:offering_id>/", apply.begin),
    path("omba/rasimu/<uuid:draft_id>/", apply.resume_draft),
    path("omba/rasimu/<uuid:draft_id>/hakiki/", apply.summary),
    path("omba/rasimu/<uuid:draft_id>/<slug:page_id>/", apply.page),
    path("fuatilia/", track.track),
    path("fuatilia/msimbo/", track.send_code),
    path("maombi/", track.mine),
    path("maombi/<uuid:case_id>/", track.case),
    path("maombi/<uuid:case_id>/imepokelewa/", apply.received),
    path("maombi/<uuid:case_id>/jibu/", track.answer),
    path("maombi/<uuid:case_id>/ondoa/", track.withdraw),
    path("maombi/<uuid:case_id>/namba-mpya/", track.renew),
    path("maombi/<uuid:case_id>/rufaa/", track.appeal),
    path("maombi/<uuid:case_id>/stakabadhi/", track.receipt),
    path("maombi/<uuid:case_id>/hati/<uuid:document_id>/", track.document),
    path("ofisi/", office.inbox),
    path("ofisi/ombi/<uuid:case_id>/", office.case),
    path("ofisi/ombi/<uuid:case_id>/tenda/", office.act),
    path("ofisi/ombi/<uuid:case_id>/kabidhi/", office.assign),
    path("ofisi/ombi/<uuid:case_id>/chukua/", office.take),
    path("ofisi/ombi/<uuid:case_id>/sababu/", office.explain),
    path("ofisi/ombi/<uuid:case_id>/faili/<uuid:attachment_id>/", office.file),
]
