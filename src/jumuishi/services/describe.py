"""A service in words, before anybody begins: what it needs, costs and promises, and its steps. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jumuishi.definitions.types import (
    EndStage,
    Fee,
    Field,
    IssueStage,
    Package,
    PaymentStage,
    ReviewStage,
    TaskStage,
    Within,
)
from jumuishi.kernel.spoken import say_money, say_span
from jumuishi.kernel.text import t


@dataclass(frozen=True)
class Step:
    """One stage as a person reads it before starting."""

    name: str
    who: str


@dataclass(frozen=True)
class Price:
    """A fee with its source."""

    label: str
    amount: str
    source: str


def span_words(within: Within, settings: Mapping[str, Any], lang: str) -> str:
    """A span of the definition in words; empty while its setting is not filled in."""
    n = within.n if within.setting is None else settings.get(within.setting)
    return say_span(int(n), within.unit, lang) if n is not None else ""


def promise_words(package: Package, settings: Mapping[str, Any], lang: str) -> str:
    """ "siku 3 za kazi"."""
    return span_words(package.promise.within, settings, lang)


def needs(package: Package, lang: str) -> list[tuple[str, str]]:
    """What to have at hand: the required questions that ask for a document or a number one must look up."""
    found = []
    for field in _flat(package):
        if field.type == "file" and field.label is not None:
            kinds = ", ".join(kind.upper() for kind in field.accept) or "PDF"
            found.append((field.label[lang], t("services.need_file", lang, kinds=kinds, mb=_mb(field))))
        elif field.type in ("national_id", "tax_id") and field.required and field.label is not None:
            found.append((field.label[lang], ""))
    return found


def _mb(field: Field) -> str:
    return f"{(field.max_kb or 2048) / 1024:g}"


def _flat(package: Package) -> list[Field]:
    fields: list[Field] = []
    for field in package.page_fields():
        fields += field.fields if field.type == "group" else [field]
    return fields


def prices(package: Package, settings: Mapping[str, Any], currency: str, lang: str) -> list[Price]:
    """Fees: the figure where the amount is one, the setting's where it rests on one; the rest is worked out later."""
    return [
        Price(fee.label[lang], amount_words(fee, settings, currency, lang), source_of(package, fee, lang))
        for fee in package.fees.values()
    ]


def amount_words(fee: Fee, settings: Mapping[str, Any], currency: str, lang: str) -> str:
    """ "TZS 20,000", "TZS 100,000 × miaka ya leseni" as far as the definition says it simply."""
    source = fee.amount.source.strip()
    if source.isdigit():
        return say_money(int(source), currency)
    names = [word for word in source.replace("*", " ").split() if word.startswith("setting.")]
    for name in names:
        value = settings.get(name.removeprefix("setting."))
        if isinstance(value, int):
            exact = source == name
            return (
                say_money(value, currency)
                if exact
                else t("services.from_amount", lang, amount=say_money(value, currency))
            )
    return t("services.worked_out", lang)


def source_of(package: Package, fee: Fee, lang: str) -> str:
    """The law or source of a fee."""
    basis = package.basis.get(fee.basis) if fee.basis else None
    return basis.cite[lang] if basis else ""


def steps(package: Package, settings: Mapping[str, Any], lang: str) -> list[Step]:
    """The usual road from submission to the end, in the order of the definition."""
    found = [Step(t("services.you_apply", lang), t("services.you_or_helper", lang))]
    appeals = {end.appeal.to for end in package.stages.values() if isinstance(end, EndStage) and end.appeal}
    for key, stage in package.stages.items():
        if isinstance(stage, TaskStage) and key not in appeals:
            due = span_words(stage.due.within, settings, lang) if stage.due else ""
            found.append(Step(stage.name[lang], " · ".join(filter(None, [package.roles[stage.role].name[lang], due]))))
        elif isinstance(stage, ReviewStage):
            names = [package.roles[review.role].name[lang] for review in stage.reviews.values()]
            found.append(Step(stage.name[lang], ", ".join(names)))
        elif isinstance(stage, PaymentStage):
            found.append(Step(stage.name[lang], t("services.you_pay", lang)))
        elif isinstance(stage, IssueStage):
            found.append(Step(stage.name[lang], t("services.at_once", lang)))
    return found
