"""A whole sound package: pages, fees, stages, documents, a template, as the files that an author would hand in."""

from random import Random
from typing import Any

import yaml

from jumuishi.definitions.tests.corpus.sound.questions import question
from jumuishi.definitions.tests.corpus.sound.ways import Ways
from jumuishi.definitions.tests.corpus.sound.words import Growing

SCALARS = ("text", "select_one", "integer", "money", "yes_no", "date")


def package(random: Random, *, pages: int = 0, fields: int = 0, steps: int = 0) -> dict[str, bytes]:
    """Files of a sound package; so many pages, fields on each, steps of the chain, or as many as chance gives."""
    languages = random.choice((("sw", "en"), ("sw", "en"), ("sw",), ("en", "sw", "fr")))
    doors = ["web", *[one for one in ("ussd", "counter", "api") if random.randrange(3)]]
    grow = Growing(random, languages, "ussd" in doors)
    shown = []
    for number in range(pages or random.randrange(1, 6)):
        relevant = grow.condition() if number and grow.chance(0.25) else None
        before = list(grow.known)
        grow.around = relevant[1] if relevant else frozenset()
        asked = [question(grow) for _ in range(fields or random.randrange(1, 8))]
        page: dict[str, Any] = {"page": f"page-{number + 1}", "title": grow.text(), "fields": asked}
        if relevant is not None:
            page["relevant"] = relevant[0]
            grow.known = before  # what is asked on it is there for some only: nothing later asks about it
            grow.groups = [one for one in grow.groups if one not in asked]
        shown.append(page)
    grow.on_pages, grow.around = False, frozenset()
    fees = _fees(grow)
    documents = _documents(grow, shown)
    ways = Ways(grow, list(fees), list(documents), steps or random.randrange(1, 6))
    stages = ways.make()
    data: dict[str, Any] = {
        "format": 1, "service": "made-up", "name": grow.text(), "about": grow.text(), "offered_by": ["council"],
        "for": random.choice((["person"], ["person", "organisation"])), "doors": doors, "languages": list(languages),
        "basis": {"council": {"cite": grow.text()}, "act": {"cite": grow.text(), "checked": "2026-11-01"}},
        "promise": {"within": f"{max(ways.hours, 1)} hours", "basis": "council"},
    }  # fmt: skip
    if ways.pauses:
        data["promise"]["pauses"] = ways.pauses
    if grow.chance(0.3):
        data["retention"] = {"granted": "10 years", "refused": "2 years", "basis": "act"}
    if grow.settings:
        data["settings"] = grow.settings
    data |= {"roles": grow.roles, "pages": shown}
    if fees:
        data["fees"] = fees
    data |= {"stages": stages, "documents": documents}
    if grow.chance(0.1):
        data["withdraw"] = False
    _use_roles(data)
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=None, width=1000)
    return {"service.yaml": text.encode(), "paper.html": _template(grow, shown).encode()}


def _fees(grow: Growing) -> dict[str, Any]:
    random, fees = grow.random, {}
    for number in range(random.randrange(4)):
        numbers = [one for one in grow.known if one.whole and one.whole[0] >= 0 and one.whole[1] <= 10**6]
        selects = [one for one in grow.known if one.keys and one.always]
        rate = (
            f"setting.{grow.setting('rate', 'money', 'NAME >= 0 && NAME <= 1000000')}" if grow.chance(0.7) else "2500"
        )
        forms = [rate, "5000"]
        if numbers:
            one = random.choice(numbers)
            forms += [f"{one.name} * {rate}", f"round_to(double({one.name}) * 1.5, 100)"]
            forms += [f"{one.name} > 2 ? {one.name} * 300 : {rate}"]
        if selects:
            one = random.choice(selects)
            forms += [f"{one.name} == '{one.keys[0]}' ? {rate} : {one.name} == '{one.keys[-1]}' ? 0 : 700"]
        fee: dict[str, Any] = {
            "label": grow.text(),
            "amount": random.choice(forms),
            "basis": random.choice(("act", "council")),
        }
        condition = grow.condition(fixed=True) if grow.chance(0.5) else None
        if condition is not None:
            fee["when"] = condition[0]
        fees[f"fee-{number + 1}"] = fee
    return fees


def _documents(grow: Growing, pages: list[dict[str, Any]]) -> dict[str, Any]:
    random, made = grow.random, {}
    fields = [one for page in pages for one in page["fields"] if one["type"] in SCALARS]
    for number in range(random.choice((1, 1, 1, 2))):
        claims = {one["name"]: one["name"] for one in random.sample(fields, min(len(fields), random.randrange(3)))}
        paper: dict[str, Any] = {"title": grow.text(), "template": "paper.html"}
        if claims:
            paper["claims"] = claims
        numbers = [one for one in grow.known if one.whole and one.whole[0] >= 1 and one.whole[1] <= 1000]
        if numbers and grow.chance(0.5):
            paper["valid_for"] = f"{random.choice(numbers).name} * 12"
        elif grow.chance(0.3):
            paper["valid_for"] = {"until": "add_months(today, 12)"}
        made[f"paper-{number + 1}"] = paper
    return made


def _template(grow: Growing, pages: list[dict[str, Any]]) -> str:
    rows = ["<h1>{{number}}</h1>", "<p>{{issued_on}} {{institution.name}} {{qr}}</p>", "<table>"]
    for page in pages:
        for one in page["fields"]:
            if one["type"] in ("text", "integer", "money", "date", "yes_no", "phone"):
                rows.append(f"<tr><th>{one['label'][grow.languages[0]]}</th><td>{{{{{one['name']}}}}}</td></tr>")
            elif one["type"] == "select_one":
                rows.append(f"<tr><th>x</th><td>{{{{{one['name']}.label}}}}</td></tr>")
            elif one["type"] == "place":
                rows.append(f"<tr><th>x</th><td>{{{{{one['name']}.region}}}}</td></tr>")
    rows.append("</table>")
    for one in grow.groups:
        rows.append(f"{{{{#{one['name']}}}}}<p>{{{{{one['fields'][0]['name']}}}}}</p>{{{{/{one['name']}}}}}")
    return "\n".join(rows) + "\n"


def _use_roles(data: dict[str, Any]) -> None:
    """Roles that nothing came to use are left out."""
    used = set()
    for stage in data["stages"].values():
        for one in (stage, *stage.get("reviews", {}).values()):
            used |= {one.get("role"), one.get("due", {}).get("escalate")}
    data["roles"] = {name: texts for name, texts in data["roles"].items() if name in used}
