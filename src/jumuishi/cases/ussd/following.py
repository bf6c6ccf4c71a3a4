"""Following an application: by its number alone the stage and nothing else, as on the web."""

from jumuishi.cases import tracking
from jumuishi.cases.types import CaseError
from jumuishi.cases.ussd.review import by_day
from jumuishi.cases.web import words
from jumuishi.channels.ussd import screens
from jumuishi.kernel.numbers import group, is_number, normalise
from jumuishi.kernel.text import t


@screens.entry(30, "cases.ussd_follow")
class Follow(screens.Place):
    """By the number on the receipt; or, with the PIN, among one's own."""

    name = "cases.follow"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """The number, or one's own applications."""
        own = screens.Choice("mine", t("cases.ussd_mine", visit.lang))
        return screens.Screen(t("cases.ussd_follow_ask", visit.lang), (own,), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """What is found of the number."""
        if isinstance(said, screens.Picked):
            return screens.Go("cases.mine")
        reference = normalise(said.text or "")
        return (
            screens.Go(Tracked.name, {"n": reference})
            if is_number(reference)
            else screens.Stay(t("cases.not_a_number", visit.lang))
        )


@screens.place
class Tracked(screens.Place):
    """What anybody with the number may know: the service, where it stands, by when; each look counts as a try."""

    name = "cases.tracked"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """Wrong and absent look alike."""
        lang = visit.lang
        try:
            case = tracking.by_number(str(args["n"]), "", f"ussd {visit.phone}")
        except CaseError as error:
            return screens.Back(t(error.code, lang))
        due = "" if case.outcome else by_day(case, lang)
        lines = [case.service_name[lang], group(case.reference), words.headline(case, lang), due]
        return screens.Screen("\n".join(filter(None, lines)))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """Nothing is asked here."""
        return screens.Stay()
