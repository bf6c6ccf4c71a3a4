"""Addresses of the gallery."""

from django.urls import path

from jumuishi.meetings.gallery.web import bodies, follow, hall, orders, papers, search, votes

urlpatterns = [
    path("vikao/", bodies.listed),
    path("vikao/tafuta/", search.search),
    path("vikao/chombo/<uuid:body_id>/", bodies.one),
    path("vikao/chombo/<uuid:body_id>/fuata/", follow.follow),
    path("vikao/chombo/<uuid:body_id>/wajumbe/", bodies.members),
    path("vikao/chombo/<uuid:body_id>/kanuni/", orders.orders),
    path("vikao/chombo/<uuid:body_id>/habari.atom", bodies.news),
    path("vikao/<uuid:meeting_id>/", hall.meeting),
    path("vikao/<uuid:meeting_id>/nyaraka/", papers.papers),
    path("vikao/<uuid:meeting_id>/nyaraka/<uuid:paper_id>.pdf", papers.file),
    path("vikao/<uuid:meeting_id>/hali.json", hall.screen),
    path("mimi/vikao/<uuid:meeting_id>/hali.json", hall.screen_inside),
    path("vikao/<uuid:meeting_id>/kura/<uuid:vote_id>/", votes.one),
]
