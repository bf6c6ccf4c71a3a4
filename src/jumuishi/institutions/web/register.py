"""The authority's pages: who asks to join, who has joined, and who heads them."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Authority, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import heads, joining, queries
from jumuishi.institutions.models import HeadChange, Institution
from jumuishi.institutions.staff import SYSTEM
from jumuishi.institutions.types import InstitutionError
from jumuishi.institutions.web.forms import HeadForm
from jumuishi.institutions.web.ways import back_here, told
from jumuishi.kernel import files, tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 25
STATES = ("asked", "approved", "refused")


@access(Authority)
def register(request: HttpRequest) -> HttpResponse:
    """Institutions by state, those that wait first; searched and paged."""
    lang, q = language(), request.GET.get("q", "").strip()[:80]
    state = request.GET.get("state", "asked")
    state = state if state in STATES else "asked"
    page = Paginator(queries.register_rows(state, q), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"row": row, "kind": t(f"institutions.kind_{row.kind}", lang)} for row in page],
        "q": q,
        "state": state,
        "states": [(one, t(f"institutions.state_{one}", lang)) for one in STATES],
        "query": f"state={state}&q={q}",
    }
    return render(request, "institutions/register.html", context)


@access(Authority)
def one(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """One institution: its request with its proof and the decision; once approved, its head."""
    actor, lang = actor_of(request), language()
    do, message = request.POST.get("do", ""), ""
    form = HeadForm(request.POST if do == "propose" else None, lang=lang)
    if request.method == "POST" and (do != "propose" or form.is_valid()):
        try:
            said = _decide(request, actor, institution_id, do, form.cleaned_data if do == "propose" else {})
        except (ValueError, Institution.DoesNotExist) as error:
            raise Http404 from error
        except InstitutionError as error:
            message = t(error.code, lang)
        else:
            return back_here(request, said)
    row = Institution.objects.filter(id=institution_id).first()
    if row is None:
        raise Http404
    change = HeadChange.objects.filter(institution_id=row.id, ended_at=None).first()
    context: dict[str, Any] = {
        "row": row,
        "kind": t(f"institutions.kind_{row.kind}", lang),
        "state": t(f"institutions.one_{row.state}", lang),
        "heads": _heads(row),
        "change": change,
        "mine": bool(change and change.asked_by == actor.person_id),
        "yes_by_me": row.first_by == actor.person_id,
        "no_by_me": row.refused_by == actor.person_id,
        "form": form,
        "message": message,
        "told": told(request),
        "is_own": row.id == actor.institution_id,
    }
    return render(request, "institutions/one.html", context, status=422 if message or form.errors else 200)


def _heads(row: Institution) -> list[dict[str, Any]]:
    """Who heads it, and whether they have enrolled."""
    if row.state != Institution.State.APPROVED:
        return []
    with tenancy.acting_as(SYSTEM):
        found = [one for one in queries.people_in(row.id) if "head" in one.roles]
    known = identity.standings(one.person_id for one in found)
    return [{"name": one.name, "standing": known.get(one.person_id)} for one in found]


def _decide(request: HttpRequest, actor: Actor, institution_id: UUID, do: str, given: dict[str, Any]) -> str:
    """Do what the button says; returns the key of what is told afterwards."""
    if do == "approve":
        both = joining.approve(actor=actor, institution_id=institution_id)
        return "institutions.told_approved" if both else "institutions.told_first_yes"
    if do == "refuse":
        both = joining.refuse(actor=actor, institution_id=institution_id, reason=request.POST.get("reason", ""))
        return "institutions.told_refused" if both else "institutions.told_first_no"
    if do == "again":
        sent = heads.invite_head_again(actor=actor, institution_id=institution_id)
        return "institutions.told_sent" if sent else "institutions.told_enrolled"
    if do == "propose":
        heads.propose_head(
            actor=actor, institution_id=institution_id, name=given["head_name"], email=given["head_email"],
            reason=given["reason"],
        )  # fmt: skip
        return "institutions.told_head_first"
    change = UUID(request.POST.get("change", ""))
    if do == "agree":
        heads.agree_head(actor=actor, change_id=change)
        return "institutions.told_head_done"
    heads.drop_head_change(actor=actor, change_id=change)
    return "institutions.told_dropped"


@access(Authority)
def letter(request: HttpRequest, institution_id: UUID) -> HttpResponseBase:
    """The signed letter, as a download: never shown inside our own pages."""
    row = Institution.objects.filter(id=institution_id).first()
    if row is None or row.letter_file is None:
        raise Http404
    identity.looked(actor_of(request), joining.institution_thing(row), "letter")
    answer = StreamingHttpResponse(files.read(row.letter_file), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="barua-{row.slug}"'
    return answer
