"""Pages that people read, in each language."""

from django.urls import path

from jumuishi.documents.web import desk, keys, office, stopping, verify

desk.show()

urlpatterns = [
    path("hakiki/", verify.verify, name="documents-verify"),
    path("ofisi/hati/", office.issued, name="documents-issued"),
    path("ofisi/hati/<str:number>/", office.document, name="documents-document"),
    path("ofisi/hati/<str:number>/simamisha/", stopping.stop, name="documents-suspend"),
    path("ofisi/hati/<str:number>/rudisha/", stopping.give_back, name="documents-lift"),
    path("ofisi/hati/<str:number>/pdf/", office.pdf, name="documents-pdf"),
    path("ofisi/funguo/", keys.keys, name="documents-keys"),
]
