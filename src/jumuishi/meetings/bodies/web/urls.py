"""Addresses of bodies, members and orders."""

from django.urls import path

from jumuishi.meetings.bodies.web import body, members, mine, orders

HERE = "ofisi/mabaraza/"
BODY = f"{HERE}<uuid:body_id>/"
EDITION = f"{BODY}kanuni/<uuid:edition_id>/"

urlpatterns = [
    path(HERE, body.bodies),
    path(f"{HERE}mpya/", body.new),
    path(BODY, body.body),
    path(f"{BODY}badili/", body.change),
    path(f"{BODY}funga/", body.end),
    path(f"{BODY}wajumbe/", members.members),
    path(f"{BODY}wajumbe/mpya/", members.new),
    path(f"{BODY}wajumbe/ingiza/", members.bring_in),
    path(f"{BODY}wajumbe/<uuid:member_id>/", members.member),
    path(f"{BODY}wajumbe/<uuid:member_id>/maliza/", members.end),
    path(f"{BODY}kanuni/", orders.history),
    path(EDITION, orders.edition),
    path(f"{EDITION}kubali/", orders.agree),
    path(f"{EDITION}ingiza/", orders.bring_in),
    path(f"{EDITION}pakua/", orders.take_out),
    path(f"{EDITION}<str:name>/", orders.rule),
    path("mimi/vikao/kiti/", mine.mine),
]
