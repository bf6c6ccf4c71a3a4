"""A case's messages and its history from the journal, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jumuishi.cases import queries
from jumuishi.cases.models import Case
from jumuishi.cases.web import words
from jumuishi.definitions.types import Package, ReviewStage, TaskStage
from jumuishi.documents.types import VERIFIED, Issued
from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import Entry
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import t, texts
from jumuishi.kernel.worktime import WorkingTime


def role_name(package: Package, role: str, lang: str) -> str:
    """A role as people call it."""
    if role == "applicant":
        return t("cases.applicant", lang)
    found = package.roles.get(role)
    return found.name[lang] if found else t("cases.office", lang)


def notes(case: Case, package: Package, lang: str, work: WorkingTime) -> list[dict[str, Any]]:
    """Messages between office and applicant, oldest first; what the platform tells both sides is among them."""
    return [
        {
            "who": role_name(package, one.by_role, lang) if one.by_person_id else t("cases.the_system", lang),
            "at": words.at(one.created_at, lang, work),
            "text": t(f"cases.note_{one.kind}", lang, text=one.text) if one.kind in TOLD else one.text,
            "kind": one.kind,
        }
        for one in queries.notes_of(case)
    ]


TOLD = ("late", "moved", "corrected", "deferred", "edition", "edition_ask", "edition_stay", "repudiated")
LOOK = "identity.look"


@dataclass(frozen=True)
class _Telling:
    """What an entry is told with: the definition's words, people's names, institutions' names."""

    package: Package
    lang: str
    names: Mapping[UUID, str]
    homes: Mapping[UUID, str]

    def who(self, entry: Entry) -> str:
        """The person at the keys; of another institution by its name, and on whose behalf where the role was lent."""
        body = entry.body or {}
        actor = body.get("actor", {})
        if actor.get("kind") == "system":
            return t("cases.the_system", self.lang)
        person, home = actor.get("person"), actor.get("institution")
        if person and not home:
            return t("cases.applicant", self.lang)
        name = self.name(person) or t("cases.an_officer", self.lang)
        if home and (elsewhere := self.homes.get(UUID(home))):
            name = f"{name} ({elsewhere})"
        behalf = body.get("on_behalf_of")
        return t("cases.on_behalf", self.lang, who=name, of=self.name(behalf)) if behalf else name

    def name(self, person: str | None) -> str:
        return self.names.get(UUID(person), "") if person else ""

    def what(self, entry: Entry) -> str:
        """What was done, in the words of the definition where it has them; empty for what is not worth telling."""
        lang, body = self.lang, entry.body or {}
        after = body.get("after") or {}
        act = after.get("act") or {}
        if "sent_again" in after or after.get("elapse") == "nothing":
            return ""
        if "do" in act:
            stage = self.package.stages.get((body.get("before") or {}).get("stage", ""))
            action = stage.actions.get(act["do"]) if isinstance(stage, TaskStage) else None
            return action.label[lang] if action is not None and action.label is not None else str(act["do"])
        if "review" in act:
            said = t("cases.review_pass" if act.get("passed") else "cases.review_fail", lang)
            return f"{self._review(act['review'])}: {said}"
        if "assignee" in after:
            taken = after["assignee"] == body.get("actor", {}).get("person")
            given = t("cases.did_give", lang, who=self.name(after["assignee"]))
            return t("cases.did_take", lang) if taken else given
        if "elapse" in act:
            what = act["elapse"]
            return t(f"cases.elapsed_{what if what in ('expires', 'promise') else 'due'}", lang)
        if entry.verb == LOOK and (what := str(after.get("what", ""))).startswith("file "):
            field = self.package.all_fields().get(what.removeprefix("file "))
            return t("cases.did_file", lang, what=field.label[lang] if field and field.label else "")
        if entry.verb == LOOK and after.get("what") in ("export", "print"):
            return t(f"cases.did_{after['what']}", lang)
        key = f"cases.did_{entry.verb.replace('.', '_')}"
        return t(key, lang) if key in texts() else entry.verb

    def _review(self, review: str) -> str:
        for stage in self.package.stages.values():
            if isinstance(stage, ReviewStage) and review in stage.reviews:
                seat = stage.reviews[review]
                return (seat.name or self.package.roles[seat.role].name)[self.lang]
        return review


def office(case: Case, package: Package, lang: str, work: WorkingTime) -> list[dict[str, Any]]:
    """What was done to the case and who looked, newest first; the same look again and again is one row."""
    entries = evidence.history(thing_kind="case", thing_id=case.id)[-200:]
    actors = [(one.body or {}).get("actor", {}) for one in entries]
    people = {UUID(one["person"]) for one in actors if one.get("person")}
    for one in entries:
        said = one.body or {}
        people |= {UUID(who) for who in (said.get("on_behalf_of"), (said.get("after") or {}).get("assignee")) if who}
    names = {person.id: person.name for person in identity.people(people).values()}
    away = {UUID(one["institution"]) for one in actors if one.get("institution")} - {case.institution_id}
    homes = {one.id: one.name[lang] for one in institutions.institutions(away).values()} if away else {}
    telling = _Telling(package, lang, names, homes)
    rows: list[dict[str, Any]] = []
    for entry in reversed(entries):
        what, look = telling.what(entry), entry.verb == LOOK
        text = f"{telling.who(entry)}: {what}"
        if not what or (look and rows and rows[-1]["text"] == text):
            continue
        actor = (entry.body or {}).get("actor", {})
        person = actor.get("person")
        is_officer = bool(actor.get("institution"))
        at = words.at(entry.at, lang, work)
        rows.append({
            "at": at, "when": entry.at, "text": text, "look": look, "person": person, "officer": is_officer,
            "number": entry.journal_id,
        })  # fmt: skip
    return rows


def looks(case: Case, issued: Sequence[Issued], lang: str, work: WorkingTime) -> list[str]:
    """Who looked at the applicant's data or documents and when: the institution, as the journal has it."""
    found = evidence.history(thing_kind="case", thing_id=case.id)
    for one in issued:
        found = [*found, *evidence.history(thing_kind="document", thing_id=one.id)]
    entries = sorted((one for one in found if one.verb == LOOK), key=lambda one: one.at)
    ids = {UUID(found) for one in entries if (found := (one.body or {}).get("actor", {}).get("institution"))}
    homes = institutions.institutions(ids)

    def where(entry: Any) -> str:
        found = (entry.body or {}).get("actor", {}).get("institution")
        home = homes.get(UUID(found)) if found else None
        return f", {home.name[lang]}" if home else ""

    def who(entry: Any) -> str:
        said = str(((entry.body or {}).get("after") or {}).get("what", ""))
        if said.startswith(VERIFIED):
            return t("cases.a_program", lang, purpose=said.removeprefix(VERIFIED))
        return t("cases.an_officer", lang)

    return [f"{who(one)}{where(one)}: {words.at(one.at, lang, work)}" for one in entries[-30:]]
