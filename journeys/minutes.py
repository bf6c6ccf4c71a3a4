"""Pages of what comes after a meeting: minutes, resolutions, allowances; each with a meeting that has come so far."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.test import Client

from jumuishi.identity import testing
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.allowances import actions as allowances
from jumuishi.meetings.minutes import correcting, sending
from jumuishi.meetings.minutes.tests.conftest import Council, build
from jumuishi.meetings.minutes.tests.test_minutes import confirmed
from jumuishi.meetings.models import Correction, Duty, Meeting, Minutes, Sending, Step
from jumuishi.meetings.resolutions.doing import Said, do
from jumuishi.meetings.resolutions.tests.test_resolutions import given
from jumuishi.project.tests.scene import Scene

Prepared = Callable[[Scene], tuple[Client, str]]
SECRETARY = "Sikudhani"
_found: WeakKeyDictionary[Scene, dict[str, Any]] = WeakKeyDictionary()


def _council(scene: Scene) -> dict[str, Any]:
    """The council with a draft, an open window with a correction, confirmed minutes and a duty; made once a scene."""
    if scene in _found:
        return _found[scene]
    council = build(scene.homes["mfano"], scene.officer, scene.at_work, secretary=SECRETARY)
    done = confirmed(council)
    draft, opened = (council.drafted(number=n, weeks=n) for n in (4, 5))
    correcting.open_window(actor=council.stela, meeting_id=opened.id)
    key = Minutes.objects.get(meeting=opened).paragraphs[0]["key"]
    correcting.propose_correction(
        actor=council.person("Rehema"), meeting_id=opened.id, paragraph=key, text="Kilianza kwa kuchelewa.",
        why="Saa ilikosewa", command=new_id(),
    )  # fmt: skip
    duty = given(council, draft)
    said = Said(new_id(), "Kazi inaendelea", file=("picha.png", [b"\x89PNG\r\n\x1a\n"]))
    do(actor=council.find("mfano", "Juma"), duty_id=duty.id, act="note", said=said)
    for who in ("dc", "rc"):
        sending.set_recipient(actor=council.stela, key=who, name=who.upper(), email=f"{who}@serikali.example")
    sending.send(actor=council.stela, meeting_id=done.id)
    mark = allowances.propose(actor=council.stela, meeting_id=done.id)
    allowances.agree(actor=council.find("mfano", "Neema"), meeting_id=done.id, sha256=mark)
    _found[scene] = {"council": council, "done": done, "draft": draft, "open": opened, "duty": duty, "key": key}
    return _found[scene]


def _path(scene: Scene, path: str) -> str:
    found = _council(scene)
    ids: dict[str, UUID] = {name: found[name].id for name in ("done", "draft", "open", "duty")}
    more = {
        "body": found["council"].body.id, "key": found["key"],
        "resolution": Duty.objects.get(id=ids["duty"]).resolution_id,
        "correction": Correction.objects.filter(meeting_id=ids["open"])[0].id,
        "step": Step.objects.filter(duty_id=ids["duty"])[0].id,
    }  # fmt: skip
    return path.format(**ids, **more)


def _office(path: str, who: str = SECRETARY) -> Prepared:
    def prepare(scene: Scene) -> tuple[Client, str]:
        where = _path(scene, path)
        return scene.at_work("mfano", who), f"/ofisi/mabaraza/{where}"

    return prepare


def _member(path: str, name: str = "Rehema") -> Prepared:
    def prepare(scene: Scene) -> tuple[Client, str]:
        where, council = _path(scene, path), _council(scene)["council"]
        assert isinstance(council, Council)
        client = Client(raise_request_exception=False)
        testing.sign_in(client, council.person(name))
        return client, f"/mimi/vikao/{where}"

    return prepare


def _anybody(path: str) -> Prepared:
    return lambda scene: (Client(), f"/vikao/{_path(scene, path)}")


def _letter(scene: Scene) -> tuple[Client, str]:
    """The page that a letter leads to; its word is known to the letter alone, so one is made up for it."""
    done: Meeting = _council(scene)["done"]
    row = Sending.objects.filter(meeting=done)[0]
    row.mark = sending.mark_of("neno")
    row.save()
    return Client(), "/vikao/muhtasari/pokea/neno/"


_O = "ofisi/mabaraza/mkutano/<uuid:meeting_id>/"
_M = "mimi/vikao/<uuid:meeting_id>/muhtasari/"
PREPARED: dict[str, Prepared] = {
    "ofisi/mabaraza/mihtasari/": _office("mihtasari/"),
    "ofisi/mabaraza/wapokeaji/": _office("wapokeaji/"),
    f"{_O}muhtasari/": _office("mkutano/{open}/muhtasari/"),
    f"{_O}muhtasari/tenda/": _office("mkutano/{draft}/muhtasari/tenda/"),
    f"{_O}muhtasari/aya/<slug:key>/": _office("mkutano/{draft}/muhtasari/aya/{key}/"),
    f"{_O}muhtasari/sahihisho/<uuid:correction_id>/": _office("mkutano/{open}/muhtasari/sahihisho/{correction}/"),
    f"{_O}muhtasari/toleo/<int:number>/": _office("mkutano/{done}/muhtasari/toleo/3/"),
    f"{_O}muhtasari/faili/<slug:kind>/": _office("mkutano/{done}/muhtasari/faili/xml/"),
    f"{_O}maazimio/": _office("mkutano/{draft}/maazimio/"),
    f"{_O}posho/": _office("mkutano/{done}/posho/"),
    f"{_O}posho/faili.<slug:kind>": _office("mkutano/{done}/posho/faili.csv"),
    "ofisi/mabaraza/<uuid:body_id>/posho/": _office("{body}/posho/", "Neema"),
    "ofisi/mabaraza/maazimio/": _office("maazimio/", "Juma"),
    "ofisi/mabaraza/maazimio/orodha.<slug:kind>": _office("maazimio/orodha.csv", "Juma"),
    "ofisi/mabaraza/maazimio/<uuid:duty_id>/": _office("maazimio/{duty}/", "Juma"),
    "ofisi/mabaraza/maazimio/<uuid:duty_id>/tenda/": _office("maazimio/{duty}/tenda/", "Juma"),
    "ofisi/mabaraza/maazimio/<uuid:duty_id>/ushahidi/<uuid:step_id>/": _office(
        "maazimio/{duty}/ushahidi/{step}/", "Juma"
    ),
    _M: _member("{open}/muhtasari/"),
    f"{_M}aya/<slug:key>/": _member("{open}/muhtasari/aya/{key}/"),
    f"{_M}saini/": _member("{done}/muhtasari/saini/", "Mwajuma"),
    f"{_M}toleo/<int:number>/": _member("{done}/muhtasari/toleo/3/"),
    f"{_M}faili/<slug:kind>/": _member("{done}/muhtasari/faili/xml/"),
    "vikao/muhtasari/<uuid:meeting_id>/": _anybody("muhtasari/{done}/"),
    "vikao/muhtasari/<uuid:meeting_id>/faili/<slug:kind>/": _anybody("muhtasari/{done}/faili/xml/"),
    "vikao/muhtasari/pokea/<str:word>/": _letter,
    "vikao/maazimio/chombo/<uuid:body_id>/": _anybody("maazimio/chombo/{body}/"),
    "vikao/maazimio/<uuid:resolution_id>/": _anybody("maazimio/{resolution}/"),
    **{
        route: _anybody("oparl/")
        for route in (
            "vikao/oparl/", "vikao/oparl/body/", "vikao/oparl/body/<uuid:home>/",
            "vikao/oparl/body/<uuid:home>/<slug:what>/", "vikao/oparl/organization/<uuid:key>/meeting/",
            "vikao/oparl/<slug:what>/<uuid:key>/",
        )
    },
}  # fmt: skip
OTHERWISE: list[tuple[str, Prepared]] = [
    (f"{_O}muhtasari/", _office("mkutano/{draft}/muhtasari/")),
    (f"{_O}muhtasari/", _office("mkutano/{done}/muhtasari/")),
    (_M, _member("{done}/muhtasari/")),
]
