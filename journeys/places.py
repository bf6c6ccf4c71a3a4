"""Every page of the house, each with a real object and somebody who may see it: what the walks walk.

The addresses come from the resolver, so that a page which is added tomorrow is walked tomorrow. Its ids are looked for
among the scene's own rows and its reader among the scene's people; what can't be found so stands in PREPARED.
"""

import itertools
import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.test import Client
from django.urls import get_resolver

from journeys import body_places, calling_places, minutes
from journeys.happenings import DESK, happen
from jumuishi.cases.helping.tests.conftest import mandate
from jumuishi.cases.lookups.rules import mark_of
from jumuishi.cases.models import (
    Agreement,
    Batch,
    Case,
    Desk,
    Draft,
    Item,
    Look,
    Mention,
    MessageTemplate,
    Move,
    Remark,
    Sitting,
)
from jumuishi.cases.moving.actions import start_move
from jumuishi.cases.moving.tests.conftest import NEW_FIGURE, OWNER, edited, texts
from jumuishi.cases.moving.working import work
from jumuishi.cases.sittings.tests.conftest import ROLE
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.documents import public as documents
from jumuishi.documents.models import Document
from jumuishi.documents.types import Issuer, Node, Order, Signer
from jumuishi.exchange import models as exchange
from jumuishi.exchange import public as exchanging
from jumuishi.exchange.sealing import Box
from jumuishi.exchange.tests import desk
from jumuishi.identity import accounts, testing
from jumuishi.identity.models import Account, Enrolment
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.institutions.models import Institution
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.models import Body, Meeting
from jumuishi.meetings.sitting.tests.conftest import council_in
from jumuishi.meetings.tests.halls import hall
from jumuishi.privacy.actions import watching
from jumuishi.privacy.models import Breach, Finding, ProvenNumber
from jumuishi.project.tests.scene import Scene
from jumuishi.project.tests.test_fitness_doors import views
from jumuishi.project.tests.test_tenancy_walk import WORDS
from jumuishi.services import adopting
from jumuishi.services import public as services
from jumuishi.services.models import Edition, Offering, Proposal
from jumuishi.signon.models import Client as System

# No pages: what machines ask for, and the demonstration's own.
MACHINES = (
    *("api/", "evidence/", "exchange/", "healthz", "metrics", "demo/", "payments/gepg", "sms/", "ussd/"),
    *("keys.json", "revoked.json", "faili/", "oidc/", ".well-known/", "vikao/kalenda/"),
)
# They take a form and lead on to a page; asked for without one they lead back.
LEAD_ON = frozenset(
    {
        "omba/<uuid:offering_id>/",
        "omba/rasimu/<uuid:draft_id>/",
        "maombi/<uuid:case_id>/jibu/",
        "maombi/<uuid:case_id>/namba-mpya/",
        "maombi/<uuid:case_id>/hati/<uuid:document_id>/tena/",
        "mimi/nakala/faili/",
        "mfumo/endelea/",
        "ofisi/ombi/<uuid:case_id>/rejesta/<uuid:look_id>/",
        # Of a way to the identity provider and back, which the walk's browser has not gone.
        "ingia/taifa/",
        "ingia/taifa/rudi/",
        "ingia/taifa/unganisha/",
        "ofisi/ingia/taifa/",
    }
)
MOST = 150
REGISTERED = "19000101000000000001"
HOMES = ("mfano", "jirani", "polisi-mfano", "chuo-mfano", "mamlaka")


@dataclass(frozen=True)
class Place:
    """A page: its route, a real address, and the browser session of somebody who may see it (empty: a visitor's)."""

    route: str
    path: str
    session: str


def places(scene: Scene) -> tuple[list[Place], dict[str, str]]:
    """Every page that was found, and the routes without one, each with what its last try came to."""
    happen(scene)
    ids = scene.ids()
    found, missing = [], {}
    people = list(_people(scene))
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # most tries come to nothing
    for route, view in views(get_resolver().url_patterns):
        if route.startswith(MACHINES) or route in LEAD_ON:
            continue
        if route in PREPARED:
            client, path = PREPARED[route](scene)
            tries: Iterator[tuple[Client, str]] = iter([(client, path)])
        else:
            fit = [client for kinds, client in people if view.access.name.split()[0] in kinds]  # type: ignore[attr-defined]
            every = ((client, path) for path in _filled(route, ids, scene) for client in fit)
            tries = itertools.islice(every, MOST)
        place, came_to = _first_page(route, tries)
        if place is not None:
            found.append(place)
        elif came_to:
            missing[route] = came_to
    for route, prepared in OTHERWISE:
        client, path = prepared(scene)
        place, came_to = _first_page(route, iter([(client, path)]))
        if place is None:
            missing[path] = came_to
        else:
            found.append(place)
    logging.getLogger("django.request").setLevel(logging.NOTSET)
    return found, missing


