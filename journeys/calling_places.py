"""The pages of what comes before a meeting: a council of its own, one meeting planned and one called, with papers."""

from collections.abc import Callable
from uuid import UUID

from django.test import Client

from jumuishi.meetings.calling import calls
from jumuishi.meetings.calling.tests.conftest import Council, council_at
from jumuishi.meetings.models import Ask, Body, Edition, Meeting, Member, Paper, Question
from jumuishi.meetings.papers import actions
from jumuishi.meetings.papers.tests.conftest import pdf
from jumuishi.project.tests.scene import Scene

Prepared = Callable[[Scene], tuple[Client, str]]
SLUG = "baraza-la-wito"


def _council(scene: Scene) -> Council:
    """Made once; found again for each page."""
    home, find = scene.homes["mfano"], scene.officer
    body = Body.objects.filter(institution_id=home, slug=SLUG).first()
    if body is not None:
        found = Council(home, body, Edition.objects.get(body=body), find("mfano", "Neema"), find)
        found.members = {one.name.split()[0]: one for one in Member.objects.filter(body=body)}
        return found
    found = council_at(home, find, SLUG)
    found.plan(days=30)
    meeting = found.plan(days=20)
    item = meeting.items.order_by("position")[0].id
    actions.ask_for_paper(
        actor=found.secretary, meeting_id=meeting.id, item_id=item, what="Makadirio",
        asked_id=find("mfano", "Juma").who, unit_id=None,
    )  # fmt: skip
    taken = actions.take_file(iter([pdf(2)]))
    paper = actions.give_paper(actor=found.secretary, item_id=item, ask_id=None, title="Bajeti", taken=taken)
    actions.open_paper(actor=found.secretary, meeting_id=meeting.id, paper_id=paper, is_open=True)
    actions.bind_pack(actor=found.secretary, meeting_id=meeting.id)
    calls.call_members(actor=found.secretary, meeting_id=meeting.id)
    return found


def _page(path: str, who: str = "", number: int = 2) -> Prepared:
    """A page as the secretary reads it, an officer, or a member (`@Name`)."""

    def find(scene: Scene) -> tuple[Client, str]:
        council = _council(scene)
        meeting = Meeting.objects.get(body=council.body, number=number)
        ids = {"body": council.body.id, "meeting": meeting.id}
        ids |= {"paper": Paper.objects.get(title="Bajeti").id, "ask": Ask.objects.get(what="Makadirio").id}
        client = council.member(who[1:]) if who.startswith("@") else scene.at_work("mfano", who or "Neema")
        return client, path.format(**ids)

    return find


def _acknowledged(scene: Scene) -> tuple[Client, str]:
    """Salum says that he has the notice, and gets a proof of it."""
    salum, page = _page("/mimi/vikao/{meeting}/", "@Salum")(scene)
    assert salum.post(f"{page}tenda/", {"do": "got"}).status_code == 302
    return salum, f"{page}stakabadhi/"


def _noted(scene: Scene) -> tuple[Client, str]:
    """Salum has noted something on a page of the budget."""
    salum, page = _page("/mimi/vikao/{meeting}/nyaraka/{paper}/", "@Salum")(scene)
    written = {"do": "write", "label": "2", "text": "Uliza kuhusu mstari wa tatu.", "once": str(UUID(int=17))}
    assert salum.post(page, written).status_code == 302
    return salum, f"{page.partition('nyaraka/')[0]}maelezo/"


def _asked(path: str, who: str = "") -> Prepared:
    """Salum has asked the office about the budget."""

    def find(scene: Scene) -> tuple[Client, str]:
        salum, page = _page("/mimi/vikao/{meeting}/maswali/", "@Salum")(scene)
        item = Paper.objects.get(title="Bajeti").item_id
        asked = {"item": str(item), "text": "Makadirio ni ya mwaka gani?", "once": str(UUID(int=18))}
        assert salum.post(page, asked).status_code == 302
        client, there = _page(path, who)(scene)
        return client, there.replace("QUESTION", str(Question.objects.get().id))

    return find


_O, _M = "ofisi/mabaraza/mkutano/<uuid:meeting_id>/", "mimi/vikao/<uuid:meeting_id>/"
_o, _m = "/ofisi/mabaraza/mkutano/{meeting}/", "/mimi/vikao/{meeting}/"
CALLING: dict[str, Prepared] = {
    "ofisi/mabaraza/<uuid:body_id>/vikao/": _page("/ofisi/mabaraza/{body}/vikao/"),
    "ofisi/mabaraza/<uuid:body_id>/vikao/panga/": _page("/ofisi/mabaraza/{body}/vikao/panga/"),
    _O: _page(_o, number=1),
    f"{_O}badili/": _page(f"{_o}badili/"),
    f"{_O}wito/": _page(f"{_o}wito/"),
    f"{_O}nyaraka/": _page(f"{_o}nyaraka/"),
    f"{_O}nyaraka/<uuid:paper_id>/": _page(f"{_o}nyaraka/{{paper}}/"),
    f"{_O}kabrasha.pdf": _page(f"{_o}kabrasha.pdf"),
    f"{_O}maswali/": _asked(f"{_o}maswali/"),
    "ofisi/mabaraza/maswali/": _asked("/ofisi/mabaraza/maswali/"),
    "ofisi/mabaraza/maswali/<uuid:question_id>/": _asked("/ofisi/mabaraza/maswali/QUESTION/"),
    f"{_M}maswali/": _asked(f"{_m}maswali/", "@Salum"),
    "ofisi/mabaraza/nyaraka/": _page("/ofisi/mabaraza/nyaraka/", "Juma"),
    "ofisi/mabaraza/nyaraka/<uuid:ask_id>/": _page("/ofisi/mabaraza/nyaraka/{ask}/", "Juma"),
    "mimi/vikao/": _page("/mimi/vikao/", "@Salum"),
    _M: _page(_m, "@Salum"),
    f"{_M}nyaraka/<uuid:paper_id>/": _page(f"{_m}nyaraka/{{paper}}/", "@Salum"),
    f"{_M}nyaraka/<uuid:paper_id>/waraka.pdf": _page(f"{_m}nyaraka/{{paper}}/waraka.pdf", "@Salum"),
    f"{_M}maelezo/": _noted,
    "vikao/<uuid:meeting_id>/nyaraka/": _page("/vikao/{meeting}/nyaraka/", "@Salum"),
    "vikao/<uuid:meeting_id>/nyaraka/<uuid:paper_id>.pdf": _page("/vikao/{meeting}/nyaraka/{paper}.pdf", "@Salum"),
    f"{_M}kabrasha.pdf": _page(f"{_m}kabrasha.pdf", "@Salum"),
    f"{_M}bunda": _page(f"{_m}bunda", "@Salum"),
    # They only take forms.
    **{f"{_O}{one}tenda/": _page(f"{_o}{one}tenda/") for one in ("", "wito/", "nyaraka/")},
    **{f"{_M}{one}": _page(f"{_m}{one}", "@Salum") for one in ("tenda/", "tenda.json", "maslahi/")},
    f"{_M}stakabadhi/": _acknowledged,
}
