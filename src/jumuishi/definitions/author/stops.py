"""The stages of a package as a person reads them: what each is, who acts by when, and where each way out leads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jumuishi.definitions.compare.speak import expression_words, within_words
from jumuishi.definitions.model import (
    ApplicantStage,
    ChoiceStage,
    Due,
    EndStage,
    Expires,
    IssueStage,
    Package,
    PaymentStage,
    Review,
    ReviewStage,
    Stage,
    TaskStage,
)
from jumuishi.kernel.text import t

WayKind = Literal["act", "time", "appeal"]


@dataclass(frozen=True)
class Way:
    """A way out: its words and the stage it leads to; `kind` "time" is taken by itself once the time has passed."""

    words: str
    to: str
    kind: WayKind = "act"


@dataclass(frozen=True)
class Stop:
    """A stage in one language: `kind` the definition's (an end's is its outcome), `says` who, when, for what."""

    id: str
    kind: str
    name: str
    kind_words: str
    says: tuple[str, ...]
    ways: tuple[Way, ...]


def stops(package: Package, lang: str) -> tuple[Stop, ...]:
    """Every stage in the author's order; ways that lead to no stage are left out."""
    return tuple(_Reader(package, lang).stop(key, stage) for key, stage in package.stages.items())


@dataclass(frozen=True)
class _Reader:
    package: Package
    lang: str

    def stop(self, key: str, stage: Stage) -> Stop:
        kind = stage.outcome if isinstance(stage, EndStage) else stage.kind
        ways = tuple(way for way in self.ways(stage) if way.to in self.package.stages)
        name = stage.name.in_language(self.lang) or key
        is_committee = isinstance(stage, TaskStage) and self.package.is_committee(stage.role)
        words = self.say("kind_committee" if is_committee else f"kind_{kind}")
        return Stop(key, kind, name, words, tuple(self.says(stage)), ways)

    def say(self, key: str, **values: object) -> str:
        return t(f"definitions.map_{key}", self.lang, **values)

    def role(self, name: str) -> str:
        role = self.package.roles.get(name)
        return role.name.in_language(self.lang) if role is not None else name

    def says(self, stage: Stage) -> Iterator[str]:
        match stage:
            case TaskStage():
                yield self.role(stage.role)
                yield from self.due(stage.due)
                yield from self.not_by(stage.not_by)
            case ReviewStage():
                yield (
                    self.say(f"pass_{stage.needed}")
                    if isinstance(stage.needed, str)
                    else self.say("pass_n", n=stage.needed, all=len(stage.reviews))
                )
                for one in stage.reviews.values():
                    yield self.review(one)
                yield from self.not_by(stage.not_by)
            case ApplicantStage():
                yield self.say("applicant_acts")
            case PaymentStage():
                fees = [
                    self.package.fees[fee].label.in_language(self.lang)
                    for fee in stage.fees
                    if fee in self.package.fees
                ]
                yield ", ".join(fees)
            case IssueStage():
                document = self.package.documents.get(stage.document)
                yield document.title.in_language(self.lang) if document is not None else stage.document
            case _:
                return

    def due(self, due: Due | None) -> Iterator[str]:
        if due is None:
            return
        span = within_words(due.within, self.package, self.lang)
        if due.escalate is None:
            yield self.say("due", span=span)
        else:
            yield self.say("due_then", span=span, role=self.role(due.escalate))

    def not_by(self, stages: tuple[str, ...]) -> Iterator[str]:
        names = [self.package.stages[one].name.in_language(self.lang) for one in stages if one in self.package.stages]
        if names:
            yield self.say("not_by", stages=", ".join(names))

    def review(self, one: Review) -> str:
        who = self.role(one.role)
        if one.institution is not None and one.institution in self.package.settings:
            who += f" ({self.package.settings[one.institution].label.in_language(self.lang)})"
        span = within_words(one.due.within, self.package, self.lang) if one.due is not None else ""
        said = "• " + " · ".join(filter(None, [who, span]))
        if one.when is None:
            return said
        return f"{said}, {self.say('only_if', condition=expression_words(one.when, self.package, self.lang))}"

    def ways(self, stage: Stage) -> Iterator[Way]:
        match stage:
            case TaskStage():
                for action in stage.actions.values():
                    yield Way(action.label.in_language(self.lang) or action.to, action.to)
            case ApplicantStage():
                yield Way(self.say("answered"), stage.answered)
                yield from self.expires(stage.expires)
            case ReviewStage():
                yield Way(self.say("passed"), stage.passed)
                yield Way(self.say("failed"), stage.failed)
            case PaymentStage():
                yield Way(self.say("paid"), stage.paid)
                yield from self.expires(stage.expires)
            case IssueStage():
                yield Way(self.say("issued"), stage.to)
            case ChoiceStage():
                for branch in stage.branches:
                    if branch.when is None:
                        yield Way(self.say("otherwise" if len(stage.branches) > 1 else "always"), branch.to)
                    else:
                        words = expression_words(branch.when, self.package, self.lang)
                        yield Way(self.say("if", condition=words), branch.to)
            case EndStage():
                if stage.appeal is not None:
                    span = within_words(stage.appeal.within, self.package, self.lang)
                    yield Way(self.say("appeal", span=span), stage.appeal.to, "appeal")

    def expires(self, expires: Expires | None) -> Iterator[Way]:
        if expires is not None:
            span = within_words(expires.after, self.package, self.lang)
            yield Way(self.say("expires", span=span), expires.to, "time")