def _first_page(route: str, tries: Iterator[tuple[Client, str]]) -> tuple[Place | None, str]:
    """The first try that gives a page; else why not; neither for an address that only takes forms or gives files."""
    came_to = "no object of the scene fits: give it one in journeys/places.py PREPARED"
    for client, path in tries:
        kept = client.cookies.get("sessionid")
        answer = client.get(path)
        if kept is not None:
            client.cookies["sessionid"] = kept.value
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 405 or (answer.status_code == 200 and not kind.startswith("text/html")):
            return None, ""
        if answer.status_code == 200:
            return Place(route, path, kept.value if kept else ""), ""
        came_to = f"{path}: {answer.status_code} {answer.headers.get('Location', '')}"
    return None, came_to


def _people(scene: Scene) -> Iterator[tuple[set[str], Client]]:
    """Browsers, and the first words of the doors that each of them opens; visitors see what is for everyone."""
    yield {"everyone"}, Client()
    yield {"known", "everyone"}, scene.asha
    for slug in HOMES:
        for one in institutions.people_in(scene.homes[slug]):
            kinds = {"officer", "account"} | ({"authority"} if slug == "mamlaka" else set())
            yield kinds, scene.at_work(slug, one.name)


def _filled(route: str, ids: dict[str, list[str]], scene: Scene) -> Iterator[str]:
    """The route with ids of the scene: those of the table that a parameter names first."""
    tables = {model._meta.db_table.partition("_")[2] for model in apps.get_models()}
    choices: list[list[str]] = []
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", route):
        table = name.removesuffix("_id")
        if table == "case":
            choices.append([str(scene.paid), str(scene.running)])
        elif "uuid" in kind:
            rows = ids.get(table, [])
            if not rows and table not in tables:  # named by its part in the page: any row may be meant
                rows = [one for every in ids.values() for one in every[:1]]
            choices.append(rows)
        elif name == "number":
            choices.append(list(Document.objects.values_list("number", flat=True)))
        else:
            choices.append([*WORDS.get(name, ()), *Case.objects.values_list("reference", flat=True)])
    for values in itertools.product(*choices):
        path = f"/{route}"
        for value in values:
            path = re.sub(r"<[^>]+>", value, path, count=1)
        yield path


Prepared = Callable[[Scene], tuple[Client, str]]


def _account(scene: Scene, name: str) -> Account:
    return Account.objects.select_related("person").get(person_id=scene.officer("mfano", name).person_id)


def _code(_: Scene) -> tuple[Client, str]:
    client = Client()
    client.post("/ingia/", {"phone": "0700 000 091"})
    return client, "/ingia/msimbo/"


def _second_factor(scene: Scene) -> tuple[Client, str]:
    client, account = Client(), _account(scene, "Imani")
    account.set_password("kitambulisho-kirefu-9")
    account.save()
    client.post("/ofisi/ingia/", {"name": account.email, "password": "kitambulisho-kirefu-9"})
    return client, "/ofisi/ingia/hatua-ya-pili/"


def _link(path: str, kind: str) -> Prepared:
    return lambda scene: (Client(), f"{path}{accounts.issue_enrolment(_account(scene, 'Imani'), kind)}/")


def _own_phone_code(scene: Scene) -> tuple[Client, str]:
    client = scene.at_work("mfano", "Imani")
    client.post("/ofisi/usalama/simu/", {"phone": "0700 000 092"})
    return client, "/ofisi/usalama/simu/msimbo/"


def _waiting(path: str) -> Prepared:
    """The request of an institution that wants to join, as the authority reads it."""
    return lambda scene: (
        scene.at_work("mamlaka", "Zuhura"),
        path.format(Institution.objects.get(name__en="Secret Town").id),
    )


def _document(scene: Scene) -> tuple[Client, str]:
    """A licence of the case that was granted, as the head reads it."""
    case = Case.objects.get(id=scene.paid)
    home = institutions.institution(case.institution_id)
    assert home is not None
    title = {"sw": "Leseni ya Biashara", "en": "Business Licence"}
    order = Order("licence", title, lambda _: [Node("text", (), "Duka")], "Asha Juma", Signer("Neema", "Mkurugenzi"))
    issued = documents.issue(
        actor=Actor.system(), institution=Issuer(home.id, home.name), person_id=case.person_id, case_id=case.id,
        order=order,
    )  # fmt: skip
    return scene.at_work("mfano", "Neema"), f"/ofisi/hati/{issued.number}/"


def _own_document(scene: Scene) -> tuple[Client, str]:
    _document(scene)
    return scene.asha, f"/maombi/{scene.paid}/hati/{Document.objects.filter(case_id=scene.paid)[0].id}/"


def _receipt(scene: Scene) -> tuple[Client, str]:
    return scene.asha, f"/maombi/{scene.running}/imepokelewa/"


def _draft(page: str) -> Prepared:
    return lambda scene: (scene.asha, f"{scene.draft}{page}/")


def _looked(part: str, **said: Any) -> Prepared:
    """A draft under whose personal number a register said something, and a page about that."""

    def prepare(scene: Scene) -> tuple[Client, str]:
        draft_id = begin(scene.asha).split("/")[-2]
        row = Draft.objects.get(id=draft_id)
        row.answers = {"nin": "19000101-00000-00000-01", "full_name": "Asha Juma"}
        row.save()
        now = clock.now()
        look = Look.objects.create(
            person_id=row.person_id, draft_id=row.id, institution_id=scene.homes["mfano"], register="national-id",
            key_field="nin", key_mark=mark_of(row.id, row.answers["nin"]), fields=["full_name"], at=now, tried_at=now,
            source="TZ/GOV/maji-mfano/rejesta/people", message_id="TZ-1", **said,
        )  # fmt: skip
        return scene.asha, f"/omba/rasimu/{draft_id}/{part.format(look=look.id)}"

    return prepare


