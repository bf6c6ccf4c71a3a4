"""What happens in the scene for the walks' sake, beyond the scene's own: visits, notes, a committee, bulk acts, money.

Each by the form that people send or the verb behind it, so that every page is read with real things on it.
"""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.test import override_settings
from django.utils.timezone import localtime

from jumuishi.cases.helping.tests.conftest import agreed, code, consented, filled, promise, proposed
from jumuishi.cases.models import Case, Desk, Item, Sitting, Task
from jumuishi.cases.sittings import confirming, recording
from jumuishi.cases.sittings.tests.conftest import ROLE, Town, build
from jumuishi.exchange.tests import authority_desk as network
from jumuishi.exchange.tests import desk as systems
from jumuishi.exchange.tests import sticks
from jumuishi.exchange.types import Role
from jumuishi.hooks.models import Delivery
from jumuishi.hooks.types import DeliveryState
from jumuishi.identity import testing
from jumuishi.identity.public import SignedIn
from jumuishi.identity.types import ActorKind
from jumuishi.insights import refreshing
from jumuishi.insights.jobs import refresh_figures
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.payments import models as money
from jumuishi.payments import outgoing
from jumuishi.payments import public as payments
from jumuishi.payments.gateways import configured, gepg_keys
from jumuishi.payments.tests.conftest import Teller
from jumuishi.project.tests.scene import Scene
from jumuishi.services import public as services
from jumuishi.signon import granting, registering
from jumuishi.signon.asking import Asked
from jumuishi.signon.models import Client as System
from jumuishi.signon.types import Terms

DESK = {
    "name": "Dawati la biashara", "kind": "office", "place": "Chumba namba 4", "minutes": "60", "capacity": "2",
    "cutoff_hours": "24", "wait_days": "5", "ahead_days": "14", "opens": "", "closes": "", "is_open": "1",
}  # fmt: skip
RULES = {"quorum": 2, "notice_days": 0, "casting_vote": True}
NUMBER, RECEIPT = "991000000001", "740626108863"
ASHA = "0700 000 061"


def happen(scene: Scene) -> None:
    """All of it; what each page needs is found among the rows afterwards."""
    _desk(scene)
    granted = _committee(scene)
    _together(scene)
    _network(scene)
    _money(scene, granted)
    _archive(scene)
    _help(scene)
    _unreached(scene)
    _exchange(scene)
    _sign_on(scene)
    refreshing.mark_all()
    refresh_figures()


def _help(scene: Scene) -> None:
    """Juma helps at the counter: one asked, one filled in, one sent, one to be witnessed; Asha helps a relative."""
    juma, salma = scene.at_work("mfano", "Juma"), scene.at_work("mfano", "Salma")
    offering = services.offering_of(scene.homes["mfano"], "business-licence")
    licence = str(offering.id) if offering else ""
    juma.post("/ofisi/kaunta/", {"phone": "0700000071", "offering": licence})
    filled(juma, consented(juma, licence, "700000061"))
    sent = consented(juma, licence, "700000073")
    filled(juma, sent)
    juma.post(f"{sent}hakiki/")
    for name in ("Bibi Rukia", "Mzee Ally"):
        asked = juma.post("/ofisi/kaunta/", {"phone": "", "offering": licence, "name": name, "mark": "1"})
    salma.post(f"{asked['Location']}shuhudia/")
    relative = {"phone": "0700000074", "kind": "relative", "scope": "all"}
    at = scene.asha.post("/maombi/kwa-mwingine/", relative)["Location"]
    scene.asha.post(at, {"code": code("700000074")})
    agreed(scene.at_work, service="")
    proposed(scene.at_work, "chuo-mfano")
    promise(licence)


def _exchange(scene: Scene) -> None:
    """The water authority offers its customers; the bank asks, with one yes so far; calls went well and were denied."""
    bakari, shabani = scene.at_work("maji-mfano", "Bakari"), scene.at_work("benki-mfano", "Shabani")
    service = systems.offer(bakari, systems.register(bakari))
    systems.describe(bakari, service)
    mine = systems.register(shabani, "mikopo", "Mikopo").split("/")[-2]
    shabani.post(f"/ofisi/mifumo/{mine}/", {"do": "key"})
    at = f"{systems.found_at(service)}omba/"
    agreed = shabani.post(at, systems.wish(mine))["Location"]
    scene.at_work("maji-mfano", "Aisha").post(agreed, {"do": "approve"})
    shabani.post(at, systems.wish(mine, purpose="takwimu", purpose_sw="Takwimu za mikopo"))
    systems.call("maji-mfano")
    systems.call("benki-mfano", Role.CONSUMER)
    systems.call("maji-mfano", path="/siri", status=500, error="Server.ServerProxy.AccessDenied", reason="path")
    sticks.meet()
    sticks.sent("kiwanja-1")
    sticks.stuck()
    bakari.post("/ofisi/mifumo/mizigo/pakia/", {"seva": "wilaya", "pack": str(uuid4())})
    scene.run_jobs()


