"""The pages' addresses."""

from django.urls import include, path

from jumuishi.exchange.web import agreements, bodies, carrying, catalogue, dead_letters, records, services, systems

app_name = "exchange"
urlpatterns = [
    path("ofisi/mifumo/", systems.systems),
    path("ofisi/mifumo/<uuid:subsystem_id>/", systems.system),
    path("ofisi/mifumo/<uuid:subsystem_id>/funga/", systems.end),
    path("ofisi/mifumo/<uuid:subsystem_id>/huduma/", services.offer),
    path("ofisi/mifumo/huduma/<uuid:service_id>/", services.service),
    path("ofisi/mifumo/huduma/<uuid:service_id>/andika/", agreements.write_down),
    path("ofisi/mifumo/huduma/<uuid:service_id>/zima/", services.off),
    path("ofisi/mifumo/huduma/<uuid:service_id>/funga/", services.end),
    path("ofisi/mifumo/tafuta/", catalogue.find),
    path("ofisi/mifumo/tafuta/<uuid:service_id>/", catalogue.one),
    path("ofisi/mifumo/tafuta/<uuid:service_id>/openapi/", catalogue.download),
    path("ofisi/mifumo/tafuta/<uuid:service_id>/jaribu/", catalogue.trial),
    path("ofisi/mifumo/tafuta/<uuid:service_id>/omba/", agreements.ask),
    path("ofisi/mifumo/makubaliano/", agreements.agreements),
    path("ofisi/mifumo/makubaliano/<uuid:agreement_id>/", agreements.agreement),
    path("ofisi/mifumo/makubaliano/<uuid:agreement_id>/funga/", agreements.end),
    path("", include("jumuishi.exchange.web.network_urls")),
    path("ofisi/mifumo/kumbukumbu/", records.calls),
    path("ofisi/mifumo/kumbukumbu/pakua/", records.take_out),
    path("ofisi/mifumo/kumbukumbu/<uuid:record_id>/", records.call),
    path("ofisi/mifumo/kumbukumbu/<uuid:record_id>/stakabadhi/", records.receipt),
    path("ofisi/mifumo/kumbukumbu/<uuid:record_id>/yaliyomo/", bodies.kept),
    path("ofisi/mifumo/kumbukumbu/<uuid:record_id>/yaliyomo/pakua/", bodies.download),
    path("ofisi/mifumo/kumbukumbu/<uuid:record_id>/yaliyomo/futa/", bodies.erase),
    path("ofisi/mifumo/mizigo/", carrying.carry),
    path("ofisi/mifumo/mizigo/mada/", carrying.subjects),
    path("ofisi/mifumo/mizigo/pakia/", carrying.begin_packing),
    path("ofisi/mifumo/mizigo/pakia/<uuid:packing_id>/", carrying.packing),
    path("ofisi/mifumo/mizigo/pakia/<uuid:packing_id>/<int:number>/", carrying.download),
    path("ofisi/mifumo/mizigo/orodha/", carrying.directory),
    path("ofisi/mifumo/mizigo/ingiza/", carrying.take),
    path("ofisi/mifumo/mizigo/ujumbe/", dead_letters.letters),
    path("ofisi/mifumo/mizigo/ujumbe/<uuid:dead_id>/", dead_letters.letter),
    path("ofisi/mifumo/mizigo/ujumbe/<uuid:dead_id>/rudia/", dead_letters.resend),
    path("ofisi/mifumo/mizigo/ujumbe/<uuid:dead_id>/funga/", dead_letters.close),
]
