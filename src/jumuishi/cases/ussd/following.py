"""Following an application: by its number alone the stage and nothing else, as on the web."""

from jumuishi.cases import tracking
from jumuishi.cases.types import CaseError
from jumuishi.cases.ussd.review import by_day
from jumuishi.cases.web import words
from jumuishi.channels.ussd.screens import (
    Args,
    Back,
    Choice,
    Go,
    Move,
    Picked,
    Place,
    Said,
    Screen,
    Stay,
    Visit,
    entry,
    place,
)
from jumuishi.kernel.numbers import group, is_number, normalise
from jumuishi.kernel.text import t


@entry(30, "cases.ussd_follow")
class Follow(Place):
    """By the number on the receipt; or, with the PIN, among one's own."""

    name = "cases.follow"

    def show(self, visit: Visit, args: Args) -> Screen:  # noqa: ARG002
        """The number, or one's own applications."""
        own = Choice("mine", t("cases.ussd_mine", visit.lang))
        return Screen(t("cases.ussd_follow_ask", visit.lang), (own,), asks=True)

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """What is found of the number."""
        if isinstance(said, Picked):
            return Go("cases.mine")
        reference = normalise(said.text or "")
        return Go(Tracked.name, {"n": reference}) if is_number(reference) else Stay(t("cases.not_a_number", visit.lang))


@place
class Tracked(Place):
    """What anybody with the number may know: the service, where it stands, by when; each look counts as a try."""

    name = "cases.tracked"

    def show(self, visit: Visit, args: Args) -> Screen | Move:
        """Wrong and absent look alike."""
        lang = visit.lang
        try:
            case = tracking.by_number(str(args["n"]), "", f"ussd {visit.phone}")
        except CaseError as error:
            return Back(t(error.code, lang))
        due = "" if case.outcome else by_day(case, lang)
        lines = [case.service_name[lang], group(case.reference), words.headline(case, lang), due]
        return Screen("\n".join(filter(None, lines)))

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """Nothing is asked here."""
        return Stay()
