"""The places where questions stand: any question, a place of the country by steps or by its name."""

from typing import Any

from jumuishi.cases.ussd import asking
from jumuishi.channels.ussd import screens
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import PlaceRef
from jumuishi.kernel.text import fold, t

FOUND = 30
LEVELS = ("region", "district", "ward", "village")


@screens.place
class Ask(screens.Place):
    """One question of a draft: `d` the draft, `f` the field, `c` what is chosen of several, `m` while one is mended."""

    name = asking.ASK
    goes_on = True

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:
        """Begun in this session, or the PIN."""
        return asking.needs(visit, args["d"])

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """The question; a place is asked by steps. What is asked no more leads to what is."""
        on = asking.sheet(visit, str(args["d"]))
        if on is None:
            return asking.gone(visit)
        asked = [one for _, one in asking.questions(on.form)]
        one = next((one for one in asked if one.name == args["f"]), None)
        if one is None:
            return asking.ask(args["d"], asking.first_open(on))
        if one.type == "place":
            return screens.Go(asking.WHERE, {**args, "l": one.level or "ward"})
        at = asking.counter(on.form, one)
        return asking.screen(visit, on.form, one, at=at, chosen=tuple(args.get("c", ())))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Kept at once; of several choices, once the person goes on."""
        on = asking.sheet(visit, str(args["d"]))
        one = next((one for _, one in asking.questions(on.form) if one.name == args["f"]), None) if on else None
        if on is None or one is None:
            return asking.gone(visit)
        if one.type == "note":
            return asking.ask(args["d"], asking.after(on.form, one.name))
        raw: Any
        if isinstance(said, screens.Picked):
            raw = said.key
        elif one.type in asking.PICKED:
            raw = asking.meant(on.form, one, said.text or "", visit.lang)
            if raw is None:
                return screens.Stay(t("channels.ussd_number", visit.lang))
        else:
            raw = asking.typed_as(one, said.text or "")
        if one.type == "select_multiple":
            chosen = list(args.get("c", ()))
            if raw != asking.GO_ON:
                return screens.Stay(
                    args={**args, "c": [key for key in chosen if key != raw] or [] if raw in chosen else [*chosen, raw]}
                )
            raw = chosen
        return asking.answer(visit, str(args["d"]), one.name, raw, changing=bool(args.get("m")))


@screens.place
class Where(screens.Place):
    """A place of level `l`: region, then district, then ward (`r`, `k`, `w` by name), or what holds the words `q`."""

    name = asking.WHERE
    goes_on = True

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:
        """As the question it answers."""
        return asking.needs(visit, args["d"])

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """The next step; a step with one way only is not asked."""
        on = asking.sheet(visit, str(args["d"]))
        one = next((one for _, one in asking.questions(on.form) if one.name == args["f"]), None) if on else None
        if on is None or one is None:
            return asking.gone(visit)
        head, at = one.label.in_language(visit.lang) if one.label else one.name, asking.counter(on.form, one)
        skip = () if one.required else (screens.Choice(asking.GO_ON, t("cases.ussd_skip", visit.lang)),)
        if args.get("q"):
            found = institutions.search_places(str(args["q"]), str(args["l"]), limit=FOUND)
            rows = tuple(screens.Choice(place.code, _around(place)) for place in found)
            return screens.Screen(head, (*rows, *skip), asks=True, at=at)
        level, step = _step(args), self._rows(args)
        if len(step) == 1 and level != args["l"]:
            return screens.Go(self.name, _down(args, level, step[0].name))
        rows = tuple(screens.Choice(place.code, place.name) for place in step)
        return screens.Screen(head, (*rows, *skip), asks=True, at=at, hint=t(f"cases.ussd_where_{level}", visit.lang))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """A step down, or the place itself; words are searched for."""
        if not isinstance(said, screens.Picked):
            return self._searched(visit, args, (said.text or "")[:40])
        level = _step(args)
        if said.key == asking.GO_ON or args.get("q") or level == args["l"]:
            return asking.answer(visit, str(args["d"]), str(args["f"]), said.key, changing=bool(args.get("m")))
        chosen = next((one for one in self._rows(args) if one.code == said.key), None)
        return screens.Stay() if chosen is None else screens.Go(self.name, _down(args, level, chosen.name))

    def _searched(self, visit: screens.Visit, args: screens.Args, words: str) -> screens.Move:
        found = institutions.search_places(words, str(args["l"]), limit=FOUND)
        alone = found if len(found) == 1 else [one for one in found if fold(one.name) == fold(words)]
        if len(alone) == 1:
            return asking.answer(visit, str(args["d"]), str(args["f"]), alone[0].code, changing=bool(args.get("m")))
        if not found:
            return screens.Stay(t("cases.ussd_none_found", visit.lang))
        return screens.Go(self.name, {**args, "q": words})

    def _rows(self, args: screens.Args) -> tuple[PlaceRef, ...]:
        around = {"region": args.get("r", ""), "district": args.get("k", ""), "ward": args.get("w", "")}
        return institutions.places_within(_step(args), **around)


_KEYS = {"region": "r", "district": "k", "ward": "w"}


def _step(args: screens.Args) -> str:
    """The level that is asked next."""
    asked = LEVELS[: LEVELS.index(str(args["l"])) + 1]
    return next((level for level in asked if level == args["l"] or not args.get(_KEYS[level])), str(args["l"]))


def _down(args: screens.Args, level: str, name: str) -> dict[str, Any]:
    return {**args, _KEYS[level]: name}


def _around(one: PlaceRef) -> str:
    """A place told from its namesakes."""
    return ", ".join(dict.fromkeys(filter(None, (one.name, one.district, one.region))))
