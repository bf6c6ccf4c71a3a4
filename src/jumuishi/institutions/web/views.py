"""The public's pages: approved institutions, one of them, and the way to join."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, access, actor_of
from jumuishi.institutions import joining, queries
from jumuishi.institutions.types import InstitutionError
from jumuishi.institutions.web.forms import LETTER_LIMIT, FollowForm, JoinForm, MailCodeForm
from jumuishi.institutions.web.ways import back_here, told
from jumuishi.kernel import files
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

ASKED, CODE = "institutions.asked", "institutions.code"
# Which field a refusal belongs to.
_FIELD = {"institutions.err_domain": "domain", "institutions.err_mail": "contact_email"}
PAGE = 20


@access(Everyone)
def listing(request: HttpRequest) -> HttpResponse:
    """Approved institutions, searched and paged."""
    q = request.GET.get("q", "").strip()[:80]
    page = Paginator(queries.approved_rows(q), PAGE).get_page(request.GET.get("page"))
    return render(request, "institutions/list.html", {"page": page, "q": q, "query": f"q={q}" if q else ""})


@access(Everyone)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One approved institution; one that waits looks like one that is not there."""
    found = queries.institution_by_slug(slug)
    if found is None:
        raise Http404
    lang = language()
    work = queries.working_time(found.id)
    week = [
        {"day": t(f"institutions.day_{day}", lang), "spans": [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans]}
        for day, spans in sorted(work.hours.items())
    ]
    context = {
        "institution": found,
        "kind": t(f"institutions.kind_{found.kind}", lang),
        "week": week,
        "holidays": queries.holidays_of(found.id),
    }
    return render(request, "institutions/detail.html", context)


@access(Everyone)
def join(request: HttpRequest) -> HttpResponse:
    """Ask to be let in, with proof."""
    lang = language()
    form = JoinForm(request.POST or None, request.FILES or None, lang=lang)
    if request.method == "POST" and form.is_valid():
        if not identity.allowed("join.ask", identity.address_of(request)):
            form.add_error(None, t("institutions.err_often", lang))
        elif (asked := _ask(request, form, lang)) is not None:
            request.session[ASKED], request.session[CODE] = str(asked[0]), asked[1]
            return back_here(request, path="/taasisi/jiunge/hali/")
    return render(request, "institutions/join.html", {"form": form}, status=422 if form.errors else 200)


def _ask(request: HttpRequest, form: JoinForm, lang: str) -> tuple[UUID, str] | None:
    """The request's id and its follow-up code; None with the reason in the form, the letter thrown away."""
    given = form.cleaned_data
    stored = files.put(given["letter"].chunks(), LETTER_LIMIT)
    try:
        return joining.ask_to_join(
            actor=actor_of(request), kind=given["kind"], name={"sw": given["name_sw"], "en": given["name_en"]},
            domain=given["domain"], contact_name=given["contact_name"], contact_email=given["contact_email"],
            contact_phone=given["contact_phone"], letter_file=stored.id, address=identity.address_of(request),
            language=lang,
        )  # fmt: skip
    except InstitutionError as error:
        files.drop(stored.id)
        form.add_error(_FIELD.get(error.code), t(error.code, lang))
        return None


@access(Everyone)
def follow(request: HttpRequest) -> HttpResponse:
    """Where a request stands, by its follow-up code; the code of the official e-mail is typed here."""
    lang, address = language(), identity.address_of(request)
    do = request.POST.get("do", "")
    form = FollowForm(request.POST if do == "follow" else None, lang=lang)
    if do == "follow" and form.is_valid():
        found = joining.asked_by_code(form.cleaned_data["follow"], address)
        if found is not None:
            request.session[ASKED] = str(found)
            return back_here(request)
        form.add_error("follow", t("institutions.err_follow", lang))
    asked = request.session.get(ASKED)
    if not asked:
        return render(request, "institutions/follow.html", {"form": form}, status=422 if form.errors else 200)
    proof = MailCodeForm(request.POST if do == "prove" else None, lang=lang)
    if do == "prove" and proof.is_valid():
        code = proof.cleaned_data["mail_code"]
        if joining.prove_mail(actor=actor_of(request), institution_id=UUID(asked), code=code, address=address):
            return back_here(request)
        proof.add_error("mail_code", t("institutions.err_mail_code", lang))
    if do == "again":
        sent = joining.send_mail_code_again(UUID(asked), address)
        return back_here(request, "institutions.told_code" if sent else "institutions.err_often")
    if do == "forget":
        request.session.pop(ASKED, None)
        request.session.pop(CODE, None)
        return back_here(request)
    context = {
        "row": queries.asked_one(UUID(asked)),
        "code": group(request.session.get(CODE, "")),
        "form": proof,
        "told": told(request),
    }
    return render(request, "institutions/asked.html", context, status=422 if proof.errors else 200)