def _sign_on(scene: Scene) -> None:
    """A system of the council lets citizens in, Asha among them; another waits for the authority."""
    zawadi, neema, zuhura = (
        scene.officer(slug, one) for slug, one in (("mfano", "Zawadi"), ("mfano", "Neema"), ("mamlaka", "Zuhura"))
    )
    zuhura = replace(zuhura, kind=ActorKind.AUTHORITY)
    for name in ("Ankara za soko", "Vibanda"):
        terms = Terms(
            audience="citizens", redirects=[f"https://{name.split()[0].lower()}.mfano.example/rudi"],
            scopes=["profile", "phone"], purpose={"sw": "Kuona ankara zako", "en": "To see your bills"},
            basis="Kanuni za mfano", told_at="https://soko.mfano.example/umetoka",
        )  # fmt: skip
        made = registering.ask(actor=zawadi, name=name, kind="confidential", terms=terms)
        registering.approve(actor=neema, client_id=made)
        if name == "Ankara za soko":
            registering.approve(actor=zuhura, client_id=made)
            registering.new_secret(actor=zawadi, client_id=made)
            row = System.objects.get(id=made)
    asha = testing.citizen(ASHA, "Asha Juma")
    who = SignedIn(new_id(), asha.who, "citizen", clock.now(), "phone")
    asked = Asked(row, terms.redirects[0], "", ["openid", "profile"], "", "x" * 43, frozenset(), None, english=False)
    granting.consent(actor=asha, client=row, scopes=asked.scopes)
    granting.enter(actor=asha, asked=asked, who=who, scopes=asked.scopes)


def _desk(scene: Scene) -> None:
    """A desk for visits and a visit asked for; a note that calls a colleague, a ready message, a list by name."""
    at, neema = "/ofisi/miadi/madawati/", scene.at_work("mfano", "Neema")
    neema.post(at, DESK)
    desk = Desk.objects.filter(institution_id=scene.homes["mfano"]).first()
    asked = {"do": "ask", "desk": str(desk.id) if desk else "", "what": "Leta mkataba halisi"}
    juma = scene.at_work("mfano", "Juma")
    juma.post(f"/ofisi/ombi/{scene.running}/miadi/", asked)
    called = scene.officer("mfano", "Neema").person_id
    juma.post(
        f"/ofisi/ombi/{scene.running}/dokezo/", {"text": "Namba ya TIN haionekani", "who": str(called), "key": "1"}
    )
    words = {"name": "Hati inakosekana", "text_sw": "Tuma hati iliyokosekana.", "text_en": "Send the missing paper."}
    neema.post("/ofisi/violezo/kipya/", {**words, "service": ""})
    juma.post("/ofisi/orodha/?v=mine", {"name": "Yangu ya leo"})


def _network(scene: Scene) -> None:
    """Another node is in by two people and has shown two histories; a second one waits."""
    zuhura, tumaini = scene.at_work("mamlaka", "Zuhura"), scene.at_work("mamlaka", "Tumaini")
    network.let_in(zuhura, tumaini)
    network.hand_in(zuhura, "GOV/tarafa", name="tarafa", members=[["GOV", "tarafa", "Tarafa ya Mfano"]])
    network.found_out()


