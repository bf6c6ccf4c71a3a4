"""The way to say something: of which institution, then what; and the receipt."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.evidence import public as evidence
from jumuishi.feedback import codes, queries
from jumuishi.feedback.actions import saying
from jumuishi.feedback.actions.things import terms_of
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import Answer, FeedbackError, Kind, Receipt, Said
from jumuishi.feedback.web import ways
from jumuishi.feedback.web.forms import SayForm
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, access, actor_of
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_span
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

PAGE = 20
# Roles of the platform's own that no citizen meets.
_HIDDEN = ("ict-officer", "data-protection-officer")


def no_store(answer: HttpResponse) -> HttpResponse:
    """What a nameless sender reads stays in no cache, of this phone or on the way."""
    answer["Cache-Control"] = "no-store"
    return answer


@access(Everyone)
def say(request: HttpRequest) -> HttpResponse:
    """Choose the institution, where a link has not; then say it."""
    slug = (request.POST.get("taasisi") or request.GET.get("taasisi", ""))[:60]
    if not slug:
        return _choose(request)
    home = institutions.institution_by_slug(slug)
    if home is None:
        raise Http404
    terms = terms_of(home.id)
    if terms is None:
        return ways.says(request, "feedback.not_yet", 409, "/mrejesho/")
    form = _form(request, home)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return _take(request, home, form)
            except FeedbackError as error:
                form.add_error(None, t(error.code, language()))
                status = ways.status_of(error)
        else:
            status = 400
    context = {
        "form": form,
        "home": home,
        "promise": say_span(terms.days, "working_days", language()),
        "about_officer": bool({"role", "named"} & set(form.errors))
        or bool(form["role"].value() or form["named"].value()),
    }
    return no_store(render(request, "feedback/say.html", context, status=status))


def _choose(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:80]
    page = Paginator(institutions.approved(text=q), PAGE).get_page(request.GET.get("page"))
    above = institutions.authority()
    context = {
        "page": page,
        "q": q,
        "query": f"q={q}" if q else "",
        "authority": institutions.institution(above) if above else None,
    }
    return render(request, "feedback/choose.html", context)


def _is_known(actor: Actor) -> bool:
    return actor.kind is ActorKind.PERSON and actor.person_id is not None


def _form(request: HttpRequest, home: InstitutionRef) -> SayForm:
    lang = language()
    offered = [(one.service, one.name[lang]) for one in services.offerings_of(home.id) if one.state == "published"]
    roles = [(key, name[lang]) for key, name in institutions.known_roles(home.id).items() if key not in _HIDDEN]
    initial = {
        "service": request.GET.get("huduma", "")[:40],
        "case_number": request.GET.get("ombi", "")[:24],
        "kind": request.GET.get("aina", "")[:12],
        "once": codes.new_once(),
    }
    return SayForm(
        request.POST if request.method == "POST" else None,
        initial=initial, lang=lang, services=offered, roles=roles, is_known=_is_known(actor_of(request)),
    )  # fmt: skip


def _take(request: HttpRequest, home: InstitutionRef, form: SayForm) -> HttpResponse:
    given = form.cleaned_data
    said = Said(
        institution_id=home.id, kind=Kind(given["kind"]), text=given["text"], answer=Answer(given["answer"]),
        language=language(), service=given["service"], case_reference=given["case_number"], role=given["role"],
        named=given["named"], phone=given["phone"] if given["answer"] == Answer.SMS else "",
    )  # fmt: skip
    once = given["once"] if codes.is_once(given["once"]) else codes.new_once()
    receipt = saying.say(actor=actor_of(request), said=said, once=once, address=identity.address_of(request))
    if said.answer is Answer.ME:
        return ways.to(f"/mrejesho/yangu/{receipt.item_id}/?mpya=1")
    with tenancy.acting_as(tenancy.Principal.system()):
        item = queries.item_for(receipt.item_id)
    assert item is not None  # noqa: S101  # kept a moment ago
    return no_store(render(request, "feedback/receipt.html", receipt_context(item, receipt)))


def receipt_context(item: Item, receipt: Receipt | None = None) -> dict[str, Any]:
    """What a receipt says: the number, the code, until when, who has it, the log's promise."""
    lang = language()
    work = institutions.working_time(item.institution_id)
    with tenancy.acting_as(tenancy.Principal.system()):
        commitment = evidence.promise(item.receipt_entry).commitment.hex()
    return {
        **ways.facts(item, lang, work),
        "groups": group(item.reference).split(),
        "code": group(receipt.code) if receipt and receipt.code else "",
        "phone": identity.mask_phone(item.phone) if item.phone else "",
        "promised": ways.at(item.due_at, lang, work),
        "commitment": " ".join(commitment[i : i + 4] for i in range(0, len(commitment), 4)),
    }