ASKS = {"number": "q1", "sw": "Mama yako anaitwa nani?", "en": "What is your mother called?", "tries_left": 2}


def _kept(rest: str = "") -> Prepared:
    """A call of which a body is kept, and a page about that."""

    def prepare(scene: Scene) -> tuple[Client, str]:
        row = desk.call("maji-mfano")
        box, until = Box.fresh(row.id), clock.now().date() + timedelta(days=9)
        exchange.KeptBodies.objects.create(
            id=row.id, institution_id=row.institution_id, erase_on=until, kept_at=clock.now(), key=box.wrapped(),
            parts=["answer"],
        )  # fmt: skip
        return scene.at_work("maji-mfano", "Aisha"), f"{desk.HERE}kumbukumbu/{row.id}/yaliyomo/{rest}"

    return prepare


def _asked_about(rest: str = "") -> Prepared:
    """A call about Asha, who proved her number, and a page of hers about it."""

    def prepare(scene: Scene) -> tuple[Client, str]:
        row, mark = desk.call("maji-mfano"), exchanging.mark_of("nin", REGISTERED)
        exchange.Look.objects.create(
            id=new_id(), institution_id=row.institution_id, record_id=row.id, at=row.at, kind="nin", mark=mark,
            salt=b"s" * 16, names=["full_name"],
        )  # fmt: skip
        person = Case.objects.get(id=scene.paid).person_id
        ProvenNumber.objects.get_or_create(
            person_id=person, mark=mark,
            defaults={"kind": "nin", "ending": "01", "source": "TZ/GOV/x/y/z", "message_id": "m", "proven_at": row.at},
        )  # fmt: skip
        return scene.asha, f"/mimi/waliotazama/mifumo/{row.id}/{rest}"

    return prepare


def _unusual(scene: Scene) -> tuple[Client, str]:
    """A finding of the water authority's: many calls in the order of their numbers."""
    for _ in range(11):
        row = desk.call("maji-mfano")
        exchange.Look.objects.create(
            id=new_id(), institution_id=row.institution_id, record_id=row.id, at=row.at, kind="nin",
            mark=exchanging.mark_of("nin", str(row.id)), salt=b"s" * 16, follows=True,
        )  # fmt: skip
    watching.watch(scene.homes["maji-mfano"])
    found = Finding.objects.filter(institution_id=scene.homes["maji-mfano"])[0]
    return scene.at_work("maji-mfano", "Aisha"), f"/ofisi/faragha/mifumo/{found.id}/"


def _complete_draft(scene: Scene) -> tuple[Client, str]:
    """A draft whose every page is answered: its summary."""
    draft = begin(scene.asha)
    fill(scene.asha, draft)
    return scene.asha, f"{draft}hakiki/"


def _wrong_answer(scene: Scene) -> tuple[Client, str]:
    """An answer that Asha says is wrong: the form to say what is right."""
    return scene.asha, f"/mimi/omba/correct/{scene.homes['mfano']}/?jibu={scene.paid}.full_name"


def _letters(scene: Scene) -> tuple[Client, str]:
    """Whom only a letter reaches, for the officer: signed in anew, for another page changed her password."""
    return scene.at_work("mfano", "Imani"), f"/ofisi/faragha/uvunjaji/{Breach.objects.get().id}/barua/"


def _remark(scene: Scene, part: str) -> tuple[Client, str]:
    """Juma's note on the case that is under way; a colleague was called by it."""
    note = Remark.objects.get()
    called = Mention.objects.get().id
    return scene.at_work("mfano", "Juma"), f"/ofisi/ombi/{note.case_id}/dokezo/" + part.format(
        note=note.id, called=called
    )


def _sitting(who: str, state: str, part: str = "") -> Prepared:
    """A sitting in a state, the first whose day came, as somebody of its committee reads it."""

    def find(scene: Scene) -> tuple[Client, str]:
        one = Sitting.objects.filter(state=state).order_by("starts_at")[0]
        item = Item.objects.filter(sitting=one).order_by("state", "position")[0]
        return scene.at_work("mfano", who), f"/ofisi/vikao/{one.id}/{part.format(item=item.id)}"

    return find


def _body(who: str, part: str = "") -> Prepared:
    """The committee of the scene."""
    return lambda scene: (scene.at_work("mfano", who), f"/ofisi/vikao/kamati/{ROLE}/{part}")


def _hall(who: str, part: str) -> Prepared:
    """The council in the middle of a meeting, as one of its members or its secretary at work sees it."""

    def find(scene: Scene) -> tuple[Client, str]:
        council = council_in(scene.homes["mfano"])
        if who == council.secretary.name:
            return scene.at_work("mfano", who), f"/ofisi/mabaraza/mkutano/{council.meeting.id}/{part}"
        client = Client()
        testing.sign_in(client, council.actor(who))
        return client, f"/mimi/vikao/{council.meeting.id}/{part}"

    return find


