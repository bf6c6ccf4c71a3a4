"""A service in words, before anybody begins: what it needs, costs and promises, and its steps. Pure."""

import re
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


def _amount(fee: Fee, settings: Mapping[str, Any]) -> int | None:
    """The figure that a fee is or rests on, the lowest where it rests on several; None where it is not one."""
    source = fee.amount.source.strip()
    if source.isdigit():
        return int(source)
    found = [settings.get(name) for name in re.findall(r"\bsetting\.([a-z][a-z0-9_]*)", source)]
    figures = [value for value in found if isinstance(value, int)]
    return min(figures) if figures else None


def _is_exact(fee: Fee) -> bool:
    return re.fullmatch(r"\d+|setting\.[a-z][a-z0-9_]*", fee.amount.source.strip()) is not None


def amount_words(fee: Fee, settings: Mapping[str, Any], currency: str, lang: str) -> str:
    """ "TZS 20,000", "TZS 100,000 na kuendelea" as far as the definition says it simply, "Bure" for nothing."""
    amount = _amount(fee, settings)
    if amount is None:
        return t("services.worked_out", lang)
    if _is_exact(fee):
        return say_money(amount, currency) if amount else t("services.free", lang)
    return t("services.from_amount", lang, amount=say_money(amount, currency))


def fee_words(package: Package, settings: Mapping[str, Any], currency: str, lang: str) -> str:
    """The fee in one fact: the amount where there is one fee, the lowest of several; empty where nothing is asked."""
    amounts = [amount for fee in package.fees.values() if (amount := _amount(fee, settings)) != 0]
    known = [amount for amount in amounts if amount is not None]
    if not amounts:
        return ""
    if len(known) == len(amounts) == 1 and _is_exact(next(iter(package.fees.values()))):
        return say_money(known[0], currency)
    if not known:
        return t("services.worked_out", lang)
    return t("services.from_amount", lang, amount=say_money(min(known), currency))


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
