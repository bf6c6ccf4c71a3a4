"""Pages that people read, in each language."""

from django.urls import path

from jumuishi.messaging.web import office

urlpatterns = [
    path("ofisi/sms/", office.figures, name="messaging-figures"),
    path("ofisi/sms/mwezi.<slug:kind>", office.export, name="messaging-export"),
]
