"""Pages of bodies, members and orders: the council's edition waits for Neema, the board's is Bakari's draft."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from jumuishi.institutions import public as institutions
from jumuishi.meetings.bodies import editions
from jumuishi.meetings.models import Body, Member
from jumuishi.project.tests.scene import Scene

Prepared = Callable[[Scene], tuple[Client, str]]
BODY = "ofisi/mabaraza/<uuid:body_id>/"
EDITION = f"{BODY}kanuni/<uuid:edition_id>/"


def _body(path: str, *, slug: str = "maji-mfano", keeper: str = "Bakari", reader: str = "Bakari") -> Prepared:
    def prepared(scene: Scene) -> tuple[Client, str]:
        body = Body.objects.filter(institution_id=scene.homes[slug]).order_by("made_at")[0]  # the demonstration's own
        member = Member.objects.filter(body=body, role="member").order_by("name")[0]
        edition = editions.begin_edition(actor=scene.officer(slug, keeper), body_id=body.id)
        if slug == "mfano":
            day = institutions.today() + timedelta(days=1)
            editions.propose(actor=scene.officer(slug, keeper), edition_id=edition, from_on=day)
        filled = path.format(member=member.id, edition=edition)
        return scene.at_work(slug, reader), f"/ofisi/mabaraza/{body.id}/{filled}"

    return prepared


PREPARED: dict[str, Prepared] = {
    "ofisi/mabaraza/": lambda scene: (scene.at_work("mfano", "Tatu"), "/ofisi/mabaraza/"),
    "ofisi/mabaraza/mpya/": lambda scene: (scene.at_work("mfano", "Tatu"), "/ofisi/mabaraza/mpya/"),
    BODY: _body(""),
    f"{BODY}badili/": _body("badili/"),
    f"{BODY}funga/": _body("funga/"),
    f"{BODY}wajumbe/": _body("wajumbe/"),
    f"{BODY}wajumbe/mpya/": _body("wajumbe/mpya/"),
    f"{BODY}wajumbe/ingiza/": _body("wajumbe/ingiza/"),
    f"{BODY}wajumbe/<uuid:member_id>/": _body("wajumbe/{member}/"),
    f"{BODY}wajumbe/<uuid:member_id>/maliza/": _body("wajumbe/{member}/maliza/"),
    f"{BODY}kanuni/": _body("kanuni/"),
    EDITION: _body("kanuni/{edition}/"),
    f"{EDITION}kubali/": _body("kanuni/{edition}/kubali/", slug="mfano", keeper="Tatu", reader="Neema"),
    f"{EDITION}ingiza/": _body("kanuni/{edition}/ingiza/"),
    f"{EDITION}pakua/": _body("kanuni/{edition}/pakua/"),
    f"{EDITION}<str:name>/": _body("kanuni/{edition}/voters/"),
}
