"""How what was found is told: in both languages, once for each expression."""

from collections.abc import Collection
from dataclasses import dataclass, field

from jumuishi.definitions.findings import Tale
from jumuishi.definitions.model import Expression, Package, Position
from jumuishi.definitions.read.reading import Reading
from jumuishi.definitions.solve.reasons import Reason
from jumuishi.kernel.text import LANGUAGES, t

Spot = tuple[int, int]


def spot(expression: Expression) -> Spot:
    """Where an expression stands: two of the same words are not the same expression."""
    return expression.line, expression.column


@dataclass
class Teller:
    """Notes what was found, in both languages, once for each expression."""

    package: Package
    reading: Reading
    is_partial: bool = False
    """Some expressions are at fault otherwise: what cannot be decided because of that is no matter."""
    told: set[Spot] = field(default_factory=set)
    undecided: set[Spot] = field(default_factory=set)

    def at(self, expression: Expression) -> Position:
        """Where an expression stands in the file."""
        return Position("service.yaml", expression.line, expression.column)

    def note(self, code: str, at: Position, tale: Tale | None = None, **values: object) -> None:
        """A finding, in the words of its code."""
        words = {lang: t(f"definitions.check_{code.lower()}", lang, **values) for lang in LANGUAGES}
        story = tale.words["en"] if tale is not None else None
        self.reading.findings.add(code, at, words["en"], story, words=words, tale=tale)

    def doubt(self, code: str, about: Expression) -> None:
        """A warning that something could not be decided, once for each expression."""
        if self.is_partial or spot(about) in self.undecided | self.told:
            return
        self.undecided.add(spot(about))
        words = {lang: t("definitions.check_undecided", lang, source=about.source) for lang in LANGUAGES}
        self.reading.findings.add(f"W{code[1:]}", self.at(about), words["en"], words=words)

    def core(self, reasons: Collection[Reason]) -> dict[str, str]:
        """The conditions that exclude each other, in words by language."""
        return {lang: "; ".join(dict.fromkeys(_reason(one, lang) for one in reasons)) for lang in LANGUAGES}

    def note_never(
        self, code: str, at: Position, name: str, reasons: Collection[Reason], words: str = "", **values: object
    ) -> None:
        """A finding that something is so for no answers; `words` where the code has more than one sentence."""
        core = self.core(reasons)
        said = {
            lang: t(f"definitions.check_{words or code.lower()}", lang, name=name, core=core[lang], **values)
            for lang in LANGUAGES
        }
        self.reading.findings.add(code, at, said["en"], words=said)


def _reason(one: Reason, lang: str) -> str:
    if one.expression is not None:
        return t("definitions.reason_expression", lang, name=one.name, source=one.expression.source)
    kind = one.kind if one.kind in ("required", "asked", "otherwise") else "type"
    return t(f"definitions.reason_{kind}", lang, name=one.name)


def title_of(code: str) -> dict[str, str]:
    return {lang: f"{code}: " + t("definitions.tale_title", lang) for lang in LANGUAGES}


def ends_of(code: str, **values: object) -> dict[str, str]:
    return {lang: t(f"definitions.tale_ends_{code}", lang, **values) for lang in LANGUAGES}
