"""A council from notice to done: one whole session and the next one, by everybody whose part it is.

The secretary at a desk, the chair at a phone without script, three members (one behind a line that is cut and loses
answers, one with an interest), two tellers, a reader in the gallery. The result is what the entered rules make of the
votes; the minutes are confirmed by the next session; a resolution comes back until it is done. Without the gazette
number the refusal names what is missing.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from journeys.hall import Front, apart, browsing, fronted
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.minutes import jobs
from jumuishi.meetings.models import Ballot, Body, Duty, Edition, Item, Meeting, Member, Minutes

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]
ZONE = ZoneInfo("Africa/Dar_es_Salaam")
SHOTS = os.environ.get("JUMUISHI_SHOTS", "")
CHAIR, ANNA, JOSEPH, MWAJUMA, ELIAS, PAULINA = "Zaituni", "Anna", "Joseph", "Mwajuma", "Elias", "Paulina"
PHONES = (CHAIR, ANNA, JOSEPH, ELIAS, PAULINA)
MOTION = "Baraza lijenge soko jipya Sekei.\nSoko liwe na vyoo.\nLikamilike ndani ya mwaka huu."


def rows(act: Any) -> Any:
    """What the tables say, as the platform."""

    def read() -> Any:
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            return act()

    return apart(read)


class Session:
    """Everybody's browser, and the body."""

    def __init__(self, browser: Browser, front: Front, bad: Front) -> None:
        self.browser, self.front, self.bad = browser, front, bad
        self.pages: dict[str, Page] = {}
        self.body = str(rows(lambda: Body.objects.get(what="council").id))
        self.members = rows(
            lambda: {
                one.name.split()[1]: one
                for one in Member.objects.filter(body=self.body, role__in=("chair", "vice", "member"))
            }
        )

    def sits_down(self) -> None:
        """Each signs in."""
        for name in ("Tatu", "Juma", "Neema"):
            self.pages[name] = self._enter(name, rows(lambda name=name: _officer_key(name)), 1200, script=False)
        for name in PHONES:
            self.pages[name] = self._enter(
                name, rows(lambda name=name: _member_key(self.members[name])), 360, script=False
            )
        self.pages[MWAJUMA] = self._enter(MWAJUMA, rows(lambda: _member_key(self.members[MWAJUMA])), 360, script=True)
        self.pages["reader"] = self._enter("reader", "", 360, script=True)

    def _enter(self, name: str, key: str, width: int, *, script: bool) -> Page:
        address = (self.bad if name == MWAJUMA else self.front).address
        context: BrowserContext = self.browser.new_context(
            base_url=address, java_script_enabled=script, viewport={"width": width, "height": 740}
        )
        if key:
            context.add_cookies([{"name": "sessionid", "value": key, "url": address}])
        return context.new_page()

    def __getitem__(self, name: str) -> Page:
        return self.pages[name]

    def wishes(self, days: int) -> None:
        """Tatu says when and where the body is to meet, so many days from now."""
        page, day = self["Tatu"], (clock.now() + timedelta(days=days)).astimezone(ZONE).date()
        page.goto(f"/ofisi/mabaraza/{self.body}/vikao/panga/")
        page.check("[name=kind][value=ordinary]")
        for name, text in {
            "day": day.isoformat(),
            "hour": "09:00",
            "until": "13:00",
            "place": "Ukumbi wa Halmashauri",
        }.items():
            page.fill(f"[name={name}]", text)
        page.check("[name=public][value='1']")
        page.get_by_role("button", name="Panga kikao").click()

    def plans(self, days: int) -> str:
        """An ordinary meeting so many days from now; its id."""
        self.wishes(days)
        page = self["Tatu"]
        found = re.search(r"/mkutano/([0-9a-f-]{36})/", page.url)
        assert found, page.inner_text("main")
        return found[1]

    def calls(self, meeting: str) -> None:
        """Tatu calls: every member is told."""
        page = self["Tatu"]
        page.goto(f"/ofisi/mabaraza/mkutano/{meeting}/")
        press(page, "call")
        press_sure(page)
        assert (
            "Kimeitishwa" in page.inner_text("main") or rows(lambda: Meeting.objects.get(id=meeting).state) == "called"
        )

    def comes_the_day(self, meeting: str) -> None:
        """The hour of the notice has come; those with a phone say that they are there."""
        began = clock.now() - timedelta(minutes=1)
        rows(lambda: Meeting.objects.filter(id=meeting).update(starts_at=began, ends_at=began + timedelta(hours=4)))
        desk = self[CHAIR]
        desk.goto(f"/mimi/vikao/{meeting}/meza/")
        code = desk.inner_text(".code")
        for name in (*PHONES, MWAJUMA):
            page = self[name]
            page.goto(f"/mimi/vikao/{meeting}/ukumbi/")
            page.fill("[name=code]", code)
            press(page, "arrive")
            expect(page.locator("main")).to_contain_text("Yupo ukumbini")
        # Those who brought no phone the secretary writes down by name.
        page = self["Tatu"]
        for name in ("Ramadhani", "Neema", "Hassan"):
            page.goto(f"/ofisi/mabaraza/mkutano/{meeting}/meza/mahudhurio/?q={name}")
            press(page, "arrive")
        desk.goto(f"/mimi/vikao/{meeting}/meza/")
        desk.select_option("[name=presiding]", label=self.members[CHAIR].name)
        press(desk, "open")
        expect(desk.locator("main")).to_contain_text("Akidi imetimia")
        self["reader"].goto(f"/vikao/{meeting}/")
        expect(self["reader"].locator("[data-link]")).to_contain_text("Umeunganishwa", timeout=20_000)

    def opens(self, item: str) -> None:
        """The chair opens an item; the gallery sees it by itself."""
        desk = self[CHAIR]
        fresh(desk)
        desk.locator(f"li:has-text('{item}') button[value=open_item]").click()
        expect(desk.locator("h1")).to_contain_text(item)
        expect(self["reader"].locator("[data-said=item]")).to_contain_text(item, timeout=20_000)

    def asks(
        self, meeting: str, about: str, *, ways: tuple[str, ...], tellers: tuple[str, ...] = (), text: str = ""
    ) -> str:
        """The chair opens a vote on the motion, or on words; its id."""
        desk = self[CHAIR]
        desk.goto(f"/mimi/vikao/{meeting}/meza/")
        has = f"[name=about][value^='{about}:']" if about else "textarea[name=text]"
        fold = desk.locator(f"details:has(button[value=open_vote]):has({has})").first
        fold.locator("summary").click()
        if text:
            fold.locator("[name=text]").fill(text)
        for way in ways:
            fold.locator(f"[name=ways][value={way}]").check()
        for n, name in enumerate(tellers):
            fold.locator("[name=tellers]").nth(n).select_option(label=self.members[name].name)
        fold.locator("button[value=open_vote]").click()
        expect(desk.locator("main")).to_contain_text("Kura iko wazi")
        return str(desk.locator("form:has(button[value=end_vote]) [name=vote]").first.get_attribute("value"))

    def votes(self, name: str, meeting: str, choice: str) -> None:
        """A member votes at the own phone, and is told that it came."""
        page = self[name]
        page.goto(f"/mimi/vikao/{meeting}/ukumbi/")
        page.locator(f"[name=choice][value={choice}]").check()
        page.locator("form:has([name=choice]) button").click()
        expect(page.locator("main")).to_contain_text("Kura yako imepokelewa", timeout=20_000)

    def ends_item(self, outcome: str) -> None:
        """With what came of it."""
        desk = self[CHAIR]
        fresh(desk)
        desk.select_option("[name=outcome]", outcome)
        press(desk, "end_item")

    def ends_meeting(self) -> None:
        """The chair closes; nothing can be added."""
        desk = self[CHAIR]
        fresh(desk)
        press(desk, "end")
        press_sure(desk)
        expect(desk.locator("main")).to_contain_text("Kimekwisha")


