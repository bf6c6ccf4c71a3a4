"""What changed from one edition of a service to another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields as parts_of
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from jumuishi.definitions.compare.changes import AREAS, Change
from jumuishi.definitions.compare.values import NOTHING, template_lines, value_words
from jumuishi.definitions.model import Choice, Field, Package, Text
from jumuishi.kernel.text import LANGUAGES, t

# Where a change of a part is told, by the part and the key; what is not named here is told under the thing's own area.
_TOLD_UNDER = {
    "label": "texts", "hint": "texts", "constraint_message": "texts", "name": "texts", "title": "texts", "sms": "texts",
    "about": "texts", "constraint": "constraints", "due": "clocks", "expires": "clocks", "appeal": "clocks",
}  # fmt: skip
_OWN_TABLES = ("choices", "fields", "actions", "reviews", "claims", "positions", "templates")


def compare(old: Package, new: Package) -> tuple[Change, ...]:
    """Every difference in meaning or words, by area and then in the order of the newer edition; empty for none."""
    # What reads alike on both sides (an id that nobody sees) is told to have changed, and no more.
    found = [
        replace(one, before=None, after=None) if one.before == one.after else one for one in _Comparison(old, new).all()
    ]
    return tuple(sorted(found, key=lambda one: AREAS.index(one.area)))


class _Comparison:
    def __init__(self, old: Package, new: Package) -> None:
        self.old, self.new = old, new

    def all(self) -> Iterator[Change]:
        """The whole of both packages."""
        old, new = self.old, self.new
        whole = self._both("service", new.name)
        for key in ("name", "about", "offered_by", "applicants", "doors", "languages", "withdraw", "service", "format"):
            yield from self._part("service", (key,), whole, key, getattr(old, key), getattr(new, key))
        for key in ("promise", "retention"):
            yield from self._part("clocks", (key,), whole, key, getattr(old, key), getattr(new, key))
        yield from self._pages()
        for key, area, thing in (
            ("settings", "settings", "setting"), ("fees", "fees", "fee"), ("roles", "roles", "role"),
            ("documents", "documents", "document"), ("basis", "basis", "basis"),
        ):  # fmt: skip
            yield from self._table(area, (key,), thing, getattr(old, key), getattr(new, key))
        yield from self._stages()
        yield from self._templates()

    def _pages(self) -> Iterator[Change]:
        old = {one.page: one for one in self.old.pages}
        new = {one.page: one for one in self.new.pages}
        yield from self._table("pages", ("pages",), "page", old, new, leave=("fields",))
        where = [{one.name: (page, one) for page in every.values() for one in page.fields} for every in (old, new)]
        moved = [key for key in where[0] if key in where[1] and where[0][key][0].page != where[1][key][0].page]
        for key in moved:
            (left, _), (right, field) = where[0][key], where[1][key]
            thing = self._both("field", field.label, key)
            yield Change("fields", "changed", ("pages", key), thing, _words("aspect_page"),
                         _text(left.title), _text(right.title))  # fmt: skip
        yield from self._fields(("pages",), [{k: f for k, (_, f) in one.items()} for one in where], "field")
        for key in new:
            if key in old:
                asked = [[one.name for one in every[key].fields] for every in (old, new)]
                yield from self._order("fields", ("pages", key), self._both("page", new[key].title), *asked)

    def _fields(self, path: tuple[str, ...], both: list[dict[str, Field]], thing: str) -> Iterator[Change]:
        # The order of a page's questions is the page's own.
        yield from self._table("fields", path, thing, both[0], both[1], is_ordered=path != ("pages",))
        for key, field in both[1].items():
            before = both[0].get(key)
            if before is None:
                continue
            at, said = (*path, key), self._both(thing, field.label, key)
            yield from self._table("choices", (*at, "choices"), "choice", before.choices, field.choices, of=said)
            inner = [{one.name: one for one in every.fields} for every in (before, field)]
            yield from self._fields((*at, "fields"), inner, "field")

    def _stages(self) -> Iterator[Change]:
        old, new = self.old.stages, self.new.stages
        yield from self._table("stages", ("stages",), "stage", old, new)
        if next(iter(old), "") != next(iter(new), "") and next(iter(new), "") in old:
            yield Change("stages", "changed", ("stages",), self._both("service", self.new.name),
                         _words("aspect_first_stage"), _text(old[self.old.first_stage].name),
                         _text(new[self.new.first_stage].name))  # fmt: skip
        for key, stage in new.items():
            before = old.get(key)
            if before is None or before.kind != stage.kind:
                continue
            said = self._both("stage", stage.name)
            for part, area, thing in (("actions", "actions", "action"), ("reviews", "stages", "review")):
                left, right = getattr(before, part, {}), getattr(stage, part, {})
                yield from self._table(area, ("stages", key, part), thing, left, right, of=said)
            entries = [tuple(getattr(every, "fields", ())) for every in (before, stage)]
            own = [{one.name: one for one in every if isinstance(one, Field)} for every in entries]
            asked_of = "officer_field" if stage.kind == "task" else "field"
            yield from self._fields(("stages", key, "fields"), own, asked_of)
            named = [tuple(one for one in every if isinstance(one, str)) for every in entries]
            yield from self._part("stages", ("stages", key), said, "may_change", *named)

    def _templates(self) -> Iterator[Change]:
        old, new = self.old.templates, self.new.templates
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) == new.get(name):
                continue
            left, right = template_lines(old.get(name, "")), template_lines(new.get(name, ""))
            gone, come = [], []
            for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
                if tag != "equal":
                    gone += left[a:b]
                    come += right[c:d]
            before, after = (Text(dict.fromkeys(LANGUAGES, " / ".join(one) or "–")) for one in (gone, come))
            thing = Text({lang: t("definitions.thing_template", lang, name=name) for lang in LANGUAGES})
            yield Change("documents", "changed", ("templates", name), thing, _words("aspect_wording"), before, after)

    def _table(
        self, area: str, path: tuple[str, ...], thing: str, old: Mapping[str, Any], new: Mapping[str, Any], *,
        of: Text | None = None, leave: tuple[str, ...] = (), is_ordered: bool = True,
    ) -> Iterator[Change]:  # fmt: skip
        """What came, went and changed in a table of things."""
        for key, one in new.items():
            if key not in old:
                yield Change(area, "added", (*path, key), self._thing(thing, key, one, self.new, of))
        for key, one in old.items():
            if key not in new:
                yield Change(area, "removed", (*path, key), self._thing(thing, key, one, self.old, of))
        for key, one in new.items():
            if key in old and old[key] != one:
                said = self._thing(thing, key, one, self.new, of)
                yield from self._parts(area, (*path, key), said, old[key], one, leave)
        if is_ordered:
            yield from self._order(area, path, of or self._both("service", self.new.name), list(old), list(new))

    def _parts(
        self, area: str, path: tuple[str, ...], thing: Text, old: Any, new: Any, leave: tuple[str, ...]
    ) -> Iterator[Change]:
        if type(old) is not type(new):
            yield from self._part(area, path, thing, "kind", old.kind, new.kind)
            return
        for part in parts_of(new):
            if part.name in leave or (part.name in _OWN_TABLES and not isinstance(new, Choice)):
                if part.name == "claims":
                    yield from self._part(area, path, thing, "claims", old.claims, new.claims)
                continue
            yield from self._part(area, path, thing, part.name, getattr(old, part.name), getattr(new, part.name))

    def _part(self, area: str, path: tuple[str, ...], thing: Text, key: str, old: Any, new: Any) -> Iterator[Change]:
        if old == new:
            return
        sides = ((old, self.old), (new, self.new))
        said = [Text({lang: value_words(key, one, package, lang) for lang in LANGUAGES}) for one, package in sides]
        if isinstance(old, Text) and isinstance(new, Text):
            said = _in_the_language_that_changed(old, new)
        told = area if area == "basis" else _TOLD_UNDER.get(key, area)
        aspect = _words(f"aspect_{key}")
        yield Change(told, "changed", path if path[-1] == key else (*path, key), thing, aspect, said[0], said[1])

    def _order(self, area: str, path: tuple[str, ...], thing: Text, old: list[str], new: list[str]) -> Iterator[Change]:
        """That what was there before and still is stands in another order."""
        left, right = [one for one in old if one in new], [one for one in new if one in old]
        if left != right:
            yield Change(area, "changed", (*path, "order"), thing, _words("aspect_order"))

    def _both(self, thing: str, label: Text | None, key: str = "") -> Text:
        return Text({
            lang: t(f"definitions.thing_{thing}", lang, name=label.in_language(lang) if label else key)
            for lang in LANGUAGES
        })  # fmt: skip

    def _thing(self, thing: str, key: str, one: Any, package: Package, of: Text | None) -> Text:
        own = self._both(thing, _NAMES[thing](one, package) if thing in _NAMES else one.label, key)
        if of is None:
            return own
        return Text({lang: t("definitions.thing_of", lang, thing=own[lang], whole=of[lang]) for lang in LANGUAGES})


_NAMES: dict[str, Callable[[Any, Package], Text | None]] = {
    "page": lambda one, _: one.title,
    "role": lambda one, _: one.name,
    "stage": lambda one, _: one.name,
    "document": lambda one, _: one.title,
    "basis": lambda one, _: one.cite,
    "review": lambda one, package: one.name or (package.roles[one.role].name if one.role in package.roles else None),
}


def _in_the_language_that_changed(old: Text, new: Text) -> list[Text]:
    """A reader whose own words are the same as before is shown those that are not."""
    odd = next((one for one in (*new, *old) if old.get(one) != new.get(one)), "")
    pairs: dict[str, tuple[str, str]] = {}
    for lang in LANGUAGES:
        own = (old.in_language(lang), new.in_language(lang))
        pairs[lang] = own if own[0] != own[1] else (old.get(odd, NOTHING), new.get(odd, NOTHING))
    return [Text({lang: pair[n] for lang, pair in pairs.items()}) for n in (0, 1)]


def _words(key: str) -> Text:
    return Text({lang: t(f"definitions.{key}", lang) for lang in LANGUAGES})


def _text(text: Text | None) -> Text:
    return Text({lang: text.in_language(lang) if text else NOTHING for lang in LANGUAGES})
