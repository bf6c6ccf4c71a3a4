"""Addresses that machines use: the worker that keeps an application on its phone."""

from django.urls import path

from jumuishi.cases.web import keeping

urlpatterns = [path("mtandao.js", keeping.worker)]
