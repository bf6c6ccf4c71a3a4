"""What fits on one screen of an old phone, and how the rest is cut to pages: 160 septets of GSM 7-bit. Pure.

The checker of definitions (J602) and the engine that sends a screen measure by this one module. Limits of operators
were not to be found; 160 is below each that is told of (a guide of developers says 182).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jumuishi.kernel import gsm

MOST = 160
# A page of a list has numbers of one digit, so that 10 to 98 stay free and a long list is quick to read.
ROWS = 9
BACK, HOME, BACK_ZERO, HOME_ZERO, MORE = "0", "00", "00", "000", "99"
_WORDS = {
    "sw": {"back": "Rudi", "home": "Mwanzo", "more": "Zaidi", "skip": "Ruka"},
    "en": {"back": "Back", "home": "Home", "more": "More", "skip": "Skip"},
}
# Longer than any number of a question out of how many.
_AT = "12/34"
_CUT = ".."


@dataclass(frozen=True)
class Page:
    """One screen as it is sent; rows `first` to `last` (not included) of the list are on it."""

    text: str
    first: int = 0
    last: int = 0
    has_more: bool = False


@dataclass(frozen=True)
class Asked:
    """What is to be shown. `at` is "5/8"; `zero`: 0 can be an answer; `skips`: it may be left unanswered by 99.

    `error`, then `hint`, then `at` give way where there is no room; the words of `head` never do.
    """

    head: str
    rows: Sequence[str] = ()
    hint: str = ""
    at: str = ""
    error: str = ""
    zero: bool = False
    skips: bool = False
    is_home: bool = False


def clean(text: str) -> str:
    """The text in signs of GSM-7 alone: accents fall away where they must, a sign of no kin becomes "?"."""
    text = gsm.plain(text)
    if size(text) >= 0:
        return text
    return "".join(_sign(one) for one in text)


def _sign(one: str) -> str:
    if size(one) >= 0:
        return one
    bare = "".join(c for c in unicodedata.normalize("NFKD", one) if not unicodedata.combining(c))
    return bare if bare and size(bare) >= 0 else ("" if unicodedata.combining(one) else "?")


def size(text: str) -> int:
    """Septets of a text; -1 where a sign of it is not among those of GSM-7."""
    found = gsm.measure(text)
    return found.units if found.encoding == "gsm7" else -1


def question(label: str, hint: str = "", *, zero: bool = False, skips: bool = False, lang: str = "sw") -> str:
    """A question at its longest, with the engine's own lines: what J602 measures."""
    return _joined(f"{_AT} {label}", hint, _foot(zero=zero, skips=skips, lang=lang))


def choice(label: str, row: str, lang: str = "sw") -> str:
    """One choice under its question at its longest, likewise."""
    return _joined(f"{_AT} {label}", f"12. {row}", f"{MORE}. {_words(lang)['more']}", _foot(lang=lang))


def _words(lang: str) -> dict[str, str]:
    return _WORDS.get(lang, _WORDS["sw"])


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _foot(*, zero: bool = False, skips: bool = False, full: bool = False, lang: str = "sw") -> str:
    """The ways out. Where 0 can be an answer both are always said; else the way home is, where there is room."""
    words = _words(lang)
    skip = f"{MORE}. {words['skip']}" if skips else ""
    if zero:
        return _joined(skip, f"{BACK_ZERO}. {words['back']} {HOME_ZERO}. {words['home']}")
    return _joined(skip, f"{BACK}. {words['back']}", f"{HOME}. {words['home']}" if full else "")


def _fits(text: str) -> bool:
    return 0 <= size(text) <= MOST


def pages(asked: Asked, lang: str) -> list[Page]:
    """The screens of what is to be shown, each of at most 160 septets; one where there is room."""
    rows = [clean(one) for one in asked.rows]
    numbered = [f"{n}. {row}" for n, row in enumerate(rows, 1)]
    if len(rows) <= ROWS:
        for text in _whole(asked, numbered, lang):
            if _fits(text):
                return [Page(text, 0, len(rows))]
    if not rows and asked.error:
        return [Page(_shortened(asked, lang))]
    return _cut(asked, rows, lang)


def _leads(asked: Asked) -> Iterator[str]:
    """What stands above the list, from all that could be said to what must be."""
    head, hint, error = clean(asked.head), clean(asked.hint), clean(asked.error)
    with_at = f"{asked.at} {head}" if asked.at else head
    yield _joined(error, with_at, hint)
    if hint:
        yield _joined(error, with_at)
    if asked.at:
        yield _joined(error, head)


