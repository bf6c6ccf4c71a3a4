"""Looks in words: what was fetched, from whom, when, on what basis; what the person said themselves, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jumuishi.cases.lookups.models import Look
from jumuishi.cases.lookups.rules import Looks, Way, flat
from jumuishi.cases.web.words import at as say_at
from jumuishi.cases.wording import words
from jumuishi.definitions.types import Field, Form, Package
from jumuishi.exchange import public as exchange
from jumuishi.kernel import clock
from jumuishi.kernel.text import t, texts
from jumuishi.kernel.worktime import WorkingTime


def basis_of(package: Package, field: Field, lang: str) -> str:
    """The law that the definition names for asking; empty where it names none."""
    found = package.basis.get(field.lookup.basis) if field.lookup is not None and field.lookup.basis else None
    return found.cite[lang] if found is not None else ""


def source(row: Look, field: Field, package: Package, lang: str, work: WorkingTime) -> str:
    """From whom, when, how old, on what basis."""
    register, law = exchange.label_of(row.register, lang), basis_of(package, field, lang)
    said = t("cases.look_from", lang, register=register, at=say_at(row.at, lang, work), age=age(row.at, lang))
    return f"{said} {t('cases.look_basis', lang, basis=law)}" if law else said


def age(at: datetime | None, lang: str) -> str:
    """How old a value is, in whole days."""
    days = (clock.now() - at).days if at is not None else 0
    return t("cases.look_age_today", lang) if days < 1 else t("cases.look_age_days", lang, n=days)


def why_asked(row: Look, lang: str, work: WorkingTime) -> str:
    """Why the person was asked although a register might know: away, nobody under the key, no right, passed by."""
    register, at = exchange.label_of(row.register, lang), say_at(row.tried_at, lang, work)
    key = f"cases.look_{row.state}_{row.reason}"
    if key not in texts():
        key = f"cases.look_{row.state}" if row.state != Look.State.FETCHED else "cases.look_without"
    return t(key, lang, register=register, at=at)


def before_asking(package: Package, form: Form, looks: Looks, lang: str) -> dict[str, str]:
    """Beside each key: which register will be asked for what, on what basis; read before the key is sent."""
    found: dict[str, list[str]] = {}
    fields = package.all_fields()
    keys: dict[tuple[str, str], list[Field]] = {}
    for name, one in looks.lookups.items():
        if exchange.is_asked(one.register) and (name in form.relevant or one.key not in form.relevant):
            keys.setdefault((one.register, one.key), []).append(fields[name])
    for (register, key), asked in keys.items():
        what = ", ".join(one.label[lang] if one.label else one.name for one in asked)
        said = t("cases.look_will", lang, register=exchange.label_of(register, lang), what=what)
        laws = list(dict.fromkeys(filter(None, (basis_of(package, one, lang) for one in asked))))
        basis = t("cases.look_basis", lang, basis="; ".join(laws)) if laws else ""
        found.setdefault(key, []).append(f"{said} {basis}".strip())
    return {key: " ".join(said) for key, said in found.items()}


def sources(
    package: Package, looks: Looks, ways: Mapping[str, Way], answers: Mapping[str, Any], lang: str, work: WorkingTime
) -> dict[str, str]:
    """A line a field, for whoever reads the answers."""
    found: dict[str, str] = {}
    for page in package.pages:
        for field in flat(page.fields):
            row, way = looks.row(field.name, answers), ways.get(field.name)
            if row is None or way is None or answers.get(field.name) is None:
                continue
            if way is Way.DISPUTED:
                wrong = looks.disputes[field.name]
                said = words(field, wrong.said, lang)
                found[field.name] = t(
                    "cases.look_disputed", lang, register=exchange.label_of(row.register, lang), said=said,
                    reason=wrong.reason,
                )  # fmt: skip
            elif way is Way.FETCHED and row.later_by is None:
                # What was corrected since is no word of the register's.
                if row.values[field.name] == answers[field.name]:
                    found[field.name] = source(row, field, package, lang, work)
            elif way is Way.FETCHED:
                said, mine = row.values[field.name], answers[field.name]
                key = "cases.look_later_same" if said == mine else "cases.look_later_other"
                found[field.name] = t(
                    key, lang, register=exchange.label_of(row.register, lang), at=say_at(row.at, lang, work),
                    said=words(field, said, lang),
                )  # fmt: skip
            elif way is Way.ASKED:
                found[field.name] = f"{t('cases.look_own', lang)} {why_asked(row, lang, work)}"
    return found
