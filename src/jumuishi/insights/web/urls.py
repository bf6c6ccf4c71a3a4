"""Addresses of figures."""

from django.urls import path

from jumuishi.insights.web import office, public

urlpatterns = [
    path("ofisi/takwimu/", office.dashboard),
    path("ofisi/takwimu/pakua/", office.take_out),
    path("takwimu/<slug:slug>/", public.kept_promises),
]