def _extract(scene: Scene) -> tuple[Client, str]:
    """What the committee resolved on Asha's case."""
    return scene.asha, f"/maombi/{Case.objects.get(outcome='refused', service='committee-licence').id}/kamati/"


def _read_by(who: str, path: str) -> Prepared:
    """A page of the office as somebody in particular reads it."""
    return lambda scene: (scene.at_work("mfano", who), f"/ofisi/{path}")


def _batch(state: str) -> Prepared:
    """What Juma does in bulk, as far as it has come."""
    return lambda scene: (scene.at_work("mfano", "Juma"), f"/ofisi/pamoja/{Batch.objects.get(state=state).id}/")


def _newer(scene: Scene) -> UUID:
    """The licence in newer editions: one taken up, under which Asha is asked; one begun; one proposed. Its offering."""
    offering = Offering.objects.get(institution_id=scene.homes["mfano"], service="business-licence")
    if Move.objects.filter(kind="move").exists():
        return offering.id
    neema, imani = scene.officer("mfano", "Neema"), scene.officer("mfano", "Imani")
    with tempfile.TemporaryDirectory() as folder:
        hint = ('sw: "Mfano 100-100-100."', 'sw: "Mfano 123-456-789."')
        services.add_edition(actor=Actor.system(), folder=edited(Path(folder), hint))
        adopting.begin_adoption(actor=neema, offering_id=offering.id)
        adopting.propose_adoption(actor=neema, offering_id=offering.id)
        adopting.adopt(actor=imani, offering_id=offering.id)
        move = start_move(actor=neema, offering_id=offering.id, answer_days=14)
        work(move)
        services.add_edition(actor=Actor.system(), folder=edited(Path(folder), hint, NEW_FIGURE))
        adopting.begin_adoption(actor=neema, offering_id=offering.id)
        last = edited(Path(folder), hint, NEW_FIGURE, OWNER)
        services.propose_edition(actor=_tumaini(scene), files=texts(last), note="Swali jipya la eneo")
    return offering.id


def _tumaini(scene: Scene) -> Actor:
    return replace(scene.officer("mamlaka", "Tumaini"), kind=ActorKind.AUTHORITY)


def _at_offering(path: str) -> Prepared:
    def of(scene: Scene) -> tuple[Client, str]:
        offering = _newer(scene)
        move = Move.objects.get(kind="move")
        return scene.at_work("mfano", "Neema"), f"/ofisi/huduma/{offering}/{path.format(move=move.id)}"

    return of


def _proposed(scene: Scene) -> tuple[Client, str]:
    _newer(scene)
    return scene.at_work("mamlaka", "Zuhura"), f"/ofisi/matoleo/pendekezo/{Proposal.objects.get().id}/"


def _edition(part: str = "") -> Prepared:
    """The newest edition of the licence, as somebody of the authority reads it."""

    def of(scene: Scene) -> tuple[Client, str]:
        _newer(scene)
        newest = Edition.objects.filter(service="business-licence").order_by("-number")[0]
        return scene.at_work("mamlaka", "Zuhura"), f"/ofisi/matoleo/{newest.id}/{part}"

    return of


def _asked_by_a_move(scene: Scene) -> tuple[Client, str]:
    _newer(scene)
    return scene.asha, f"/maombi/{scene.running}/toleo/"


def _older_draft(scene: Scene) -> tuple[Client, str]:
    _newer(scene)
    return scene.asha, f"{scene.draft}toleo/"


def _helped(who: str, part: str, **given: Any) -> Prepared:
    """A consent as an officer of the counter has it."""
    return lambda scene: (
        scene.at_work("mfano", who),
        f"/ofisi/kaunta/{mandate(**given).id}/{part}",
    )


def _agreement(who: str, **given: Any) -> Prepared:
    """An agreement with an agent as somebody in particular reads it."""
    return lambda scene: (scene.at_work("mfano", who), f"/ofisi/mawakala/{Agreement.objects.get(**given).id}/")


def _promised(scene: Scene) -> tuple[Client, str]:
    case = Case.objects.filter(state__has_key="awaited", institution_id=scene.homes["mfano"])[0]
    return scene.at_work("mfano", "Juma"), f"/ofisi/kaunta/mafaili/{case.id}/"


def _network(path: str) -> Prepared:
    """A page of the authority about the network's nodes, by its registrar."""

    def of(scene: Scene) -> tuple[Client, str]:
        kept = {
            "waiting": exchange.Neighbour.objects.get(admitted_at=None).id,
            "node": exchange.Neighbour.objects.exclude(admitted_at=None).get().id,
            "finding": exchange.Finding.objects.get().id,
        }  # fmt: skip
        return scene.at_work("mamlaka", "Tumaini"), f"/ofisi/seva/{path.format(**kept)}"

    return of


