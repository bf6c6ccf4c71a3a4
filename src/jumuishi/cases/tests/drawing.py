"""Applications as people might fill them in, drawn from what a definition says of its own questions.

A question is drawn when it is asked: its type, limit, choices, constraint and relevance are the definition's, with the
answers before it. What is drawn can be carried by every door; beside it stands one answer that a question refuses.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from jumuishi.cases import engine, form
from jumuishi.cases.ussd import asking
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Field, Form
from jumuishi.institutions.models import Place
from jumuishi.institutions.queries import today
from jumuishi.kernel import clock, gsm
from jumuishi.kernel.numbers import group

Raw = Mapping[str, Any]
# What a keypad can type and an old screen can show; a line's end is a form's own.
SIGNS = "".join(sorted((gsm.BASIC | gsm.EXTENDED) - set("\n\r\f")))
FAR = 36_500


@dataclass(frozen=True)
class Application:
    """Answers by field, as people would write them; the files handed in; and one answer that is refused, by path."""

    answers: dict[str, Any]
    files: frozenset[str]
    wrong: tuple[tuple[str | int, ...], Any] | None = None

    def mistaken(self) -> dict[str, Any]:
        """The answers with the wrong one among them."""
        said = deepcopy(self.answers)
        if self.wrong is not None:
            path, raw = self.wrong
            into: Any = said
            for part in path[:-1]:
                into = into[part]
            into[path[-1]] = raw
        return said


def words(least: int, most: int) -> st.SearchStrategy[str]:
    """Words that are none of the ways out of a screen; spaces and stars among them."""
    return st.text(SIGNS, min_size=least, max_size=most).filter(lambda text: any(one.isalpha() for one in text))


@cache
def places(level: str) -> list[str]:
    """Every place of a level in the tests' country."""
    return list(Place.objects.filter(level=level).order_by("code").values_list("code", flat=True))


def _near(one: Field) -> list[int]:
    """The whole numbers that its constraint names, and their neighbours."""
    named = {int(found) for found in re.findall(r"\b\d+\b", one.constraint.source if one.constraint else "")} or {
        1,
        9999,
    }
    return sorted({number + by for number in named for by in (-1, 0, 1)})


def _days() -> st.SearchStrategy[str]:
    """Days by how long ago they are, so that the same are drawn on any day; birthdays of age and of infancy too."""
    edges = [-1, 0, 1, 89, 90, 91, 18 * 365 + 3, 18 * 365 + 4, 18 * 365 + 5]
    ago = st.sampled_from(edges) | st.integers(0, FAR)
    return ago.map(lambda days: (today() - timedelta(days)).isoformat())


def _nins() -> st.SearchStrategy[str]:
    born = st.dates(date(1930, 1, 1), date(2008, 1, 1)).map(lambda day: f"{day:%Y%m%d}")
    tail = st.from_regex(r"[0-9]{12}", fullmatch=True)
    return st.builds(lambda a, b: f"{a}-{b[:5]}-{b[5:10]}-{b[10:]}", born, tail)


def values(filled: Form, one: Field) -> st.SearchStrategy[Any]:
    """Answers of the kind that a question asks; its constraint may refuse them."""
    most, near = one.length_limit or 60, _near(one)
    found: dict[str, st.SearchStrategy[Any]] = {
        "text": words(1, most) | words(most, most),
        "long_text": words(1, most),
        "phone": st.from_regex(r"0[67][0-9]{8}", fullmatch=True),
        "national_id": _nins(),
        "tax_id": st.from_regex(r"[0-9]{3}-[0-9]{3}-[0-9]{3}", fullmatch=True),
        "integer": st.sampled_from(near) | st.integers(near[0], near[-1]),
        "yes_no": st.booleans(),
        "date": _days(),
        "time": st.times().map(lambda at: f"{at:%H:%M}"),
        "decimal": st.integers(0, 10**6).map(lambda hundredths: hundredths / 100),
    }
    found["money"] = found["integer"]
    if one.type in ("select_one", "select_multiple"):
        keys = filled.choices(one)
        several = st.lists(st.sampled_from(keys), unique=True, min_size=1)
        return st.sampled_from(keys) if one.type == "select_one" else several
    if one.type == "place":
        return st.sampled_from(places(one.level or "ward"))
    if one.type == "group":
        least, most = (one.repeat.min, one.repeat.max or 3) if one.repeat else (1, 1)
        item = {member.name: values(filled, member) for member in one.fields}
        return st.lists(st.fixed_dictionaries(item), min_size=max(least, 1), max_size=most)
    return found[one.type]


def _wrong(one: Field) -> Iterator[Any]:
    """What a question of this kind may refuse, and a phone can type; 0 and 00 are ways there."""
    if one.type in ("text", "long_text"):
        yield "a" * ((one.length_limit or 60) + 1)
    elif one.type in ("integer", "money"):
        yield from ("mia", "1.5", *(number for number in _near(one) if number))
    elif one.type == "date":
        yield from ("2001-02-29", (today() + timedelta(1)).isoformat(), today().isoformat())
    elif one.type in ("national_id", "tax_id", "phone"):
        yield from ("123", "20011301000000000001", "12345678")


def fits(filled: Form, one: Field, raw: Any) -> bool:
    """Whether the question takes it, with the answers before it."""
    return not [
        fault for fault in forms.read_fields(filled, [one], {one.name: raw}, "api").errors if fault.field == one.name
    ]


class Offered:
    """What is applied for; `earlier` is the number of a document that the owner has."""

    def __init__(self, frame: engine.Frame, earlier: str = "") -> None:
        self.frame, self.earlier = frame, earlier

    def __repr__(self) -> str:
        return self.frame.edition.package.service


@st.composite
def applications(draw: st.DrawFn, on: Offered) -> Application:
    """A sound application, and maybe one answer in it that is refused at first."""
    package, answers, files = on.frame.edition.package, dict[str, Any](), set[str]()
    context, kept = engine.context(on.frame, now=clock.now(), actor=None), dict[str, Any]()
    numbers = {kind.life.earlier for kind in package.documents.values() if kind.life}
    refused: list[tuple[tuple[str | int, ...], Any]] = []
    filled = forms.form_of(package, kept, context)
    for one in form.asked_of(field for page in package.pages for field in page.fields):
        if one.name not in filled.relevant:
            continue
        demanded = one.required or (one.repeat is not None and one.repeat.min > 0)
        # A phone leaves to the counter what is demanded; what may be left out is then left out.
        if not demanded and (not asking.is_carried(one) or not draw(st.booleans())):
            continue
        if one.type == "file":
            files.add(one.name)
            continue
        drawn = st.sampled_from([on.earlier, group(on.earlier)]) if one.name in numbers else values(filled, one)
        value = draw(drawn.filter(lambda raw, one=one, filled=filled: fits(filled, one, raw)))  # type: ignore[misc]
        if one.name in numbers:
            refused.append(((one.name,), "1234567890123456"))
        refused += [((one.name,), raw) for raw in _wrong(one) if not fits(filled, one, raw)]
        for member in one.fields:
            refused += [((one.name, 0, member.name), raw) for raw in _wrong(member)]
        answers[one.name] = value
        kept |= forms.read_fields(filled, [one], {one.name: value}, "api").keep
        filled = forms.form_of(package, kept, context)
    return Application(answers, frozenset(files), draw(st.none() | st.sampled_from(refused)))
