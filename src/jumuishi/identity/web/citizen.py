"""/ingia/: a citizen's phone and one-time code; a guest's resume code; /toka/."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jumuishi.identity import beside, codes, people, session, typed
from jumuishi.identity.doors import Everyone, access
from jumuishi.identity.limits import address_of
from jumuishi.identity.rules import mask_phone
from jumuishi.identity.types import TooManyError
from jumuishi.identity.web import ways
from jumuishi.identity.web.forms import CodeForm, PageForm, PhoneForm, ResumeForm
from jumuishi.kernel.templatetags.text import language

PURPOSE = "identity.sign_in"
ASKED = "identity.asked"


def _context(request: HttpRequest, form: PageForm) -> dict[str, Any]:
    onward = ways.next_of(request)
    return {"form": form, "next": onward, "typed": typed.is_waiting(request), "beside": beside.ways_in()}


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone; send a code."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        if codes.start_code(phone, PURPOSE, address_of(request), language=language()):
            request.session[ASKED] = {"phone": phone, "next": ways.next_of(request)}
            return ways.to("/ingia/msimbo/")
        form.refuse("phone", codes.why_not(phone))
    return render(request, "identity/sign_in.html", _context(request, form))


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; sign in, and keep what was begun as a guest."""
    asked = request.session.get(ASKED)
    if not asked:
        return ways.to("/ingia/")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if codes.check_code(asked["phone"], PURPOSE, form.cleaned_data["code"], address_of(request)):
            known, guest = session.person_of(request)
            actor = people.person_of_phone(asked["phone"], guest_id=known if guest else None, language=language())
            if actor.person_id is not None:
                session.sign_in_person(request, actor.person_id)
            return ways.back_to(asked["next"], settings.IDENTITY_HOME["person"])
        form.refuse("code", "identity.wrong_code")
    return render(
        request, "identity/code.html", {"form": form, "phone": mask_phone(asked["phone"]), "next": asked["next"]}
    )


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Go on as the guest whose code this is."""
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actor = people.resume(form.cleaned_data["resume"], address_of(request))
        except TooManyError:
            form.refuse("resume", "identity.too_many_tries")
        else:
            if actor is not None and actor.person_id is not None:
                session.sign_in_person(request, actor.person_id, guest=True)
                return ways.onward(request, settings.IDENTITY_HOME["person"])
            form.refuse("resume", "identity.wrong_resume")
    return render(request, "identity/resume.html", _context(request, form))


@access(Everyone)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget the session."""
    session.sign_out(request)
    return ways.to("/")
