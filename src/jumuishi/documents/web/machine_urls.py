"""Addresses that machines use: the public lists, and the verifier page that is kept on a phone or a USB stick."""

from django.urls import path

from jumuishi.documents.web import lists

urlpatterns = [
    path("keys.json", lists.keys),
    path("revoked.json", lists.revoked),
    path("hakiki/nje.html", lists.offline_page),
]
