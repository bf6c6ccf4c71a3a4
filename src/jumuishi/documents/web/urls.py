"""Pages that people read, in each language."""

from django.urls import path

from jumuishi.documents.web import verify

urlpatterns = [path("hakiki/", verify.verify, name="documents-verify")]
