"""The addresses of the authority's pages."""

from django.urls import path

from jumuishi.exchange.web import network, network_findings, network_members

urlpatterns = [
    path("ofisi/seva/", network.nodes),
    path("ofisi/seva/mpya/", network.new),
    path("ofisi/seva/pakua/", network.take_out),
    path("ofisi/seva/hii/", network_members.own),
    path("ofisi/seva/taasisi/", network_members.members),
    path("ofisi/seva/taasisi/<str:member_class>/<str:member_code>/", network_members.member),
    path("ofisi/seva/matokeo/", network_findings.findings_list),
    path("ofisi/seva/matokeo/<uuid:finding_id>/", network_findings.finding),
    path("ofisi/seva/matokeo/<uuid:finding_id>/uthibitisho/", network_findings.proof),
    path("ofisi/seva/matokeo/<uuid:finding_id>/funguo/", network_findings.keys),
    path("ofisi/seva/<uuid:neighbour_id>/", network.node),
    path("ofisi/seva/<uuid:neighbour_id>/ondoa/", network.remove),
]
