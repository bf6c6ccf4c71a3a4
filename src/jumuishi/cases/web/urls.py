"""Addresses of applying, tracking and deciding."""

from django.urls import path

from jumuishi.cases.sittings.web import bodies, papers, record, sitting
from jumuishi.cases.visits.web import days
from jumuishi.cases.visits.web import mine as visits_mine
from jumuishi.cases.visits.web import office as visits_office
from jumuishi.cases.web import apply, archive, batch, case, export, inbox, mine, office, track

urlpatterns = [
    path("omba/<uuid:offering_id>/", apply.begin),
    path("omba/rasimu/<uuid:draft_id>/", apply.resume_draft),
    path("omba/rasimu/<uuid:draft_id>/hakiki/", apply.summary),
    path("omba/rasimu/<uuid:draft_id>/futa/", mine.discard),
    path("omba/rasimu/<uuid:draft_id>/<slug:page_id>/", apply.page),
    path("fuatilia/", track.track),
    path("maombi/", mine.mine),
    path("maombi/<uuid:case_id>/", case.case),
    path("maombi/<uuid:case_id>/imepokelewa/", case.received),
    path("maombi/<uuid:case_id>/jibu/", case.answer),
    path("maombi/<uuid:case_id>/ondoa/", case.withdraw),
    path("maombi/<uuid:case_id>/namba-mpya/", case.renew),
    path("maombi/<uuid:case_id>/rufaa/", case.appeal),
    path("maombi/<uuid:case_id>/stakabadhi/", case.receipt),
    path("maombi/<uuid:case_id>/hati/<uuid:document_id>/", case.document),
    path("maombi/<uuid:case_id>/hati/<uuid:document_id>/tena/", case.again),
    path("ofisi/", inbox.inbox),
    path("ofisi/orodha/pakua/", export.take_out),
    path("ofisi/pamoja/", batch.batches_of),
    path("ofisi/pamoja/<uuid:batch_id>/", batch.batch),
    path("ofisi/pamoja/<uuid:batch_id>/matokeo.csv", batch.results, {"kind": "csv"}),
    path("ofisi/pamoja/<uuid:batch_id>/matokeo.xlsx", batch.results, {"kind": "xlsx"}),
    path("ofisi/hifadhi/", archive.archive),
    path("ofisi/ombi/<uuid:case_id>/", office.case),
    path("ofisi/ombi/<uuid:case_id>/tenda/", office.act),
    path("ofisi/ombi/<uuid:case_id>/kabidhi/", office.assign),
    path("ofisi/ombi/<uuid:case_id>/chukua/", office.take),
    path("ofisi/ombi/<uuid:case_id>/kando/", office.aside),
    path("ofisi/ombi/<uuid:case_id>/sababu/", office.explain),
    path("ofisi/ombi/<uuid:case_id>/faili/<uuid:attachment_id>/", office.file),
    path("maombi/<uuid:case_id>/miadi/<uuid:visit_id>/", visits_mine.visit),
    path("ofisi/ombi/<uuid:case_id>/miadi/", visits_office.visits),
    path("ofisi/miadi/", days.day),
    path("ofisi/miadi/madawati/", days.desks),
    path("ofisi/miadi/madawati/<uuid:desk_id>/", days.desks),
    path("ofisi/vikao/", bodies.sittings),
    path("ofisi/vikao/kamati/<slug:role>/", bodies.body),
    path("ofisi/vikao/kamati/<slug:role>/panga/", bodies.new),
    path("ofisi/vikao/<uuid:sitting_id>/", sitting.sitting),
    path("ofisi/vikao/<uuid:sitting_id>/tenda/", sitting.act),
    path("ofisi/vikao/<uuid:sitting_id>/mahudhurio/", record.attendance),
    path("ofisi/vikao/<uuid:sitting_id>/hoja/<uuid:item_id>/", record.item),
    path("ofisi/vikao/<uuid:sitting_id>/thibitisha/", papers.confirm),
    path("ofisi/vikao/<uuid:sitting_id>/ajenda/", papers.agenda),
    path("ofisi/vikao/<uuid:sitting_id>/muhtasari/", papers.minutes),
    path("maombi/<uuid:case_id>/kamati/", papers.extract),
]
