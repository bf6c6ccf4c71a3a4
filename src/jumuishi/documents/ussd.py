"""Checking a document on an old phone: its digits and a word that the holder's name holds, as on the page."""

from jumuishi.channels.ussd import screens
from jumuishi.documents import public
from jumuishi.documents.types import Checked, TooOftenError
from jumuishi.kernel.numbers import group, is_number, normalise
from jumuishi.kernel.text import t


@screens.entry(40, "documents.ussd_check")
class Number(screens.Place):
    """The digits that are printed on it."""

    name = "documents.number"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """Sixteen digits."""
        return screens.Screen(t("documents.ussd_number", visit.lang), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """A slip of the finger is told from a number that is nobody's."""
        typed = "" if isinstance(said, screens.Picked) else said.text or ""
        if not is_number(typed):
            return screens.Stay(t("documents.need_number", visit.lang))
        return screens.Go(Detail.name, {"n": normalise(typed)})


@screens.place
class Detail(screens.Place):
    """Something that only who has the document in hand knows: nobody reads names off numbers."""

    name = "documents.detail"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """A name of the holder."""
        return screens.Screen(t("documents.ussd_detail", visit.lang), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """To what is known of it."""
        typed = "" if isinstance(said, screens.Picked) else said.text or ""
        return screens.Go(Found.name, {"n": args["n"], "d": typed[:80]}, instead=True)


@screens.place
class Found(screens.Place):
    """Whether it stands: the word first."""

    name = "documents.found"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """Wrong and absent look alike; each look counts as a try."""
        lang = visit.lang
        try:
            found = public.check_by_number(number=str(args["n"]), detail=str(args["d"]))
        except TooOftenError:
            return screens.BackTo(said=t("documents.too_often", lang))
        if found is None:
            return screens.Back(t("documents.ussd_not_found", lang))
        return screens.Screen(
            "\n".join(_lines(found, lang)), (screens.Choice("again", t("documents.ussd_again", lang)),)
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """Another one."""
        return screens.BackTo(Number.name)


def _lines(found: Checked, lang: str) -> list[str]:
    """No more than is printed on it."""
    word = t(f"documents.result_{found.state.value}", lang)
    title = found.title.get(lang) or next(iter(found.title.values()), "")
    lines = [f"{word}: {title}", group(found.number), found.holder, found.issuer.get(lang, "")]
    if found.valid_until is not None:
        lines.append(f"{t('documents.until', lang)}: {public.day(found.valid_until, lang)}")
    return [line for line in lines if line]
