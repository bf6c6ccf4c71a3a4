"""Addresses of OParl: once, for machines read no language."""

from django.urls import path

from jumuishi.meetings.oparl import views

HERE = "vikao/oparl/"
urlpatterns = [
    path(HERE, views.system),
    path(f"{HERE}body/", views.bodies),
    path(f"{HERE}body/<uuid:home>/", views.body),
    path(f"{HERE}body/<uuid:home>/<slug:what>/", views.listed),
    path(f"{HERE}organization/<uuid:key>/meeting/", views.meetings_of),
    path(f"{HERE}<slug:what>/<uuid:key>/", views.one),
]
