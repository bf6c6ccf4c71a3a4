"""Addresses of a person's rights over data, and of the data protection officer's desk."""

from django.urls import path

from jumuishi.privacy.web import asking, copy, mine, office, office_breaches, office_findings, office_registers, systems

urlpatterns = [
    path("mimi/", mine.mine),
    path("mimi/waliotazama/", mine.looks),
    path("mimi/waliotazama/mifumo/", systems.systems),
    path("mimi/waliotazama/mifumo/<uuid:record_id>/", systems.system),
    path("mimi/waliotazama/mifumo/<uuid:record_id>/ushahidi/", systems.proof),
    path("mimi/namba/", systems.number),
    path("mimi/taarifa/<uuid:notice_id>/", mine.notice),
    path("mimi/nakala/", copy.copy),
    path("mimi/nakala/faili/", copy.file),
    path("mimi/omba/", asking.choose),
    path("mimi/omba/<slug:kind>/<uuid:institution_id>/", asking.ask),
    path("mimi/ombi/<uuid:request_id>/", asking.asked),
    path("mimi/ombi/<uuid:request_id>/rufaa/", asking.appeal),
    path("ofisi/faragha/", office.inbox),
    path("ofisi/faragha/ombi/<uuid:request_id>/", office.one),
    path("ofisi/faragha/uvunjaji/", office_breaches.listed),
    path("ofisi/faragha/uvunjaji/mpya/", office_breaches.new),
    path("ofisi/faragha/uvunjaji/<uuid:breach_id>/", office_breaches.one),
    path("ofisi/faragha/uvunjaji/<uuid:breach_id>/tume/", office_breaches.commission),
    path("ofisi/faragha/uvunjaji/<uuid:breach_id>/barua/", office_breaches.letters),
    path("ofisi/faragha/rejesta/", office_registers.register),
    path("ofisi/faragha/rejesta/faili/", office_registers.register_file),
    path("ofisi/faragha/rejesta/<uuid:processing_id>/mwisho/", office_registers.end_line),
    path("ofisi/faragha/waliotazama/", office_registers.lookers),
    path("ofisi/faragha/mifumo/", office_findings.listed),
    path("ofisi/faragha/mifumo/<uuid:finding_id>/", office_findings.one),
    path("ofisi/faragha/takwimu/", office_registers.settings),
    path("ofisi/faragha/ripoti/", office_registers.quarterly),
]