def _systems(who: str, path: str) -> Prepared:
    """A page about the two institutions' systems, by one of their people."""
    slug = "benki-mfano" if who in ("Shabani", "Rose") else "maji-mfano"

    def of(scene: Scene) -> tuple[Client, str]:
        kept = {
            "system": exchange.Subsystem.objects.get(code="wateja").id, "service": exchange.Service.objects.get().id,
            "waiting": exchange.Agreement.objects.get(approved_at=None).id,
            "denied": exchange.Record.objects.get(reason="path").id,
            "agreed": exchange.Agreement.objects.exclude(approved_at=None).get().id,
            "packing": exchange.carrying.Packing.objects.get().id, "dead": exchange.courier.DeadLetter.objects.get().id,
        }  # fmt: skip
        return scene.at_work(slug, who), f"/ofisi/mifumo/{path.format(**kept)}"

    return of


def _consent(scene: Scene) -> tuple[Client, str]:
    """What Asha reads before a system is told about her."""
    system = System.objects.get(name="Ankara za soko")
    asked = {
        "client_id": str(system.id), "redirect_uri": (system.terms or {})["redirects"][0], "response_type": "code",
        "scope": "openid profile phone", "code_challenge": "x" * 43, "code_challenge_method": "S256",
    }  # fmt: skip
    return scene.asha, f"/mfumo/ridhaa/?{urlencode(asked)}"


def _opened(scene: Scene) -> tuple[Client, str]:
    """What the authority is asked to let citizens be served by."""
    waits = System.objects.get(asked__isnull=False)
    return scene.at_work("mamlaka", "Zuhura"), f"/ofisi/kuingia/wananchi/{waits.id}/"


def _in_the_open(path: str, *, as_asha: bool = False) -> Prepared:
    """A council of Mfano that meets in the open, with a vote that is over, and a page of its gallery."""

    def prepare(scene: Scene) -> tuple[Client, str]:
        if not Body.objects.filter(slug="baraza-la-majaribio").exists():
            made = hall(scene.homes["mfano"])
            made.opens()
            made.happens("item.opened", item=made.items[0].id)
            vote = made.asks_to_vote()
            made.ends_vote(vote, (3, 1, 1))
        found = Meeting.objects.get(body__slug="baraza-la-majaribio")
        given = {"meeting": found.id, "body": found.body_id, "vote": next(iter(found.hall["votes"]))}
        return scene.asha if as_asha else Client(), path.format(**given)

    return prepare