def _committee(scene: Scene) -> Case:
    """Sittings in each state: confirmed, handed in, under way, called, planned. Returns a case that one granted."""
    with tempfile.TemporaryDirectory() as folder:
        town = build(scene.officer, scene.asha, Path(folder))
    town.rules(**RULES)
    stela, chair = town.who("Stela"), town.who("Mbarouk")
    granted, refused = town.case(ASHA), town.case(ASHA)
    held = _sat(town, days=3)
    for case, act, why in ((granted, "approve", "Eneo linafaa."), (refused, "refuse", "Eneo si la biashara.")):
        town.record(Item.objects.get(sitting=held, case_id=case.id), act, text=why)
    recording.hand_in_record(actor=stela, sitting_id=held.id)
    for item in Item.objects.filter(sitting=held).order_by("position"):
        confirming.confirm_item(actor=chair, sitting_id=held.id, item_id=item.id)
    one, other = town.case(ASHA), town.case(ASHA)
    handed = _sat(town, days=2)
    declared = {town.who("Mariamu").who}
    town.record(Item.objects.get(sitting=handed, case_id=one.id), vote=(2, 0, 0), interests=declared)
    town.record(Item.objects.get(sitting=handed, case_id=other.id), "defer", text="Wajumbe wakaone eneo kwanza.")
    recording.hand_in_record(actor=stela, sitting_id=handed.id)
    town.case(ASHA)
    town.case(ASHA)
    town.record(Item.objects.filter(sitting=_sat(town, days=1)).order_by("position")[0])
    town.case(ASHA)
    town.sitting(days=5)
    town.case(ASHA)
    planned = {"day": (clock.now() + timedelta(days=9)).date().isoformat(), "hour": "10:00", "place": "Ukumbi mdogo"}
    made = scene.at_work("mfano", "Stela").post(f"/ofisi/vikao/kamati/{ROLE}/panga/", planned)
    assert made.status_code == 302, made.content[:2000]
    return granted


def _sat(town: Town, *, days: int) -> Sitting:
    """A sitting of so many days ago, to which all but Devota came."""
    with clock.frozen(clock.now() - timedelta(days=days + 1)):
        made = town.sitting(days=1)
    town.attend(made, "Mbarouk", "Mariamu", "Kassimu")
    return made


def _together(scene: Scene) -> None:
    """Bulk acts: one that is being chosen, one whose outcome is foreseen, one that is done."""
    juma = scene.at_work("mfano", "Juma")
    tasks = Task.objects.filter(institution_id=scene.homes["mfano"], state=Task.State.OPEN)
    ticked = {"task": [str(one.id) for one in tasks]}
    said, sure = {"what": "message", "text": "Ofisi itafungwa Ijumaa; dirisha litafunguliwa Jumatatu."}, {"sure": "1"}
    for steps in ((), (said,), (said, sure)):
        here = juma.post("/ofisi/pamoja/?v=all", ticked)["Location"]
        for given in steps:
            assert juma.post(here, given).status_code == 302


def _money(scene: Scene, granted: Case) -> None:
    """Asha pays a part, the gateway's list of the day does not know it; she withdraws, and it is due back, late."""
    scene.run_jobs()
    with tempfile.TemporaryDirectory() as folder, override_settings(JUMUISHI_GEPG_KEYS=Path(folder)):
        gepg_keys.make_missing(Path(folder))
        gateway, bill = Teller(Path(folder)), payments.money_of_cases([granted.id])[granted.id].bills[-1]
        gateway.number(bill, NUMBER)
        gateway.paid(bill, 10_000, RECEIPT, NUMBER)
        account = configured.account_of(scene.homes["mfano"])
        assert account is not None
        gateway.day(outgoing.open_run(account.sp_code, localtime(clock.now()).date()).number, [])
    scene.run_jobs()
    assert scene.asha.post(f"/maombi/{granted.id}/ondoa/").status_code == 302
    scene.run_jobs()
    assert money.RefundTask.objects.update(due_at=clock.now() - timedelta(days=1)) == 1
    assert money.Difference.objects.count() == 1


def _unreached(scene: Scene) -> None:
    """The institution's program and Asha's app were away for three days: notices to both were given up."""
    Delivery.objects.update(state=DeliveryState.DEAD, failure="timeout", attempts=40, next_at=None)
    assert Delivery.objects.filter(institution_id=scene.homes["mfano"]).exists()


def _archive(scene: Scene) -> None:
    """A case that was refused has its day, and is held."""
    case = Case.objects.get(service="committee-licence", outcome="refused")
    Case.objects.filter(id=case.id).update(keep_until=clock.now().date() + timedelta(days=365))
    held = {"number": case.reference, "reason": "Kesi iko mahakamani", "do": "hold"}
    assert scene.at_work("mfano", "Neema").post("/ofisi/hifadhi/", held).status_code == 302
