"""The way to an application: which service, of whom, and what to know before it begins."""

from uuid import UUID

from django.conf import settings

from jumuishi.cases import queries
from jumuishi.cases.actions import drafts
from jumuishi.cases.moving.drafts import standing
from jumuishi.cases.types import DraftError
from jumuishi.cases.ussd import asking
from jumuishi.channels.ussd import screens
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import fold, t, texts
from jumuishi.services import public as services

MOST_DRAFTS = 20


@screens.entry(10, "cases.ussd_apply")
class Services(screens.Place):
    """What is published for this door, by name; a long list is searched."""

    name = "cases.services"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """The services, or those that hold the words typed."""
        found = services.offered_by_door(asking.DOOR, str(args.get("q", "")))
        if not found:
            if args.get("q"):
                return screens.Stay(t("cases.ussd_none_found", visit.lang), {})
            return screens.BackTo(said=t("cases.ussd_no_service", visit.lang))
        rows = sorted((name[visit.lang], service) for service, name in found)
        head = t("cases.ussd_which_service", visit.lang)
        return screens.Screen(head, tuple(screens.Choice(service, name) for name, service in rows), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """On to who offers it."""
        return (
            screens.Go(Homes.name, {"s": said.key})
            if isinstance(said, screens.Picked)
            else screens.Stay(args={"q": (said.text or "")[:40]})
        )


@screens.place
class Homes(screens.Place):
    """Who offers the service; where it is one, straight on."""

    name = "cases.homes"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """Institutions by name, or those that hold the words typed."""
        found = services.homes_by_door(str(args["s"]), asking.DOOR)
        words = fold(str(args.get("q", "")))
        names = {one.id: one.name[visit.lang] for one in institutions.institutions(found).values()}
        if len(names) == 1 and not words:
            return screens.Go(About.name, {"o": str(found[next(iter(names))])})
        rows = sorted((name, str(found[home])) for home, name in names.items() if words in fold(name))
        if not rows:
            return (
                screens.Stay(t("cases.ussd_none_found", visit.lang), {"s": args["s"]})
                if words
                else screens.BackTo(Services.name)
            )
        return screens.Screen(
            t("cases.ussd_which_home", visit.lang), tuple(screens.Choice(key, name) for name, key in rows), asks=True
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """On to what is said of it."""
        if isinstance(said, screens.Picked):
            return screens.Go(About.name, {"o": said.key})
        return screens.Stay(args={"s": args["s"], "q": (said.text or "")[:40]})


@screens.place
class About(screens.Place):
    """Before one begins: the promise, the fee, that it can be gone on with."""

    name = "cases.about"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """What the person ought to know."""
        lang, offering = visit.lang, services.offering(UUID(str(args["o"])))
        if offering is None or not offering.is_open:
            return screens.BackTo(Services.name, t("cases.not_offered", lang))
        package = services.definition(offering.edition_hash).package
        fee = services.fee_words(package, offering.settings, settings.CURRENCY, lang) or t("cases.ussd_free", lang)
        lines = [
            offering.name[lang],
            t("cases.ussd_promise", lang, span=services.promise_words(package, offering.settings, lang)),
            t("cases.ussd_fee", lang, fee=fee),
        ]
        return screens.Screen(
            "\n".join(lines), (screens.Choice("go", t("cases.ussd_begin", lang)),), hint=t("cases.ussd_cut", lang)
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """Begin; what was begun and not answered yet is gone on with."""
        actor = identity.on_phone(visit)
        try:
            draft_id = drafts.begin_draft(
                actor=actor, offering_id=UUID(str(args["o"])), door=asking.DOOR, language=visit.lang
            )
        except DraftError as error:
            return screens.BackTo(Services.name, t(error.code, visit.lang))
        visit.marks.add(asking.mark(draft_id))
        on = asking.sheet(visit, str(draft_id))
        return asking.gone(visit) if on is None else asking.ask(draft_id, asking.first_open(on))


@screens.entry(20, "cases.ussd_go_on")
class Drafts(screens.Place):
    """What was begun and not submitted, here or on the web."""

    name = "cases.drafts"

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:  # noqa: ARG002
        """It is the person's."""
        return "pin"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:  # noqa: ARG002
        """The newest first."""
        person = identity.known_on_phone(visit)
        rows = list(queries.my_drafts(person.person_id)[:MOST_DRAFTS]) if person.person_id else []
        if not rows:
            return screens.BackTo(said=t("cases.ussd_no_draft", visit.lang))
        offered = services.offerings({one.offering_id for one in rows})
        lines = [
            screens.Choice(
                str(one.id), f"{offered[one.offering_id].name[visit.lang]}, {_saved(one.saved_at, visit.lang)}"
            )
            for one in rows
            if one.offering_id in offered
        ]
        return screens.Screen(t("cases.ussd_which_draft", visit.lang), tuple(lines))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """To the first question that is open."""
        on = asking.sheet(visit, said.key) if isinstance(said, screens.Picked) else None
        if on is None:
            return asking.gone(visit)
        stands = standing(on.draft, on.offering)
        if stands.is_withdrawn:
            return screens.Stay(t("cases.ussd_edition", visit.lang))
        return asking.ask(on.draft.id, asking.first_open(on))


def _saved(at: object, lang: str) -> str:
    return say_instant(at, lang, settings.TIME_ZONE).split(", ", 1)[1]  # type: ignore[arg-type]  # a draft's time


def said_of(error: DraftError, lang: str) -> str:
    """The words of a refusal."""
    return t(error.code if error.code in texts() else "cases.refused", lang)
