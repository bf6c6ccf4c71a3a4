"""The questions of a generated definition: each satisfiable, asked of somebody, and open to sound conditions."""

from typing import Any

from jumuishi.definitions.tests.corpus.sound.words import Condition, Growing, Known

KINDS = (
    *("text", "text", "select_one", "select_one", "select_one", "integer", "integer", "yes_no", "date", "money"),
    *("decimal", "select_multiple", "place", "file", "calculate", "calculate", "long_text", "phone", "email", "time"),
    *("national_id", "tax_id", "note", "group", "repeat", "branching"),
)


def question(grow: Growing, *, officer: bool = False, inside: bool = False) -> dict[str, Any]:
    """One more field, perhaps asked under a condition; what later expressions may say of it is noted."""
    random = grow.random
    left_out = ("group", "repeat") if inside else ("file", "group", "repeat", "calculate", "email") if officer else ()
    kind = random.choice([one for one in KINDS if one not in left_out])
    made: dict[str, Any] = {"name": grow.name("q"), "type": kind, "label": grow.text()}
    relevant = grow.condition() if grow.chance(0.3) and kind != "calculate" else None
    if relevant is not None:
        made["relevant"] = relevant[0]
    required = kind not in ("note", "calculate", "group", "repeat") and grow.chance(0.75)
    if required:
        made["required"] = True
    if grow.chance(0.2) and kind not in ("note", "calculate"):
        made["hint"] = grow.text("?")
    _KINDS[kind](grow, made, relevant, required)
    if grow.ussd and not officer and made["type"] in ("file", "long_text", "email") and made.get("required"):
        made["doors"] = {"ussd": "at_counter"}
    return made


def note_known(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool, **more: Any) -> None:
    """What later expressions may ask, guarded where there may be no answer."""
    atoms, name = more.pop("atoms"), made["name"]
    always = required and relevant is None and grow.on_pages  # before an officer is asked there is no answer
    rests_on = frozenset({name}) | (relevant[1] if relevant else frozenset()) | more.pop("rests_on", frozenset())

    def atom() -> str:
        source: str = grow.random.choice(atoms)()
        return source if always else f"{name} != null && ({source})"

    grow.known.append(Known(name, made["type"], atom, rests_on, always=always, **more))


