"""A batch in words: what may be done to it, what each task will come to or came to."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jumuishi.cases.form import asked_of
from jumuishi.cases.models import Batch
from jumuishi.cases.web import words
from jumuishi.definitions.types import Package, TaskStage
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.text import t, texts
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.services import public as services


@dataclass(frozen=True)
class Common:
    """What all tasks of a batch are at, where they are at the same."""

    package: Package
    service: str
    stage: str
    review: str

    @property
    def said(self) -> dict[str, str]:
        """As the batch keeps it."""
        return {"service": self.service, "stage": self.stage, "review": self.review}


def common(batch: Batch) -> Common | None:
    """The service, stage and review of all tasks; None where they differ."""
    found = set(batch.items.values_list("case__service", "task__stage", "task__review"))
    if len(found) != 1:
        return None
    newest = batch.items.order_by("-case__submitted_at").values_list("case__edition_hash", flat=True).first()
    ((service, stage, review),) = found
    return Common(services.definition(str(newest)).package, service, stage, review)


def choices(batch: Batch, actor: Actor, lang: str) -> dict[str, Any]:
    """What may be chosen: the acts of a common stage; taking, giving, explaining, writing."""
    same, now = common(batch), clock.now()
    acts: list[dict[str, str]] = []
    why = "" if same else t("cases.bulk_differ", lang)
    if same and same.review:
        acts = [
            {"key": f"review:{one}", "label": t(f"cases.review_{one}", lang), "sub": ""} for one in ("pass", "fail")
        ]
    elif same:
        stage = same.package.stages.get(same.stage)
        if isinstance(stage, TaskStage) and asked_of(stage.fields):
            why = t("cases.bulk_asks", lang)
        elif isinstance(stage, TaskStage):
            acts = [
                {
                    "key": f"act:{key}",
                    "label": one.label[lang],
                    "sub": " ".join(t(f"cases.needs_{need}", lang) for need in one.requires),
                }
                for key, one in stage.actions.items()
            ]
    late = batch.items.filter(task__due_at__lt=now).count()
    acts += [{"key": "take", "label": t("cases.bulk_take", lang), "sub": ""}]
    acts += [{"key": "assign", "label": t("cases.bulk_assign", lang), "sub": t("cases.bulk_assign_hint", lang)}]
    if late:
        acts += [{"key": "explain", "label": t("cases.bulk_explain", lang), "sub": t("cases.bulk_late", lang, n=late)}]
    acts += [{"key": "message", "label": t("cases.bulk_message", lang), "sub": ""}]
    people = [{"id": str(one.person_id), "name": one.name} for one in institutions.people_in(actor.workplace)]
    return {"acts": acts, "why": why, "people": people, "late": late}


def verb(batch: Batch, lang: str) -> str:
    """What was chosen, in words."""
    if batch.verb in ("act", "review"):
        same = common(batch)
        key = batch.said.get("act", "")
        if batch.verb == "review":
            return t(f"cases.review_{'pass' if key == 'pass' else 'fail'}", lang)
        stage = same.package.stages.get(same.stage) if same else None
        action = stage.actions.get(key) if isinstance(stage, TaskStage) else None
        return action.label[lang] if action is not None else key
    if batch.verb == "assign":
        names = words.names_of(batch.institution_id)
        who = next((name for one, name in names.items() if str(one) == batch.said.get("who")), "")
        return t("cases.bulk_assign_to", lang, who=who)
    return t(f"cases.bulk_{batch.verb}", lang) if batch.verb else t("cases.batch_chosen", lang)


def told(found: dict[str, Any] | None, verb: str, lang: str, *, is_done: bool) -> str:
    """What one task will come to, or (`is_done`) came to: where its case goes, for what moves it."""
    if found is None:
        return t("cases.bulk_waits", lang)
    if not found["ok"]:
        return t(found["code"], lang, by="") if found["code"] in texts() else t("cases.refused", lang)
    if verb not in ("act", "review"):
        return t(f"cases.bulk_{verb}_{'did' if is_done else 'will'}", lang)
    outcome, stage = found.get("outcome"), found.get("stage") or {}
    return t(f"cases.outcome_{outcome}", lang) if outcome else stage.get(lang, "")


def endings(batch: Batch, lang: str) -> list[str]:
    """How many will go where, the most first; what ends a case is named as such."""
    counted: Counter[tuple[bool, str]] = Counter()
    for found in batch.items.filter(foreseen__ok=True).values_list("foreseen", flat=True):
        counted[bool((found or {}).get("outcome")), told(found, batch.verb, lang, is_done=False)] += 1
    return [
        t("cases.bulk_will_end" if is_end else "cases.bulk_will_go", lang, n=n, what=what)
        for (is_end, what), n in counted.most_common()
    ]


def at(instant: datetime, lang: str, work: WorkingTime) -> str:
    """When it was laid on the table."""
    return words.at(instant, lang, work)
