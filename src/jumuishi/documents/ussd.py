"""Checking a document on an old phone: its digits and a word that the holder's name holds, as on the page."""

from jumuishi.channels.ussd.screens import (
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
    entry,
    place,
)
from jumuishi.documents import public
from jumuishi.documents.types import Checked, TooOftenError
from jumuishi.kernel.numbers import group, is_number, normalise
from jumuishi.kernel.text import t


@entry(40, "documents.ussd_check")
class Number(Place):
    """The digits that are printed on it."""

    name = "documents.number"

    def show(self, visit: Visit, args: Args) -> Screen:  # noqa: ARG002
        """Sixteen digits."""
        return Screen(t("documents.ussd_number", visit.lang), asks=True)

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """A slip of the finger is told from a number that is nobody's."""
        typed = "" if isinstance(said, Picked) else said.text or ""
        if not is_number(typed):
            return Stay(t("documents.need_number", visit.lang))
        return Go(Detail.name, {"n": normalise(typed)})


@place
class Detail(Place):
    """Something that only who has the document in hand knows: nobody reads names off numbers."""

    name = "documents.detail"

    def show(self, visit: Visit, args: Args) -> Screen:  # noqa: ARG002
        """A name of the holder."""
        return Screen(t("documents.ussd_detail", visit.lang), asks=True)

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """To what is known of it."""
        typed = "" if isinstance(said, Picked) else said.text or ""
        return Go(Found.name, {"n": args["n"], "d": typed[:80]}, instead=True)


@place
class Found(Place):
    """Whether it stands: the word first."""

    name = "documents.found"

    def show(self, visit: Visit, args: Args) -> Screen | Move:
        """Wrong and absent look alike; each look counts as a try."""
        lang = visit.lang
        try:
            found = public.check_by_number(number=str(args["n"]), detail=str(args["d"]))
        except TooOftenError:
            return BackTo(said=t("documents.too_often", lang))
        if found is None:
            return Back(t("documents.ussd_not_found", lang))
        return Screen("\n".join(_lines(found, lang)), (Choice("again", t("documents.ussd_again", lang)),))

    def take(self, visit: Visit, args: Args, said: Said) -> Move:  # noqa: ARG002
        """Another one."""
        return BackTo(Number.name)


def _lines(found: Checked, lang: str) -> list[str]:
    """No more than is printed on it."""
    word = t(f"documents.result_{found.state.value}", lang)
    title = found.title.get(lang) or next(iter(found.title.values()), "")
    lines = [f"{word}: {title}", group(found.number), found.holder, found.issuer.get(lang, "")]
    if found.valid_until is not None:
        lines.append(f"{t('documents.until', lang)}: {public.day(found.valid_until, lang)}")
    return [line for line in lines if line]
