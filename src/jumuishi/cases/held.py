"""What this room holds about a person: drafts, applications with their files and messages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count

from jumuishi.cases.actions.correcting import KINDS, correct_answer
from jumuishi.cases.actions.erasing import erase_case
from jumuishi.cases.models import Attachment, Case, Dispute, Draft, Look, Mandate, MoveItem, Note, Upload
from jumuishi.cases.sittings.queries import decided_of
from jumuishi.cases.types import CaseError, KeptError
from jumuishi.cases.visits.queries import visits_of_case
from jumuishi.cases.wording import words
from jumuishi.definitions.types import Package
from jumuishi.identity.holdings import (
    CannotCorrectError,
    Circle,
    Copy,
    Correctable,
    Fate,
    Holder,
    Holding,
    Touched,
    data_of,
    in_words,
    register_holder,
)
from jumuishi.identity.types import Actor
from jumuishi.kernel.spoken import say_span
from jumuishi.kernel.text import LANGUAGES, both, t
from jumuishi.services import public as services

_CASE = ("id", "reference", "service", "service_name", "title", "door", "phone", "stage_name", "outcome",
         "submitted_at", "promise_due_at", "ended_at")  # fmt: skip
_NOTE = ("kind", "text", "by_role", "created_at")
_CORRECTION = ("field", "old", "new", "reason", "created_at")
_VISIT = ("what", "state", "starts_at", "choose_by", "asked_at", "why")
_ITEM = ("matter", "state", "outcome_name", "text", "votes_for", "votes_against", "abstained", "confirmed_at")
_MOVE = ("state", "why", "consent", "asked_until", "created_at", "settled_at")
_MANDATE = ("id", "owner_phone", "owner_name", "helper_name", "kind", "scope", "fee", "proof", "witness_name",
            "given_at", "until_at", "ended_at", "ended_why")  # fmt: skip
_LOOK = ("register", "key_field", "state", "reason", "values", "source", "message_id", "at", "tried_at", "later_by")
_DISPUTE = ("register", "field", "said", "reason", "made_at")
_COMING = ("field", "name", "size", "received", "begun_at", "expires_at")
_FILE = ("field", "name", "media_type", "size", "sha256", "created_at")

MOST = 50


class Applications(Holder):
    """Applications are held for the service asked for, by its law, for as long as the service's retention says."""

    room = "cases"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """Drafts, and applications by institution and service."""
        drafts = Draft.objects.filter(person_id=person_id).count()
        found = [in_words("cases", "draft", None, drafts)] if drafts else []
        lets = Mandate.objects.filter(owner_id=person_id).count()
        found += [in_words("cases", "mandate", None, lets)] if lets else []
        rows = Case.objects.filter(person_id=person_id).values_list("institution_id", "edition_hash")
        for home, edition_hash, count in rows.annotate(count=Count("id")).order_by("institution_id", "edition_hash"):
            found.append(service_held(services.definition(edition_hash).package, home, count))
        return found

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each draft (of no institution), each application with answers, messages and files."""
        if institution_id is None:
            for draft in Draft.objects.filter(person_id=person_id).iterator(chunk_size=100):
                files = Attachment.objects.filter(person_id=person_id, draft_id=draft.id)
                data = data_of(draft, "id", "answers", "set_aside", "phone", "saved_at")
                data["on_their_way"] = _coming(person_id, draft.id)
                data |= _looks(person_id, draft.id)
                yield Copy("draft", None, data, tuple((one.name, one.file_id) for one in files))
            for row in Mandate.objects.filter(owner_id=person_id).order_by("asked_at"):
                yield Copy("mandate", None, data_of(row, *_MANDATE))
        rows = Case.objects.filter(person_id=person_id).order_by("submitted_at")
        if institution_id is not None:
            rows = rows.filter(institution_id=institution_id)
        for case in rows.iterator(chunk_size=100):
            yield _copy(case)

    def correctable(self, person_id: UUID, institution_id: UUID) -> list[Correctable]:
        """Answers typed in one box, of the newest applications there."""
        rows = Case.objects.filter(person_id=person_id, institution_id=institution_id, erased_at=None)
        return [one for case in rows.order_by("-submitted_at")[:MOST] for one in correctables(case)]

    def correct(self, *, actor: Actor, person_id: UUID, thing_id: UUID, field: str, value: str, reason: str) -> None:
        """As the form would take it."""
        if not Case.objects.filter(id=thing_id, person_id=person_id).exists():
            raise CannotCorrectError("cases.cannot_correct")
        try:
            correct_answer(actor=actor, case_id=thing_id, field=field, value=value, reason=reason)
        except CaseError as error:
            raise CannotCorrectError(error.code) from error

    def erase(self, *, actor: Actor, person_id: UUID, institution_id: UUID, reason: str) -> Iterator[Fate]:
        """Each application by itself: gone, or kept for a reason until a day."""
        rows = Case.objects.filter(person_id=person_id, institution_id=institution_id).order_by("submitted_at")
        for case_id, reference in list(rows.values_list("id", "reference")):
            try:
                erase_case(actor=actor, case_id=case_id, reason=reason)
            except KeptError as kept:
                yield Fate("case", case_id, reference, False, both(kept.code), kept.until)
            else:
                yield Fate("case", case_id, reference, True)

    def touched(self, institution_id: UUID, circle: Circle) -> Iterator[Touched]:
        """Applicants of a service, or of some applications."""
        rows = Case.objects.filter(institution_id=institution_id, erased_at=None)
        if circle.references:
            rows = rows.filter(reference__in=circle.references)
        if circle.service:
            rows = rows.filter(service=circle.service)
        if circle.since is not None:
            rows = rows.filter(submitted_at__gte=circle.since)
        if circle.until is not None:
            rows = rows.filter(submitted_at__lt=circle.until)
        for one in rows.order_by("-submitted_at").values_list("person_id", "phone", "reference", "language").iterator():
            yield Touched(*one)


def _coming(person_id: UUID, draft_id: UUID) -> list[dict[str, Any]]:
    rows = Upload.objects.filter(person_id=person_id, draft_id=draft_id, done_at=None).order_by("begun_at")
    return [data_of(one, *_COMING) for one in rows]


def _looks(person_id: UUID, draft_id: UUID | None, case_id: UUID | None = None) -> dict[str, Any]:
    """What registers said of a draft, or of a case; and what the person said of that."""
    of = {"person_id": person_id} | ({"case_id": case_id} if case_id else {"draft_id": draft_id})
    return {
        "registers": [data_of(one, *_LOOK) for one in Look.objects.filter(**of).order_by("tried_at")],
        "disputes": [data_of(one, *_DISPUTE) for one in Dispute.objects.filter(**of).order_by("made_at")],
    }


def correctables(case: Case) -> Iterator[Correctable]:
    """The answers of one application that may be corrected, in the order of its form."""
    package = services.definition(case.edition_hash).package
    for name, one in package.all_fields().items():
        value = case.state["answers"].get(name)
        if one.type in KINDS and value is not None:
            label = one.label or dict.fromkeys(LANGUAGES, name)
            choices = tuple((key, dict(choice.label)) for key, choice in one.choices.items())
            said = words(one, value, case.language)
            yield Correctable(
                case.id, case.institution_id, case.reference, name, label, said, bool(case.outcome), choices
            )


def _copy(case: Case) -> Copy:
    notes = Note.objects.filter(institution_id=case.institution_id, case=case).order_by("created_at")
    files = list(Attachment.objects.filter(institution_id=case.institution_id, case_id=case.id).order_by("created_at"))
    moves = MoveItem.objects.filter(institution_id=case.institution_id, case=case).order_by("created_at")
    data = data_of(case, *_CASE) | {
        "answers": case.state["answers"],
        "corrections": [data_of(one, *_CORRECTION) for one in case.corrections.order_by("created_at")],
        "messages": [data_of(one, *_NOTE) for one in notes],
        "visits": [data_of(one, *_VISIT) for one in visits_of_case(case.id)],
        "editions": [data_of(one, *_MOVE) for one in moves],
        "committee": [data_of(one, *_ITEM) for one in decided_of(case.id)],
        "files": [data_of(one, *_FILE) for one in files],
        "on_their_way": _coming(case.person_id, case.id),
        **_looks(case.person_id, None, case.id),
    }
    return Copy("case", case.institution_id, data, tuple((one.name, one.file_id) for one in files))


def service_held(package: Package, institution_id: UUID | None, count: int) -> Holding:
    """What an application of a service holds, in the words of its definition."""
    law = {lang: "; ".join(one.cite[lang] for one in package.basis.values()) for lang in LANGUAGES}
    purpose = {lang: t("cases.held_case_for", lang, service=package.name[lang]) for lang in LANGUAGES}
    return Holding("case", institution_id, dict(package.name), purpose, law, retention_words(package), count)


def retention_words(package: Package) -> Mapping[str, str]:
    """How long applications of a service are kept after their end, by how they ended; or that no period is set."""
    if package.retention is None:
        return {lang: t("cases.held_case_open", lang) for lang in LANGUAGES}

    def said(outcome: str, within: Any, lang: str) -> str:
        span = say_span(within.n, within.unit, lang) if within.n else t("cases.held_case_set", lang)
        return t(f"cases.kept_{outcome}", lang, span=span)

    periods = package.retention.periods.items()
    return {lang: "; ".join(said(outcome, within, lang) for outcome, within in periods) for lang in LANGUAGES}


register_holder(Applications())
