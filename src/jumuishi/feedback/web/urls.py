"""Addresses of what people say."""

from django.urls import path

from jumuishi.feedback.web import figures, follow, inbox, mine, office, say

urlpatterns = [
    path("mrejesho/", say.say),
    path("mrejesho/fuatilia/", follow.follow),
    path("mrejesho/yangu/", mine.mine),
    path("mrejesho/yangu/<uuid:item_id>/", mine.one),
    path("mrejesho/yangu/<uuid:item_id>/stakabadhi/", mine.receipt),
    path("mrejesho/taasisi/<slug:slug>/", figures.public),
    path("ofisi/mrejesho/", inbox.inbox),
    path("ofisi/mrejesho/takwimu/", figures.office),
    path("ofisi/mrejesho/muda/", figures.terms),
    path("ofisi/mrejesho/orodha.<slug:kind>", figures.export),
    path("ofisi/mrejesho/<uuid:item_id>/", office.one),
    path("ofisi/mrejesho/<uuid:item_id>/tenda/", office.act),
    path("ofisi/mrejesho/<uuid:item_id>/peleka/", office.before_refer),
    path("ofisi/mrejesho/<uuid:item_id>/matusi/", office.before_abuse),
]
