"""What I take with me from my case: its receipt, the proof in the log, its document, and the next document from it."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from jumuishi.cases import engine, queries, sameness
from jumuishi.cases.actions.again import begin_again
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.models import Case
from jumuishi.cases.types import DraftError
from jumuishi.cases.web import words
from jumuishi.cases.web.case import foot, journey, own
from jumuishi.cases.web.mine import resume_code
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.documents import public as documents
from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import SignedPromise
from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language


@access(KnownPerson)
def received(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt: the number, the date promised, who has it now, what comes next, the signed promise of the log."""
    lang, found = language(), own(request, case_id)
    work, home = institutions.working_time(found.institution_id), institutions.institution(found.institution_id)
    package, tasks = engine.frame_of(found).edition.package, queries.tasks_of(found)
    now_with = next((package.roles[one.role].name[lang] for one in tasks if one.state == "open"), "")
    context = {
        **foot(found, package, tasks, home, work),
        "groups": group(found.reference).split(),
        "service_name": found.service_name[lang],
        "institution": home.name[lang] if home else "",
        "submitted": words.at(found.submitted_at, lang, work),
        "promised": words.at(found.promise_due_at, lang, work),
        "now_with": now_with or found.stage_name[lang],
        "phone": identity.mask_phone(found.phone) if found.phone else "",
        "resume_code": "" if found.phone else resume_code(request),
        "track_url": f"{prefix()}/maombi/{found.id}/",
        "receipt_url": f"{prefix()}/maombi/{found.id}/stakabadhi/",
        "stages": journey(found, package, tasks, lang, work),
        "commitment": _in_fours(promise_of(found).commitment.hex()),
        "digest": _in_fours(sameness.digest_of(found)),
    }
    return render(request, "cases/receipt.html", context)


def promise_of(case: Case) -> SignedPromise:
    """The signed promise for whoever was let see the case: a helper's own rows of the journal are not the owner's."""
    with tenancy.acting_as(helping.SYSTEM):
        return evidence.promise(case.submit_entry)


def _in_fours(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


@access(KnownPerson)
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The evidence bundle of the submission, or the signed promise while the proof is on its way (seconds)."""
    found = own(request, case_id)
    with tenancy.acting_as(helping.SYSTEM):
        body = evidence.receipt(found.submit_entry) or evidence.promise(found.submit_entry).as_json()
    answer = HttpResponse(json.dumps(body, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="jumuishi-{found.reference}.json"'
    return answer


@access(KnownPerson)
def again(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Begin to renew, amend or replace a document of mine: a draft with what I said before, open to be changed."""
    own(request, case_id)
    if request.method != "POST":
        return to(f"/maombi/{case_id}/")
    purpose = request.POST.get("purpose", "")
    try:
        draft_id = begin_again(
            actor=actor_of(request), case_id=case_id, document_id=document_id, purpose=purpose, language=language()
        )
    except DraftError as error:
        return says(request, error.code, 409, f"/maombi/{case_id}/")
    return to(f"/omba/rasimu/{draft_id}/")


@access(KnownPerson)
def document(request: HttpRequest, case_id: UUID, document_id: UUID) -> StreamingHttpResponse:
    """A document of my case, as a signed PDF."""
    found = own(request, case_id)
    mine = next((one for one in documents.documents_of_cases([found.id]) if one.id == document_id), None)
    if mine is None:
        raise Http404
    issued, chunks = documents.open_pdf(actor=actor_of(request), number=mine.number)
    answer = StreamingHttpResponse(chunks, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.service}-{issued.number}.pdf"'
    answer["Content-Length"] = str(issued.size)
    return answer