def _plain(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    """Types that a later expression only asks for their being there."""
    if not required:
        name = made["name"]
        rests_on = frozenset({name}) | (relevant[1] if relevant else frozenset())
        grow.known.append(
            Known(name, made["type"], lambda: f"{name} {grow.random.choice(('==', '!='))} null", rests_on)
        )


def _text(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name, most = made["name"], grow.random.choice((12, 20, 40, 60))
    least = grow.random.randrange(1, 4)
    made["max_length"] = most
    if grow.chance(0.4):
        made["constraint"] = f"size({name}) >= {least}"
    edge = grow.random.randrange(least, most)
    atoms = [lambda: f"size({name}) > {edge}", lambda: f"{name} == 'Dodoma'", lambda: f"{name} in ['Moshi', 'Tanga']"]
    note_known(grow, made, relevant, required, atoms=atoms)


def _select(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name = made["name"]
    keys = tuple(f"k{index}" for index in range(grow.random.randrange(2, 6)))
    made["choices"] = {key: grow.text(key) for key in keys}
    beside = grow.condition(2, relevant[1] if relevant else frozenset()) if grow.chance(0.25) else None
    extra: frozenset[str] = frozenset()
    if beside is not None:
        made["choices"]["rare"] = {**grow.text("rare"), "relevant": beside[0]}
        if grow.chance(0.5):  # and one for the others
            made["choices"]["usual"] = {**grow.text("usual"), "relevant": f"!({beside[0]})"}
        extra = beside[1]
    elif required and grow.chance(0.2):
        made["default"] = keys[0]
    key, several = grow.random.choice(keys), list(keys[: max(1, len(keys) - 1)])
    atoms = [
        lambda: f"{name} == '{key}'",
        lambda: f"{name} != '{key}'",
        lambda: f"{name} in [{', '.join(repr(one) for one in several)}]",
    ]
    note_known(grow, made, relevant, required, atoms=atoms, keys=keys, rests_on=extra)


def _branching(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    """A select whose choices all hang on conditions that leave nobody without one."""
    made["type"] = "select_one"
    base = grow.condition(2, relevant[1] if relevant else frozenset())
    if base is None:
        _select(grow, made, relevant, required)
        return
    made["choices"] = {
        "a": {**grow.text("a"), "relevant": base[0]},
        "b": {**grow.text("b"), "relevant": f"!({base[0]})"},
    }


def _several(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name = made["name"]
    keys = tuple(f"m{index}" for index in range(grow.random.randrange(3, 6)))
    made["choices"] = {key: grow.text(key) for key in keys}
    if grow.chance(0.4):
        made["constraint"] = f"size({name}) <= {grow.random.randrange(2, len(keys))}"
    key = grow.random.choice(keys)
    atoms = [lambda: f"'{key}' in {name}", lambda: f"size({name}) > 1", lambda: f"{name}.exists(x, x == '{key}')"]
    note_known(grow, made, relevant, required, atoms=atoms)


def _whole(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    random, name = grow.random, made["name"]
    low = random.choice((0, 1, 1, 2, -5)) if made["type"] == "integer" else 0
    high = low + random.choice((3, 9, 40, 500, 100_000))
    made["constraint"] = random.choice(("NAME >= LOW && NAME <= HIGH", "!(NAME < LOW) && NAME < HIGH + 1"))
    rests_on: frozenset[str] = frozenset()
    base = [one for one in grow.known if one.whole and not (relevant and one.rests_on & relevant[1])]
    if base and grow.chance(0.3):
        other = random.choice(base)
        least, most = other.whole or (0, 0)
        low, high = least, max(high, most + 5)
        made["constraint"] = f"NAME >= {other.name} && NAME <= HIGH"
        rests_on = other.rests_on
    made["constraint"] = made["constraint"].replace("NAME", name).replace("HIGH", str(high)).replace("LOW", str(low))
    if required and not rests_on and grow.chance(0.2):
        made["default"] = str(low)
    if grow.chance(0.4):
        made["constraint_message"] = grow.text(f"{low}-{high}")
    edge = random.randrange(low, high)
    atoms = [
        lambda: f"{name} > {edge}",
        lambda: f"{name} <= {edge}",
        lambda: f"{name} == {edge}",
        lambda: f"{name} % 2 == 0",
        lambda: f"{name} in [{edge}, {edge + 1}]" if high > low + 2 else f"{name} != {edge}",
    ]
    whole = (low, high) if required and relevant is None and grow.on_pages else None
    note_known(grow, made, relevant, required, atoms=atoms, whole=whole, rests_on=rests_on)


def _decimal(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name, most = made["name"], grow.random.choice((10, 250, 10_000))
    made["constraint"] = f"{name} > 0.0 && {name} <= {most}.0"
    half = most // 2
    note_known(grow, made, relevant, required, atoms=[lambda: f"{name} > {half}.5", lambda: f"{name} <= {half}.25"])


def _yes_no(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name = made["name"]
    atoms = [lambda: name, lambda: f"!{name}", lambda: f"{name} == true"]
    note_known(grow, made, relevant, required, atoms=atoms)


def _date(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name, years = made["name"], grow.random.randrange(5, 60)
    rests_on: frozenset[str] = frozenset()
    made["constraint"] = f"{name} <= today"
    earlier = [
        one for one in grow.known if one.kind == "date" and one.always and not (relevant and one.rests_on & relevant[1])
    ]
    if earlier and grow.chance(0.4):
        other = grow.random.choice(earlier)
        made["constraint"] = f"{name} >= {other.name} && {name} <= today"
        rests_on = other.rests_on
    atoms = [
        lambda: f"years_between({name}, today) >= {years}",
        lambda: f"today - {name} > duration('{years * 24}h')",
        lambda: f"{name} >= timestamp('2001-02-03T00:00:00Z')",
        lambda: f"add_months({name}, {years}) > today",
    ]
    note_known(grow, made, relevant, required, atoms=atoms, rests_on=rests_on, moves=True)


def _place(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    name = made["name"]
    made["level"] = grow.random.choice(("ward", "ward", "district", "region", "village"))
    atoms = [lambda: f"{name}.code == '23101'", lambda: f"{name}.region != 'Dodoma'"]
    note_known(grow, made, relevant, required, atoms=atoms)


def _file(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    made["accept"], made["max_kb"] = ["pdf", "jpg"], 2048
    _plain(grow, made, relevant, required)


def _calculate(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    """A value from earlier ones, never failing: linear in a number, by a key, in years, or a nought for no answer."""
    del made["label"]
    random, name = grow.random, made["name"]
    numbers = [one for one in grow.known if one.whole is not None]
    selects = [one for one in grow.known if one.keys and one.always]
    dates = [one for one in grow.known if one.kind == "date" and one.always]
    ways = [*(["linear"] if numbers else []), *(["keys"] if selects else []), *(["years"] if dates else [])]
    way = random.choice(ways) if ways else "fixed"
    if way == "linear":
        one = random.choice(numbers)
        low, high = one.whole or (0, 0)
        by, plus = random.choice((1, 2, 3, 10)), random.randrange(5)
        made["calculation"] = f"{one.name} * {by} + {plus}"
        span = (low * by + plus, high * by + plus)
        edge = span[0] + (span[1] - span[0]) // 2
        atoms = [lambda: f"{name} > {edge}", lambda: f"{name} <= {edge}"]
        grow.known.append(Known(name, "calculate", lambda: random.choice(atoms)(), one.rests_on, whole=span))
    elif way == "keys":
        one = random.choice(selects)
        cases = " : ".join(f"{one.name} == '{key}' ? {index}" for index, key in enumerate(one.keys[:-1]))
        made["calculation"] = f"{cases} : {len(one.keys) - 1}"
        grow.known.append(Known(name, "calculate", lambda: f"{name} == 0", one.rests_on, whole=(0, len(one.keys) - 1)))
    elif way == "years":
        one = random.choice(dates)
        made["calculation"] = f"years_between({one.name}, today)"
        atoms = [lambda: f"{name} >= 18", lambda: f"{name} < 10"]
        grow.known.append(Known(name, "calculate", lambda: random.choice(atoms)(), one.rests_on, moves=True))
    else:
        made["calculation"] = random.choice(("7 * 24", "today.getFullYear()", "'Dodoma'"))


def _group(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    made.pop("hint", None)
    made["fields"] = []
    outer = grow.around
    grow.around |= relevant[1] if relevant else frozenset()
    for _ in range(grow.random.randrange(1, 4)):
        part = question(grow, inside=True)
        if relevant is not None:  # it is asked only with its group, and what rests on it rests on that too
            grow.known = [one for one in grow.known if one.name != part["name"]]
        made["fields"].append(part)
    grow.around = outer


def _repeat(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    random, name = grow.random, made["name"]
    made["type"], least = "group", random.randrange(3)
    made["repeat"] = {"min": least, "max": least + random.randrange(1, 5)}
    first, second = grow.name("part"), grow.name("part")
    made["fields"] = [
        {"name": first, "type": "text", "label": grow.text(), "required": True, "max_length": 30},
        {
            "name": second, "type": "integer", "label": grow.text(), "required": True,
            "constraint": f"{second} >= 0 && {second} <= 90",
        },
    ]  # fmt: skip
    if grow.chance(0.5):
        made["fields"].append(
            {"name": grow.name("part"), "type": "yes_no", "label": grow.text(), "relevant": f"{second} >= 18"}
        )
    if grow.chance(0.3) and least + 1 < made["repeat"]["max"] and relevant is None:
        made["constraint"] = f"size({name}) >= {least + 1}"
    if grow.ussd:
        made["doors"] = {"ussd": "at_counter"}
    if relevant is None:
        grow.groups.append(made)
        edge = made["repeat"]["max"] - 1
        atoms = [
            lambda: f"{name}.exists(x, x.{second} > 60)",
            lambda: f"size({name}) > {edge}",
            lambda: f"{name}.all(x, x.{first} != 'Juma')",
        ]
        grow.known.append(Known(name, "group", lambda: random.choice(atoms)(), frozenset({name})))


def _note(grow: Growing, made: dict[str, Any], relevant: Condition | None, required: bool) -> None:
    """Shown, not asked: there is nothing to say of it."""


_KINDS = {
    "text": _text, "select_one": _select, "branching": _branching, "select_multiple": _several, "integer": _whole,
    "money": _whole, "decimal": _decimal, "yes_no": _yes_no, "date": _date, "place": _place, "file": _file,
    "calculate": _calculate, "group": _group, "repeat": _repeat,
    **dict.fromkeys(("long_text", "phone", "email", "time", "national_id", "tax_id"), _plain),
    "note": _note,
}  # fmt: skip
