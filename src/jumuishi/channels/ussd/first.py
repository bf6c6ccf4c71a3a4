"""The first screen, made of what the rooms bring; and the question to whoever was cut off."""

from jumuishi.channels.ussd.engine import FIRST
from jumuishi.channels.ussd.screens import (
    REGISTRY,
    Args,
    Back,
    BackTo,
    Choice,
    Go,
    Move,
    Picked,
    Place,
    Said,
    Screen,
    Stay,
    Visit,
    place,
)
from jumuishi.kernel.text import t

RESUME = "channels.resume"


@place
class First(Place):
    """The menu, with the other language at its end."""

    name = FIRST

    def show(self, visit: Visit, args: Args) -> Screen:  # noqa: ARG002  # the shape of every place
        """The rooms' entries in order."""
        entries = (one for one in REGISTRY.entries if one.wanted is None or one.wanted(visit))
        lines = tuple(Choice(one.place, t(one.key, visit.lang)) for one in entries)
        other = Choice("", "English" if visit.lang == "sw" else "Kiswahili")
        return Screen(t("channels.ussd_title", visit.lang), (*lines, other))

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """To the place, or to the same menu in the other language."""
        if isinstance(said, Picked) and said.key:
            return Go(said.key)
        visit.lang = "en" if visit.lang == "sw" else "sw"
        return Stay()


@place
class Resume(Place):
    """Asked when a new session finds one that was cut off: it stands on top of where that one was."""

    name = RESUME

    def show(self, visit: Visit, args: Args) -> Screen:  # noqa: ARG002
        """Go on, or begin at the menu."""
        ways = (("go", "channels.ussd_go_on"), ("menu", "channels.ussd_menu"))
        lines = tuple(Choice(key, t(text, visit.lang)) for key, text in ways)
        return Screen(t("channels.ussd_cut_off", visit.lang), lines)

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """Back to where it was; the place itself asks who it is, where that matters."""
        return Back() if said == Picked("go") else BackTo()