def press(page: Page, do: str, **given: str) -> None:
    """The first button that does this, its fold opened and its form filled in."""
    button = page.locator(f"button[name=do][value={do}]").first
    if not button.is_visible():
        page.locator(f"details:has(button[name=do][value={do}]) > summary").first.click()
    form = page.locator(f"form:has(button[name=do][value={do}])").first
    for name, text in given.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    button.click()


def fresh(page: Page) -> None:
    """The page as it is now; where what was pressed was still on its way, once that is there."""
    try:
        page.reload()
    except Error:
        page.wait_for_load_state()
        page.reload()


def press_sure(page: Page) -> None:
    """Yes: what was asked is meant."""
    page.locator("form:has([name=sure]) button:not([name=back])").first.click()


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asks for pictures."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def _key(actor: Actor) -> str:
    client = Client()
    testing.sign_in(client, actor)
    return str(client.session.session_key)


def _member_key(member: Member) -> str:
    return _key(Actor.person(member.person_id, member.name))


def _officer_key(name: str) -> str:
    home = institutions.institution_by_slug("mfano")
    assert home is not None
    one = next(one for one in institutions.people_in(home.id) if one.name == name)
    return _key(Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=name))


@pytest.fixture
def session(world: Any, committed_db: None, database: Any) -> Iterator[Session]:
    with fronted(database, 2) as (front, bad), browsing() as browser:
        found = Session(browser, front, bad)
        yield found
        for name, page in found.pages.items():
            # Where it failed, everybody's page at that moment.
            shot(page, f"last-{name}")


