"""Addresses of the log's public files: the same in every language."""

from django.urls import path

from jumuishi.evidence.web import views

urlpatterns = [
    path("evidence/checkpoint", views.checkpoint, name="evidence-checkpoint"),
    path("evidence/cosigned", views.cosigned, name="evidence-cosigned"),
    path("evidence/tile/entries/<path:path>", views.entries, name="evidence-entries"),
    path("evidence/tile/<path:path>", views.tile, name="evidence-tile"),
    path("evidence/keys", views.keys, name="evidence-keys"),
    path("evidence/epochs", views.epochs, name="evidence-epochs"),
    path("evidence/<int:epoch>/checkpoint", views.checkpoint, name="evidence-epoch-checkpoint"),
    path("evidence/<int:epoch>/tile/entries/<path:path>", views.entries, name="evidence-epoch-entries"),
    path("evidence/<int:epoch>/tile/<path:path>", views.tile, name="evidence-epoch-tile"),
]
