"""What an act will come to, said before it is done: the confirmation page of a grave one."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from jumuishi.cases import engine
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Task
from jumuishi.cases.web import office_page, words
from jumuishi.definitions.machine import types as d
from jumuishi.definitions.types import TaskStage
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.text import t


def act_of(task: Task, stage: object, typed: Mapping[str, Any], fields: Mapping[str, Any]) -> d.Do | d.GiveReview:
    """The act that a form means; its one text is the reason where the action asks for one, else the message."""
    chosen, text = typed["act"], typed["text"]
    if task.kind == "review":
        return d.GiveReview(task.review, chosen == "pass", text, task.visit)
    needs = stage.actions[chosen].requires if isinstance(stage, TaskStage) and chosen in stage.actions else ()
    is_reason = "reason" in needs
    return d.Do(chosen, fields, "" if is_reason else text, text if is_reason else "", task.visit)


def grave(actor: Actor, case: Case, task: Task, act: d.Do | d.GiveReview, lang: str) -> dict[str, Any] | None:
    """What to confirm, where the act ends the case or issues a document; None for all other acts. Raises CaseError."""
    outcome = deciding.foresee(actor=actor, task_id=task.id, act=act)
    ends = next((one for one in outcome.effects if isinstance(one, d.Ended)), None)
    issues = any(isinstance(one, d.IssueDocument) for one in outcome.effects)
    is_no = isinstance(act, d.GiveReview) and not act.passed
    if ends is None and not issues and not is_no:
        return None
    frame = engine.frame_of(case)
    package, work = frame.edition.package, institutions.working_time(case.institution_id)
    chosen = ("pass" if act.passed else "fail") if isinstance(act, d.GiveReview) else act.action
    label = office_page.label_of(task, chosen, package, lang)
    lines = [_line(effect, case, package, lang, work) for effect in outcome.effects]
    if is_no and ends is None:
        lines.append(t("cases.will_wait_for_others", lang))
    text = act.reason or (act.message if isinstance(act, d.Do) else "")
    return {
        "heading": t("cases.sure", lang, what=label),
        "title": case.title,
        "lines": [*dict.fromkeys(filter(None, lines)), t("cases.will_be_recorded", lang)],
        "text": text,
        "yes": t("cases.yes_do", lang, what=label),
        "action": "../tenda/",
    }


def _line(effect: object, case: Case, package: Any, lang: str, work: Any) -> str:
    if isinstance(effect, d.Ended):
        end = t(f"cases.will_end_{effect.outcome}", lang)
        until = effect.appeal_until
        return f"{end} {t('cases.will_appeal', lang, at=words.at(until, lang, work))}" if until else end
    if isinstance(effect, d.IssueDocument):
        return t("cases.will_issue", lang, what=package.documents[effect.document].title[lang])
    if isinstance(effect, d.Refund):
        amount = sum(line.amount for line in effect.lines)
        return t("cases.will_refund", lang, amount=say_money(amount, settings.CURRENCY))
    if isinstance(effect, d.WithdrawReview):
        return t("cases.will_stop_reviews", lang)
    if isinstance(effect, d.Message) and effect.kind == "end":
        return t("cases.will_tell" if case.phone else "cases.will_tell_page", lang)
    return ""