def test_a_session_and_the_next_one(session: Session) -> None:
    session.sits_down()
    first = before(session)
    during(session, first)
    after(session, first)
    second = session.plans(10)
    the_next_one(session, first, second)
    without_the_gazette_number(session)


def before(session: Session) -> str:
    """From the notice to the day: too late is refused by its clause; a member tells an interest beforehand."""
    tatu = session["Tatu"]
    late = session.plans(3)
    assert "Kanuni 8(1) ya mfano" in tatu.inner_text("main")
    press(tatu, "cancel", reason="Muda hautoshi")
    press_sure(tatu)
    assert rows(lambda: Meeting.objects.get(id=late).state) == "cancelled"
    meeting = session.plans(9)
    for title in ("Soko jipya Sekei", "Ukarabati wa barabara ya Themi"):
        press(tatu, "add", section="motions", title_sw=title, title_en=title)
    shot(tatu, "planned")
    session.calls(meeting)
    for name in (ANNA, JOSEPH, MWAJUMA):
        page = session[name]
        page.goto("/mimi/vikao/")
        page.locator(f"a[href*='{meeting}']").click()
        press(page, "got")
        expect(page.locator(".saved").first).to_be_visible()
    page = session[JOSEPH]
    fold = page.locator("li:has-text('Soko jipya Sekei') details")
    fold.locator("summary").click()
    fold.locator("[name=nature]").fill("Nina kibanda katika eneo hilo")
    fold.locator("button").click()
    shot(page, "member-before")
    tatu.goto(f"/ofisi/mabaraza/mkutano/{meeting}/")
    expect(tatu.locator("main")).to_contain_text("3 kati ya 10 wamepata")
    tatu.goto(f"/ofisi/mabaraza/mkutano/{meeting}/wito/")
    for name in (ANNA, JOSEPH, MWAJUMA):
        expect(tatu.locator(f"li:has-text('{name}')").first).to_contain_text("Amethibitisha mwenyewe")
    shot(tatu, "served")
    return meeting


