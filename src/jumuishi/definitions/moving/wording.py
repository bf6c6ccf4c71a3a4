"""How a question reads, with all that stands around it: whether two editions ask the same thing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from jumuishi.definitions.model import ApplicantStage, Field, Package, TaskStage, Text


@dataclass(frozen=True)
class Asked:
    """A field outside repeat groups: who is asked, and under which headings (page, enclosing groups)."""

    field: Field
    by: Literal["applicant", "officer"]
    around: tuple[Text, ...] = ()


def asked_on_pages(package: Package) -> dict[str, Asked]:
    """Those that are asked before submission."""
    found: dict[str, Asked] = {}
    for page in package.pages:
        for one in _flat(page.fields, (page.title,), "applicant"):
            found[one.field.name] = one
    return found


def asked_of(package: Package) -> dict[str, Asked]:
    """Every field that has an answer of its own, by name, in order of asking."""
    found = asked_on_pages(package)
    for stage in package.stages.values():
        if isinstance(stage, TaskStage | ApplicantStage):
            by: Literal["applicant", "officer"] = "officer" if isinstance(stage, TaskStage) else "applicant"
            own = [entry for entry in stage.fields if isinstance(entry, Field)]
            for one in _flat(own, (), by):
                found[one.field.name] = one
    return found


def _flat(fields: Collection[Field], around: tuple[Text, ...], by: Literal["applicant", "officer"]) -> Iterator[Asked]:
    for one in fields:
        if one.type == "group" and one.repeat is None:
            yield from _flat(one.fields, (*around, one.label) if one.label else around, by)
        else:
            yield Asked(one, by, around)


def is_reworded(old: Asked, new: Asked, chosen: Collection[str] | None = None) -> bool:
    """Whether a person would read another question: label, hint, headings, the labels of the choices `chosen`.

    Without `chosen` all choices that both have. Capitals, spaces and a full stop at the end change no meaning.
    """
    return any(not _same(left, right) for left, right in _beside(old, new, chosen))


def differences(old: Asked, new: Asked, chosen: Collection[str] | None, lang: str) -> list[tuple[str, str]]:
    """What reads otherwise, before and now ("" where nothing stood).

    In `lang`; of what differs in another language alone, in that.
    """
    found = []
    for left, right in _beside(old, new, chosen):
        if _same(left, right):
            continue
        was, now = dict(left or {}), dict(right or {})
        langs = [lang, *(one for one in {**was, **now} if one != lang)]
        said = [(was.get(one, ""), now.get(one, "")) for one in langs]
        found.append(next((pair for pair in said if _plain(pair[0]) != _plain(pair[1])), said[0]))
    return found


def _beside(old: Asked, new: Asked, chosen: Collection[str] | None) -> Iterator[tuple[Text | None, Text | None]]:
    """The texts of both that say the same thing of the same question; a choice or a member has to be in both."""
    left, right = _texts(old, chosen), _texts(new, chosen)
    for key in dict.fromkeys((*left, *right)):
        if (key in left and key in right) or _stands_alone(key, left, right):
            yield left.get(key), right.get(key)


def _stands_alone(key: str, left: Collection[str], right: Collection[str]) -> bool:
    """Whether a text that only one of both has is a difference: a heading is, one more choice or member is not."""
    kind, name, *_ = f"{key} -".split(" ")
    if " choice " in f" {key}":
        return False
    return kind != "member" or all(f"member {name} label" in side for side in (left, right))


def _texts(one: Asked, chosen: Collection[str] | None) -> dict[str, Text | None]:
    """Everything that a person reads with a question, by what it is."""
    keys = one.field.choices if chosen is None else chosen
    found: dict[str, Text | None] = {f"heading {n}": text for n, text in enumerate(one.around)}
    found |= {"label": one.field.label, "hint": one.field.hint}
    found |= {f"choice {key}": one.field.choices[key].label for key in keys if key in one.field.choices}
    for inside in _flat(one.field.fields, (), "applicant"):
        found |= {f"member {inside.field.name} {key}": text for key, text in _texts(inside, None).items()}
    return found


def _same(old: Text | None, new: Text | None) -> bool:
    if old is None or new is None:
        return old is new
    common = set(old) & set(new)
    return bool(common) and all(_plain(old[lang]) == _plain(new[lang]) for lang in common)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".:?! ")


def words_of(one: Asked, chosen: Collection[str] = ()) -> tuple[str, ...]:
    """All that a consent to a wording is bound to."""
    return tuple(words for text in _texts(one, chosen).values() if text is not None for words in text.values())


def reworded_fields(old: Package, new: Package) -> dict[str, Field]:
    """The fields of both editions, of the same type, that read otherwise in the newer one: by name, as they stand."""
    left, right = asked_of(old), asked_of(new)
    return {
        name: one.field
        for name, one in right.items()
        if name in left and left[name].field.type == one.field.type and is_reworded(left[name], one)
    }


def chosen_of(field: Field, value: object) -> tuple[str, ...]:
    """The keys chosen in a select's answer, as canonical data."""
    if field.type == "select_one" and isinstance(value, str):
        return (value,)
    return tuple(value) if field.type == "select_multiple" and isinstance(value, list | tuple) else ()


def members_of(field: Field) -> Mapping[str, Field]:
    """The members of a repeat group's item by name."""
    return {one.field.name: one.field for one in _flat(field.fields, (), "applicant")}
