"""What an applicant does with a case: answer a request, withdraw, appeal."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from jumuishi.cases import attaching, effects, messages, quota, uploads
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked, run
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.resumable.dropping import drop_rows, on_their_way
from jumuishi.cases.types import CaseError, QuotaError
from jumuishi.definitions.machine import types as d
from jumuishi.definitions.types import Error, Field
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.files import TooLargeError
from jumuishi.kernel.scanning import InfectedFileError


def _same_case(*, actor: Actor, thing_id: UUID, case_id: UUID, **_: Any) -> None:  # noqa: ARG001
    if thing_id != case_id:
        raise CaseError("cases.key_reused")


@identity.action("cases.case.answer", replay=_same_case)
def answer_request(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    changes: Mapping[str, Any],
    message: str = "",
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> None:
    """Answer what the office asked; `changes` are canonical JSON data. Raises CaseError, StaleCaseError."""
    case = locked(case_id, version)
    actor = helping.acting_for(actor, case.mandate_id, case.person_id)
    identity.must(actor, "cases.case.reply", case_thing(case))
    if message.strip():
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, "answer", message.strip())
    run(case, d.Answer(changes), actor=actor, said={"answer": dict(changes)})
    with tenancy.acting_as(SYSTEM):
        drop_rows(on_their_way(case.person_id, case.id))


@identity.action("cases.case.attach")
def take_file(
    *, actor: Actor, case_id: UUID, field: str, name: str, media_type: str, chunks: Iterable[bytes], limit: int
) -> dict[str, Any]:
    """Take a file that the office asked for; returns it as canonical data. Raises as quota.take."""
    case = locked(case_id, None)
    actor = helping.acting_for(actor, case.mandate_id, case.person_id)
    identity.must(actor, "cases.case.reply", case_thing(case))
    stored, scan = quota.take(case.person_id, chunks, limit)
    kept = attaching.keep(case, field=field, name=name, media_type=media_type, stored=stored, scan=scan)
    identity.record(actor, case_thing(case), after={"field": field, "sha256": stored.sha256})
    return kept


def hand_in(*, actor: Actor, case_id: UUID, field: Field, file: "UploadedFile[bytes]") -> dict[str, Any] | Error:
    """Take a file for a question about a case where it may be taken; else what is wrong with it. Raises CaseError."""
    found = uploads.read(field, file)
    if isinstance(found, uploads.RefusedUpload):
        return Error((field.name,), found.code)
    try:
        return take_file(
            actor=actor, case_id=case_id, field=field.name, name=found.name, media_type=found.media_type,
            chunks=found.chunks(), limit=found.limit,
        )  # fmt: skip
    except TooLargeError:
        return Error((field.name,), "file_size")
    except QuotaError:
        return Error((field.name,), "file_quota")
    except InfectedFileError:
        return Error((field.name,), "file_infected")


@identity.action("cases.case.withdraw")
def withdraw_case(*, actor: Actor, case_id: UUID) -> None:
    """Take the application back; what was paid is refunded. Raises CaseError once the case has ended."""
    case = locked(case_id, None)
    identity.must(actor, "cases.case.answer", case_thing(case))
    if case.outcome == "withdrawn":
        identity.record(actor, case_thing(case), after={"sent_again": True})
        return
    run(case, d.Withdraw(), actor=actor, said={"withdraw": True})


@identity.action("cases.case.appeal", replay=_same_case)
def appeal(
    *,
    actor: Actor,
    case_id: UUID,
    reason: str,
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> None:
    """Appeal against a refusal, within the time that the service gives. Raises CaseError."""
    case = locked(case_id, None)
    identity.must(actor, "cases.case.answer", case_thing(case))
    run(case, d.Appeal(reason.strip()), actor=actor, said={"appeal": reason.strip()})
    with tenancy.acting_as(SYSTEM):
        effects.write_note(case, actor, "appeal", reason.strip())
        messages.tell_appeal(case)