PREPARED: dict[str, Prepared] = {
    "vikao/<uuid:meeting_id>/": _in_the_open("/vikao/{meeting}/"),
    "vikao/<uuid:meeting_id>/kura/<uuid:vote_id>/": _in_the_open("/vikao/{meeting}/kura/{vote}/"),
    "vikao/chombo/<uuid:body_id>/": _in_the_open("/vikao/chombo/{body}/"),
    "vikao/chombo/<uuid:body_id>/wajumbe/": _in_the_open("/vikao/chombo/{body}/wajumbe/"),
    "vikao/chombo/<uuid:body_id>/kanuni/": _in_the_open("/vikao/chombo/{body}/kanuni/"),
    "vikao/chombo/<uuid:body_id>/fuata/": _in_the_open("/vikao/chombo/{body}/fuata/", as_asha=True),
    "vikao/chombo/<uuid:body_id>/habari.atom": _in_the_open("/vikao/chombo/{body}/habari.atom"),
    "vikao/<uuid:meeting_id>/hali.json": _in_the_open("/vikao/{meeting}/hali.json"),
    # Members ask for it from their page of the hall; there is nothing to see.
    "mimi/vikao/<uuid:meeting_id>/hali.json": _in_the_open("/vikao/{meeting}/hali.json"),
    "mimi/vikao/<uuid:meeting_id>/ukumbi/": _hall("Salma", "ukumbi/"),
    "mimi/vikao/<uuid:meeting_id>/meza/": _hall("Rehema", "meza/"),
    "mimi/vikao/<uuid:meeting_id>/meza/mahudhurio/": _hall("Rehema", "meza/mahudhurio/"),
    "mimi/vikao/<uuid:meeting_id>/meza/kumbukumbu/": _hall("Rehema", "meza/kumbukumbu/"),
    "mimi/vikao/<uuid:meeting_id>/hesabu/": _hall("Salma", "hesabu/"),
    "ofisi/mabaraza/mkutano/<uuid:meeting_id>/meza/": _hall("Mwajabu", "meza/"),
    "ofisi/mabaraza/mkutano/<uuid:meeting_id>/meza/mahudhurio/": _hall("Mwajabu", "meza/mahudhurio/"),
    "ofisi/mabaraza/mkutano/<uuid:meeting_id>/meza/kumbukumbu/": _hall("Mwajabu", "meza/kumbukumbu/"),
    "ofisi/mabaraza/mkutano/<uuid:meeting_id>/hesabu/": _hall("Mwajabu", "hesabu/"),
    **body_places.PREPARED,
    **calling_places.CALLING,
    "mfumo/ridhaa/": _consent,
    "ofisi/kuingia/wananchi/<uuid:client_id>/": _opened,
    "ofisi/kuingia/watumishi/": _read_by("Neema", "kuingia/watumishi/"),
    "ofisi/mifumo/": _systems("Bakari", ""),
    "ofisi/mifumo/<uuid:subsystem_id>/": _systems("Bakari", "{system}/"),
    "ofisi/mifumo/<uuid:subsystem_id>/funga/": _systems("Bakari", "{system}/funga/"),
    "ofisi/mifumo/<uuid:subsystem_id>/huduma/": _systems("Bakari", "{system}/huduma/"),
    "ofisi/mifumo/huduma/<uuid:service_id>/": _systems("Bakari", "huduma/{service}/"),
    "ofisi/mifumo/huduma/<uuid:service_id>/andika/": _systems("Bakari", "huduma/{service}/andika/"),
    "ofisi/mifumo/huduma/<uuid:service_id>/zima/": _systems("Bakari", "huduma/{service}/zima/"),
    "ofisi/mifumo/huduma/<uuid:service_id>/funga/": _systems("Bakari", "huduma/{service}/funga/"),
    "ofisi/mifumo/tafuta/": _systems("Shabani", "tafuta/"),
    "ofisi/mifumo/tafuta/<uuid:service_id>/": _systems("Shabani", "tafuta/{service}/"),
    "ofisi/mifumo/tafuta/<uuid:service_id>/openapi/": _systems("Shabani", "tafuta/{service}/openapi/"),
    "ofisi/mifumo/tafuta/<uuid:service_id>/jaribu/": _systems("Shabani", "tafuta/{service}/jaribu/?n=0"),
    "ofisi/mifumo/tafuta/<uuid:service_id>/omba/": _systems("Shabani", "tafuta/{service}/omba/"),
    "ofisi/mifumo/makubaliano/": _systems("Bakari", "makubaliano/"),
    "ofisi/mifumo/makubaliano/<uuid:agreement_id>/": _systems("Aisha", "makubaliano/{waiting}/"),
    "ofisi/mifumo/makubaliano/<uuid:agreement_id>/funga/": _systems("Aisha", "makubaliano/{agreed}/funga/"),
    "ofisi/mifumo/mizigo/": _systems("Bakari", "mizigo/"),
    "ofisi/mifumo/mizigo/mada/": _systems("Bakari", "mizigo/mada/"),
    "ofisi/mifumo/mizigo/orodha/": _systems("Bakari", "mizigo/orodha/"),
    "ofisi/mifumo/mizigo/pakia/<uuid:packing_id>/": _systems("Bakari", "mizigo/pakia/{packing}/"),
    "ofisi/mifumo/mizigo/pakia/<uuid:packing_id>/<int:number>/": _systems("Bakari", "mizigo/pakia/{packing}/1/"),
    "ofisi/mifumo/mizigo/ujumbe/": _systems("Bakari", "mizigo/ujumbe/"),
    "ofisi/mifumo/mizigo/ujumbe/<uuid:dead_id>/": _systems("Bakari", "mizigo/ujumbe/{dead}/"),
    "ofisi/mifumo/mizigo/ujumbe/<uuid:dead_id>/rudia/": _systems("Bakari", "mizigo/ujumbe/{dead}/rudia/"),
    "ofisi/mifumo/mizigo/ujumbe/<uuid:dead_id>/funga/": _systems("Bakari", "mizigo/ujumbe/{dead}/funga/"),
    "ofisi/mifumo/kumbukumbu/": _systems("Bakari", "kumbukumbu/"),
    "ofisi/mifumo/kumbukumbu/pakua/": _systems("Bakari", "kumbukumbu/pakua/"),
    "ofisi/seva/": _network(""),
    "ofisi/seva/mpya/": _network("mpya/"),
    "ofisi/seva/pakua/": _network("pakua/"),
    "ofisi/seva/hii/": _network("hii/"),
    "ofisi/seva/taasisi/": _network("taasisi/"),
    "ofisi/seva/taasisi/<str:member_class>/<str:member_code>/": _network("taasisi/GOV/wilaya/"),
    "ofisi/seva/matokeo/": _network("matokeo/"),
    "ofisi/seva/matokeo/<uuid:finding_id>/": _network("matokeo/{finding}/"),
    "ofisi/seva/matokeo/<uuid:finding_id>/uthibitisho/": _network("matokeo/{finding}/uthibitisho/"),
    "ofisi/seva/matokeo/<uuid:finding_id>/funguo/": _network("matokeo/{finding}/funguo/"),
    "ofisi/seva/<uuid:neighbour_id>/": _network("{waiting}/"),
    "ofisi/seva/<uuid:neighbour_id>/ondoa/": _network("{node}/ondoa/"),
    "ofisi/mifumo/kumbukumbu/<uuid:record_id>/": _systems("Bakari", "kumbukumbu/{denied}/"),
    "ofisi/mifumo/kumbukumbu/<uuid:record_id>/stakabadhi/": _systems("Bakari", "kumbukumbu/{denied}/stakabadhi/"),
    "ofisi/kaunta/": _read_by("Salma", "kaunta/"),
    "ofisi/kaunta/mafaili/": _read_by("Juma", "kaunta/mafaili/?n=1"),
    "ofisi/kaunta/mafaili/<uuid:case_id>/": _promised,
    "ofisi/kaunta/<uuid:mandate_id>/": _helped("Juma", "", owner_phone="+255700000071"),
    "ofisi/kaunta/<uuid:mandate_id>/shuhudia/": _helped("Salma", "shuhudia/", owner_name="Bibi Rukia"),
    "ofisi/kaunta/<uuid:mandate_id>/jaza/": _helped("Juma", "jaza/", owner_phone="+255700000061"),
    "ofisi/kaunta/<uuid:mandate_id>/hakiki/": _helped("Juma", "hakiki/", owner_phone="+255700000061"),
    "ofisi/kaunta/<uuid:mandate_id>/risiti/": _helped("Juma", "risiti/", owner_phone="+255700000073"),
    "ofisi/mawakala/": _read_by("Neema", "mawakala/"),
    "ofisi/mawakala/mapya/": _read_by("Neema", "mawakala/mapya/"),
    "ofisi/mawakala/<uuid:agreement_id>/": _agreement("Imani", approved_at=None),
    "maombi/wasaidizi/<uuid:mandate_id>/": lambda scene: (
        scene.asha,
        f"/maombi/wasaidizi/{mandate(owner_phone='+255700000061').id}/",
    ),
    "maombi/kwa-mwingine/<uuid:mandate_id>/": lambda scene: (
        scene.asha,
        f"/maombi/kwa-mwingine/{mandate(owner_phone='+255700000074').id}/",
    ),
    "ofisi/pamoja/<uuid:batch_id>/": _batch(Batch.State.DONE),
    "ofisi/vikao/kamati/<slug:role>/": _body("Neema"),
    "ofisi/vikao/kamati/<slug:role>/panga/": _body("Stela", "panga/"),
    "ofisi/vikao/<uuid:sitting_id>/": _sitting("Stela", "called"),
    "ofisi/vikao/<uuid:sitting_id>/mahudhurio/": _sitting("Stela", "called", "mahudhurio/"),
    "ofisi/vikao/<uuid:sitting_id>/hoja/<uuid:item_id>/": _sitting("Stela", "called", "hoja/{item}/"),
    "ofisi/vikao/<uuid:sitting_id>/thibitisha/": _sitting("Mbarouk", "recorded", "thibitisha/"),
    "ofisi/vikao/<uuid:sitting_id>/ajenda/": _sitting("Mbarouk", "called", "ajenda/"),
    "ofisi/vikao/<uuid:sitting_id>/muhtasari/": _sitting("Mbarouk", "confirmed", "muhtasari/"),
    "maombi/<uuid:case_id>/kamati/": _extract,
    "ofisi/huduma/<uuid:offering_id>/toleo/": _at_offering("toleo/"),
    "ofisi/huduma/<uuid:offering_id>/toleo/takwimu/<str:name>/": _at_offering("toleo/takwimu/stamp/"),
    "ofisi/huduma/<uuid:offering_id>/hamisha/": _at_offering("hamisha/"),
    "ofisi/huduma/<uuid:offering_id>/hamisha/<uuid:move_id>/": _at_offering("hamisha/{move}/"),
    "ofisi/matoleo/pendekezo/<uuid:proposal_id>/": _proposed,
    "ofisi/matoleo/<uuid:edition_id>/": _edition(),
    "ofisi/matoleo/<uuid:edition_id>/ondoa/": _edition("ondoa/"),
    "maombi/<uuid:case_id>/toleo/": _asked_by_a_move,
    "omba/rasimu/<uuid:draft_id>/toleo/": _older_draft,
    "ofisi/violezo/<uuid:template_id>/": lambda scene: (
        scene.at_work("mfano", "Neema"),
        f"/ofisi/violezo/{MessageTemplate.objects.get().id}/",
    ),
    "ofisi/ombi/<uuid:case_id>/unganisha/<uuid:other_id>/": lambda scene: (
        scene.at_work("mfano", "Juma"),
        f"/ofisi/ombi/{scene.running}/unganisha/{scene.paid}/",
    ),
    "ofisi/ombi/<uuid:case_id>/dokezo/<uuid:remark_id>/futa/": lambda scene: _remark(scene, "{note}/futa/"),
    "ofisi/ombi/<uuid:case_id>/dokezo/nimeona/<uuid:mention_id>/": lambda scene: _remark(scene, "nimeona/{called}/"),
    "ofisi/faragha/uvunjaji/<uuid:breach_id>/barua/": _letters,
    "mimi/omba/<slug:kind>/<uuid:institution_id>/": _wrong_answer,
    "ingia/msimbo/": _code,
    "ofisi/ingia/hatua-ya-pili/": _second_factor,
    "ofisi/karibu/<str:token>/": _link("/ofisi/karibu/", Enrolment.Kind.ENROL),
    "ofisi/nywila/<str:token>/": _link("/ofisi/nywila/", Enrolment.Kind.PASSWORD),
    "ofisi/usalama/simu/msimbo/": _own_phone_code,
    "ofisi/taasisi/<uuid:institution_id>/": _waiting("/ofisi/taasisi/{}/"),
    "ofisi/taasisi/<uuid:institution_id>/barua/": _waiting("/ofisi/taasisi/{}/barua/"),
    "ofisi/hati/<str:number>/": _document,
    "ofisi/hati/<str:number>/pdf/": lambda scene: (_document(scene)[0], f"{_document(scene)[1]}pdf/"),
    "maombi/<uuid:case_id>/hati/<uuid:document_id>/": _own_document,
    "huduma/<slug:institution>/<slug:name>/": lambda _: (Client(), "/huduma/mfano/business-licence/"),
    "maombi/<uuid:case_id>/imepokelewa/": _receipt,
    "ofisi/miadi/madawati/<uuid:desk_id>/": lambda scene: (
        scene.at_work("mfano", "Neema"),
        f"/ofisi/miadi/madawati/{Desk.objects.get(place=DESK['place']).id}/",
    ),
    "takwimu/<slug:slug>/": lambda _: (Client(), "/takwimu/mfano/"),
    "mrejesho/taasisi/<slug:slug>/": lambda _: (Client(), "/mrejesho/taasisi/mfano/"),
    "ofisi/hati/<str:number>/simamisha/": lambda scene: (_document(scene)[0], f"{_document(scene)[1]}simamisha/"),
    "ofisi/mifumo/kumbukumbu/<uuid:record_id>/yaliyomo/": _kept(),
    "ofisi/mifumo/kumbukumbu/<uuid:record_id>/yaliyomo/pakua/": _kept("pakua/"),
    "ofisi/mifumo/kumbukumbu/<uuid:record_id>/yaliyomo/futa/": _kept("futa/"),
    "mimi/waliotazama/mifumo/<uuid:record_id>/": _asked_about(),
    "mimi/waliotazama/mifumo/<uuid:record_id>/ushahidi/": _asked_about("ushahidi/"),
    "ofisi/faragha/mifumo/<uuid:finding_id>/": _unusual,
    "omba/rasimu/<uuid:draft_id>/hakiki/": _complete_draft,
    "omba/rasimu/<uuid:draft_id>/swali/<uuid:look_id>/": _looked("swali/{look}/", state="question", question=ASKS),
    "omba/rasimu/<uuid:draft_id>/rejesta/<slug:field>/": _looked(
        "rejesta/full_name/", state="fetched", values={"full_name": "Asha Juma"}
    ),
    "omba/rasimu/<uuid:draft_id>/<slug:page_id>/": _draft("business"),
}
# Pages that are another page by what they are about: each is walked besides its route's first.
OTHERWISE: list[tuple[str, Prepared]] = [
    (
        "omba/rasimu/<uuid:draft_id>/<slug:page_id>/",
        _looked("applicant/", state="fetched", values={"full_name": "Asha Juma"}),
    ),
    ("ofisi/mifumo/makubaliano/<uuid:agreement_id>/", _systems("Shabani", "makubaliano/{agreed}/")),
    ("ofisi/kaunta/", _read_by("Juma", "kaunta/")),
    ("ofisi/kaunta/<uuid:mandate_id>/", _helped("Juma", "", owner_name="Bibi Rukia")),
    ("ofisi/mawakala/<uuid:agreement_id>/", _agreement("Neema", approved_at=None)),
    ("ofisi/mawakala/<uuid:agreement_id>/", _agreement("Neema", approved_at__isnull=False)),
    ("ofisi/pamoja/<uuid:batch_id>/", _batch(Batch.State.CHOSEN)),
    ("ofisi/pamoja/<uuid:batch_id>/", _batch(Batch.State.READY)),
    ("ofisi/vikao/", _read_by("Stela", "vikao/")),
    ("ofisi/seva/<uuid:neighbour_id>/", _network("{node}/")),
    ("ofisi/vikao/<uuid:sitting_id>/", _sitting("Stela", "planned")),
    ("ofisi/vikao/<uuid:sitting_id>/", _sitting("Mbarouk", "recorded")),
    ("ofisi/vikao/<uuid:sitting_id>/", _sitting("Mbarouk", "confirmed")),
    ("ofisi/vikao/<uuid:sitting_id>/hoja/<uuid:item_id>/", _sitting("Stela", "confirmed", "hoja/{item}/")),
    ("ofisi/fedha/tofauti/", _read_by("Amani", "fedha/tofauti/")),
    ("ofisi/marejesho/", _read_by("Amani", "marejesho/")),
    ("ofisi/", _read_by("Neema", "?v=all")),
    ("ofisi/takwimu/", _read_by("Neema", "takwimu/")),
    ("ofisi/hifadhi/", _read_by("Neema", "hifadhi/")),
    ("ofisi/pamoja/", _read_by("Juma", "pamoja/")),
    ("ofisi/orodha/", _read_by("Juma", "orodha/?v=all")),
    ("ofisi/orodha/pakua/", _read_by("Neema", "orodha/pakua/?v=all")),
    ("ofisi/faragha/", _read_by("Imani", "faragha/")),
    ("ofisi/faragha/rejesta/", _read_by("Imani", "faragha/rejesta/")),
    ("ofisi/faragha/takwimu/", _read_by("Imani", "faragha/takwimu/")),
    ("ofisi/mrejesho/", _read_by("Neema", "mrejesho/")),
]
PREPARED |= minutes.PREPARED
OTHERWISE += minutes.OTHERWISE