def during(session: Session, meeting: str) -> None:
    """A motion, an amendment, a vote in two ways that two tellers count until they agree; the gallery sees it live."""
    session.comes_the_day(meeting)
    desk, reader, anna, bad = session[CHAIR], session["reader"], session[ANNA], session[MWAJUMA]
    hall = f"/mimi/vikao/{meeting}/ukumbi/"
    session.opens("Soko jipya Sekei")
    joseph = session[JOSEPH]
    joseph.goto(hall)
    item = joseph.locator("select[name=item] option", has_text="Soko jipya Sekei").get_attribute("value")
    press(joseph, "recuse", item=str(item))
    expect(joseph.locator("main")).to_contain_text("Umetoka kwa mada hii")
    anna.goto(hall)
    press(anna, "move", text=MOTION)
    session[PAULINA].goto(hall)
    press(session[PAULINA], "second")
    session[ELIAS].goto(hall)
    press(session[ELIAS], "amend", first="2", last="2", text="Soko liwe na vyoo na maji.")
    fresh(desk)
    expect(desk.locator("main")).to_contain_text("Joseph")
    shot(desk, "desk")
    press(desk, "take")
    vote = session.asks(meeting, "motion", ways=("device", "hands"), tellers=(ELIAS, PAULINA))
    expect(reader.locator("[data-said=vote]")).to_contain_text("soko jipya", timeout=20_000)
    session.votes(ANNA, meeting, "for")
    session.votes(ELIAS, meeting, "for")
    session.votes(PAULINA, meeting, "against")
    # The line takes the vote there and loses the answer, then it is gone; the page sends until it is told.
    bad.goto(hall)
    expect(bad.locator("[data-link]")).to_contain_text("Umeunganishwa", timeout=20_000)
    session.bad.loses = 1
    bad.locator("[name=choice][value=for]").check()
    bad.locator("form:has([name=choice]) button").click()
    session.bad.away(cut=True)
    expect(bad.locator("[data-link]")).to_contain_text("Bado halijafika", timeout=20_000)
    session.bad.away(cut=False)
    expect(bad.locator(".saying")).to_be_visible(timeout=60_000)
    shot(bad, "behind-a-bad-line")
    joseph.goto(hall)
    assert not joseph.locator("[name=choice]").count()
    shot(joseph, "out")
    for counts in (((3, 1, 0), (2, 2, 0)), ((2, 1, 1), (2, 1, 1))):
        for name, counted in zip((ELIAS, PAULINA), counts, strict=True):
            page = session[name]
            page.goto(f"/mimi/vikao/{meeting}/hesabu/")
            for choice, n in zip(("for", "against", "abstain"), counted, strict=True):
                page.fill(f"[name={choice}]", str(n))
            press(page, "count")
        expect(page.locator("main")).to_contain_text(
            "zimetofautiana" if counts[0] != counts[1] else "Wahesabu wawili wamekubaliana"
        )
    shot(session[ELIAS], "teller")
    desk.goto(f"/mimi/vikao/{meeting}/meza/")
    press(desk, "end_vote")
    press_sure(desk)
    expect(desk.locator("main")).to_contain_text("Imepita")
    expect(reader.locator("[data-said=last]")).to_contain_text("ndiyo 5, hapana 2", timeout=20_000)
    kept = rows(lambda: sorted(Ballot.objects.filter(vote=vote).values_list("member__name", "choice")))
    assert [(name.split()[1], choice) for name, choice in kept] == [
        (ANNA, "for"), (ELIAS, "for"), (MWAJUMA, "for"), (PAULINA, "against"),
    ]  # fmt: skip
    session.ends_item("decided")
    # The gallery hears nothing of what is closed.
    press(desk, "close", reason="Jambo la mtumishi")
    press_sure(desk)
    expect(reader.locator("[data-shown=closed]")).to_be_visible(timeout=20_000)
    shot(reader, "gallery-closed")
    fresh(desk)
    press(desk, "reopen")
    expect(reader.locator("[data-shown=closed]")).to_be_hidden(timeout=20_000)
    session.ends_meeting()
    fresh(reader)
    reader.locator("a[href*='/kura/']").first.click()
    for name in (ANNA, ELIAS, MWAJUMA, PAULINA):
        expect(reader.locator("main")).to_contain_text(name)
    shot(reader, "who-voted-how")


def after(session: Session, meeting: str) -> None:
    """The minutes are there by themselves; a correction is asked for and taken; the decision gets an owner."""
    tatu, anna = session["Tatu"], session[ANNA]
    rows(jobs.sweep)
    tatu.goto(f"/ofisi/mabaraza/mkutano/{meeting}/muhtasari/")
    for words in ("Soko liwe na vyoo na maji.", "Joseph"):
        expect(tatu.locator("main")).to_contain_text(words)
    shot(tatu, "minutes-draft")
    press(tatu, "open")
    press_sure(tatu)
    anna.goto(f"/mimi/vikao/{meeting}/muhtasari/")
    anna.locator("a[href*='/aya/']").first.click()
    anna.fill("[name=text]", "Kikao kilifunguliwa na Mheshimiwa Zaituni Mfano kwa sala.")
    anna.fill("[name=why]", "Sala haikuandikwa")
    anna.locator("main form button").last.click()
    fresh(tatu)
    tatu.locator("button[value=accept]").click()
    # The days of the orders pass.
    rows(lambda: Minutes.objects.filter(meeting=meeting).update(closes_at=clock.now() - timedelta(minutes=1)))
    rows(jobs.sweep)
    tatu.goto(f"/ofisi/mabaraza/mkutano/{meeting}/muhtasari/")
    expect(tatu.locator("main")).to_contain_text("kwa sala")
    tatu.goto(f"/ofisi/mabaraza/mkutano/{meeting}/maazimio/")
    juma = tatu.locator("option", has_text="Juma").first.get_attribute("value")
    tatu.select_option("[name=to]", str(juma))
    tatu.fill("[name=due]", (clock.now() + timedelta(days=30)).date().isoformat())
    tatu.get_by_role("button", name="Kabidhi").click()
    expect(tatu.locator("main")).to_contain_text("Mtekelezaji amejulishwa")
    shot(tatu, "decisions")
    juma_page = session["Juma"]
    juma_page.goto("/ofisi/mabaraza/maazimio/")
    juma_page.locator("tr", has_text="soko").locator("a").click()
    press(juma_page, "acknowledge")
    expect(juma_page.locator("main")).to_contain_text("Umelipokea azimio")