def _whole(asked: Asked, numbered: list[str], lang: str) -> Iterator[str]:
    feet = [""] if asked.is_home else [_ways(asked, lang, full=True), _ways(asked, lang)]
    leads = list(_leads(asked))
    # The way home is worth less than a hint.
    for lead in leads:
        for foot in dict.fromkeys(feet):
            yield _joined(lead, *numbered, foot)


def _ways(asked: Asked, lang: str, *, full: bool = False) -> str:
    return _foot(zero=asked.zero, skips=asked.skips, full=full, lang=lang)


def _shortened(asked: Asked, lang: str) -> str:
    """A question asked again after a wrong answer: it was read a moment ago, so it may be cut."""
    foot = _ways(asked, lang)
    error = shorten(clean(asked.error), MOST - size(foot) - 2)
    room = MOST - size(_joined(error, foot)) - 1
    return _joined(error, shorten(clean(asked.head), room) if room > 10 else "", foot)


def shorten(text: str, room: int) -> str:
    """The text within so many septets, with two dots where it was cut."""
    if size(text) <= room:
        return text
    while text and size(text) > room - len(_CUT):
        text = text[:-1]
    return text.rstrip() + _CUT if room > len(_CUT) else ""


def _cut(asked: Asked, rows: list[str], lang: str) -> list[Page]:
    """Several screens: the words first where they leave no room for the list, then the list under them."""
    more = f"{MORE}. {_WORDS[lang if lang in _WORDS else 'sw']['more']}"
    foot = _foot(zero=asked.zero, lang=lang) if not asked.is_home else ""
    last_foot = _ways(asked, lang) if not asked.is_home else ""
    spare = MOST - size(_joined("x", more, foot)) + 1
    widest = max((size(row) for row in rows), default=0) + 3
    lead = next((one for one in _leads(asked) if size(one) + 1 + widest <= spare), "")
    found: list[Page] = []
    if not lead:
        *before, end = _pieces(_joined(clean(asked.error), clean(asked.head), clean(asked.hint)), spare)
        found = [Page(_joined(one, more, foot), has_more=True) for one in before]
        if not rows:
            return [*found, *_ending(end, more, foot, last_foot)]
        found.append(Page(_joined(end, more, foot), has_more=True))
    at = 0
    while at < len(rows):
        taken: list[str] = []
        while at + len(taken) < len(rows) and len(taken) < ROWS:
            row = shorten(rows[at + len(taken)], spare - (size(lead) + 1 if lead else 0) - 3)
            line = f"{len(taken) + 1}. {row}"
            if size(_joined(lead, *taken, line)) > spare and taken:
                break
            taken.append(line)
        has_more = at + len(taken) < len(rows)
        way = _joined(more, foot) if has_more else foot
        found.append(Page(_joined(lead, *taken, way), at, at + len(taken), has_more))
        at += len(taken)
    return found


def _ending(end: str, more: str, foot: str, last_foot: str) -> list[Page]:
    """The last words of a long text; a longer foot may take a screen of its own."""
    text = _joined(end, last_foot)
    if _fits(text):
        return [Page(text)]
    half = shorten(end, size(end) // 2 + 2).removesuffix(_CUT)
    return [Page(_joined(half, more, foot), has_more=True), Page(_joined(end[len(half) :].strip(), last_foot))]


def _pieces(text: str, room: int) -> list[str]:
    """A long text in pieces of at most so many septets, between words where there are any."""
    found, now = [], ""
    for word in text.replace("\n", "\n ").split(" "):
        glued = now + ("" if not now or now.endswith("\n") else " ") + word
        if size(glued.rstrip("\n")) <= room:
            now = glued
            continue
        if now.strip():
            found.append(now.strip("\n"))
        now = word
        while size(now) > room:
            cut = room
            while size(now[:cut]) > room:
                cut -= 1
            found.append(now[:cut])
            now = now[cut:]
    return [*found, now.strip("\n")] if now.strip() or not found else found


def ending(lines: Sequence[str]) -> str:
    """The last screen of a session, which nothing follows: as many of the lines, in order, as there is room for."""
    kept: list[str] = []
    for line in map(clean, lines):
        if line and _fits(_joined(*kept, line)):
            kept.append(line)
    return "\n".join(kept)
