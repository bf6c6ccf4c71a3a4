"""A case's messages and its history from the journal, in words."""

from typing import Any
from uuid import UUID

from jumuishi.cases import queries
from jumuishi.cases.models import Case
from jumuishi.cases.web import words
from jumuishi.definitions.types import Package
from jumuishi.evidence import public as evidence
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
    """Messages between office and applicant, oldest first."""
    return [
        {
            "who": role_name(package, one.by_role, lang),
            "at": words.at(one.created_at, lang, work),
            "text": one.text,
            "kind": one.kind,
        }
        for one in queries.notes_of(case)
    ]


def _who(entry: Any, names: dict[UUID, str], lang: str) -> str:
    actor = (entry.body or {}).get("actor", {})
    if actor.get("kind") == "system":
        return t("cases.the_system", lang)
    person = actor.get("person")
    if person and not actor.get("institution"):
        return t("cases.applicant", lang)
    return names.get(UUID(person), t("cases.an_officer", lang)) if person else t("cases.an_officer", lang)


def office(case: Case, package: Package, lang: str, work: WorkingTime) -> list[dict[str, Any]]:
    """What was done to the case, newest first; who looked is among it."""
    del package
    entries = evidence.history(thing_kind="case", thing_id=case.id)
    people = {
        UUID(one.body["actor"]["person"]) for one in entries if one.body and one.body.get("actor", {}).get("person")
    }
    names = {person.id: person.name for person in identity.people(people).values()}
    rows = []
    for entry in reversed(entries[-200:]):
        key = f"cases.did_{entry.verb.replace('.', '_')}"
        said = t(key, lang) if key in texts() else entry.verb
        rows.append({"at": words.at(entry.at, lang, work), "text": f"{_who(entry, names, lang)}: {said}", "sub": ""})
    return rows


def looks(case: Case, lang: str, work: WorkingTime) -> list[str]:
    """Who looked at the applicant's data and when: the institution, as the journal has it."""
    entries = [one for one in evidence.history(thing_kind="case", thing_id=case.id) if one.verb == "identity.look"]
    ids = {UUID(found) for one in entries if (found := (one.body or {}).get("actor", {}).get("institution"))}
    homes = institutions.institutions(ids)

    def where(entry: Any) -> str:
        found = (entry.body or {}).get("actor", {}).get("institution")
        home = homes.get(UUID(found)) if found else None
        return f", {home.name[lang]}" if home else ""

    return [f"{t('cases.an_officer', lang)}{where(one)}: {words.at(one.at, lang, work)}" for one in entries[-30:]]