def the_next_one(session: Session, first: str, second: str) -> None:
    """The agenda fills itself with the minutes and what is not done; the chair breaks a tie; the minutes stand."""
    tatu, juma, neema = session["Tatu"], session["Juma"], session["Neema"]
    press(tatu, "fill")
    expect(tatu.locator("main")).to_contain_text("muhtasari")
    expect(tatu.locator("main")).to_contain_text("Azimio Na.")
    press(tatu, "add", section="motions", title_sw="Ununuzi wa gari", title_en="Buying a car")
    shot(tatu, "second-planned")
    session.calls(second)
    juma.goto("/ofisi/mabaraza/maazimio/")
    juma.locator("tr", has_text="soko").locator("a").click()
    press(juma, "report", text="Mkandarasi amepatikana na kazi imekamilika.")
    duty = juma.url.split("?")[0]
    session.comes_the_day(second)
    desk = session[CHAIR]
    title = str(rows(lambda: Item.objects.get(meeting=second, section="minutes").title["sw"]))
    session.opens(title)
    press(desk, "decide", text="Muhtasari wa kikao kilichopita umethibitishwa.")
    press_sure(desk)
    session.ends_item("decided")
    session.opens("Ununuzi wa gari")
    vote = session.asks(second, "", text="Gari jipya linunuliwe.", ways=("device",))
    for name, choice in ((ANNA, "for"), (JOSEPH, "against"), (MWAJUMA, "for"), (ELIAS, "against")):
        session.votes(name, second, choice)
    fresh(desk)
    press(desk, "end_vote")
    press_sure(desk)
    expect(desk.locator("main")).to_contain_text("Kura zimelingana")
    shot(desk, "tied")
    desk.locator("form:has(input[value=cast]) button[value=against]").click()
    expect(desk.locator("main")).to_contain_text("Imeanguka")
    assert rows(lambda: Ballot.objects.filter(vote=vote).count()) == 4
    session.ends_item("decided")
    session.ends_meeting()

    tatu.goto(f"/ofisi/mabaraza/mkutano/{first}/muhtasari/")
    press(tatu, "confirm")
    press_sure(tatu)
    expect(tatu.locator("main")).to_contain_text("Muhtasari umethibitishwa na kusainiwa")
    shot(tatu, "confirmed")
    reader = session["reader"]
    reader.goto(f"/vikao/muhtasari/{first}/")
    expect(reader.locator("main")).to_contain_text("Soko liwe na vyoo na maji.")
    shot(reader, "minutes-public")
    told = reader.request.get(f"/vikao/muhtasari/{first}/faili/pdf/")
    assert told.status == 200
    assert told.body().startswith(b"%PDF")
    # Who reported does not accept; the head does, and the resolution is done.
    neema.goto(duty)
    press(neema, "accept")
    expect(neema.locator("main")).to_contain_text("Limetekelezwa")
    shot(neema, "done")
    assert rows(lambda: Duty.objects.get(resolution__meeting=first).state) == "accepted"


def without_the_gazette_number(session: Session) -> None:
    """Orders without their number hold nothing: the refusal names it, and no meeting is planned."""
    rows(lambda: Edition.objects.filter(body=session.body).update(
        definition={**Edition.objects.get(body=session.body).definition, "gazette": ""}
    ))  # fmt: skip
    session.wishes(20)
    expect(session["Tatu"].locator("main")).to_contain_text(
        "Kanuni haijawekwa: namba ya tangazo la Serikali la kanuni hizi."
    )
    shot(session["Tatu"], "no-gazette")
    assert rows(lambda: Meeting.objects.filter(body=session.body).count()) == 3
