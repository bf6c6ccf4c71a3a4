"""One difference between two editions, in both languages."""

from dataclasses import dataclass
from typing import Any, Literal

from jumuishi.definitions.model import Text
from jumuishi.kernel.text import t

AREAS = (
    "service", "pages", "fields", "choices", "constraints", "fees", "settings", "roles", "stages", "actions", "clocks",
    "documents", "basis", "texts",
)  # fmt: skip
"""What an edition's parts are called, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was added, removed or changed. `thing` is what it is about ("question “Years”"); `aspect` is what of it.

    `path`: the keys of the thing in service.yaml, aspect included. Texts are {sw:, en:}; `before` and `after` are None
    where the thing itself is new or gone, and where there is nothing to show.
    """

    area: str
    kind: Literal["added", "removed", "changed"]
    path: tuple[str, ...]
    thing: Text
    aspect: Text | None = None
    before: Text | None = None
    after: Text | None = None

    def sentence(self, lang: str) -> str:
        """The whole of it in one sentence."""
        thing = self.thing[lang]
        if self.kind != "changed":
            said = self.after or self.before
            return t(f"definitions.diff_{self.kind}", lang, thing=f"{thing}: {said[lang]}" if said else thing)
        about = f"{thing}, {self.aspect[lang]}" if self.aspect else thing
        if self.before is None or self.after is None:
            return t("definitions.diff_changed", lang, thing=about)
        before, after = (one[lang].removesuffix(".") for one in (self.before, self.after))
        return t("definitions.diff_from_to", lang, thing=about, before=before, after=after)

    def as_data(self) -> dict[str, Any]:
        """The change as programs read it."""
        shown = {"thing": self.thing, "aspect": self.aspect, "before": self.before, "after": self.after}
        texts = {name: dict(one) for name, one in shown.items() if one is not None}
        return {"area": self.area, "kind": self.kind, "path": list(self.path), **texts}


def area_name(area: str, lang: str) -> str:
    """The heading that changes of an area stand under."""
    return t(f"definitions.area_{area}", lang)
