"""The pages' addresses."""

from django.urls import path

from jumuishi.signon.web import authorize, clients, logout, mine, national, opening, staff

app_name = "signon"
urlpatterns = [
    path("mfumo/endelea/", authorize.onward),
    path("mfumo/ridhaa/", authorize.consent),
    path("mfumo/toka/", logout.ask),
    path("ingia/mifumo/", mine.mine, name="mine"),
    path("ofisi/usalama/mifumo/", mine.officers, name="officers"),
    path("ingia/taifa/", national.begin),
    path("ingia/taifa/rudi/", national.back),
    path("ingia/taifa/unganisha/", national.join),
    path("ofisi/ingia/taifa/", national.begin_office),
    path("ofisi/usalama/taifa/", national.join_office),
    path("ofisi/kuingia/", clients.clients),
    path("ofisi/kuingia/mpya/", clients.new),
    path("ofisi/kuingia/wananchi/", opening.waiting),
    path("ofisi/kuingia/wananchi/<uuid:client_id>/", opening.decide),
    path("ofisi/kuingia/watumishi/", staff.staff),
    path("ofisi/kuingia/<uuid:client_id>/", clients.client),
    path("ofisi/kuingia/<uuid:client_id>/badili/", clients.change),
    path("ofisi/kuingia/<uuid:client_id>/funga/", clients.end),
]
