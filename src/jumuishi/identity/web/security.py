"""/ofisi/usalama/: an officer's own factors and phone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from jumuishi.identity import accounts, codes, factors, open_sessions, people, refusals, session
from jumuishi.identity.doors import Access, FreshAccount, SignedInAccount, access
from jumuishi.identity.limits import address_of
from jumuishi.identity.models import Account
from jumuishi.identity.rules import mask_phone
from jumuishi.identity.types import Actor
from jumuishi.identity.web import ways
from jumuishi.identity.web.forms import CodeForm, PhoneForm, TotpForm
from jumuishi.identity.web.office import account_of
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PHONE = "identity.own_phone"
SECRET = "identity.totp"  # noqa: S105  # a session's key, not a secret

Enrolling = Access(
    "account whose second factor was just shown, or the holder of an enrolment link",
    lambda request: session.is_fresh(request) or session.enrolling_of(request) is not None,
    "/ofisi/ingia/",
    again=True,
)


@access(SignedInAccount)
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """The factors one has."""
    account = account_of(request)
    phone = mask_phone(account.person.phone)
    found = {
        "factors": factors.listed(account),
        "phone": phone,
        "left": len(factors.recovery_codes(account)),
        "sessions": len(open_sessions.listed(account.person_id, None)),
        "refusals": refusals.in_words(account.person_id, language()),
        "said": request.session.pop(session.SAID, ""),
    }
    return render(request, "identity/security.html", found)


@access(Enrolling)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add an authenticator app by its QR code, or a passkey."""
    account = _account(request)
    if account is None:
        return ways.to("/ofisi/ingia/")
    secret = request.session.setdefault(SECRET, factors.new_totp_secret())
    form = TotpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if factors.add_totp(account, secret, form.cleaned_data["totp"]):
            return _added(request, account, "totp")
        form.refuse("totp", "identity.wrong_totp")
    picture = factors.totp_picture(account, secret)
    words = {
        "form": form,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": mark_safe(picture),  # noqa: S308  # an SVG that we drew from our own secret
    }
    return render(request, "identity/add_factor.html", words)


@access(Enrolling)
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey: JSON for navigator.credentials.create()."""
    account = _account(request)
    return JsonResponse(factors.passkey_registration(account) if account else {}, status=200 if account else 403)


@access(Enrolling)
@require_POST
def passkey_add(request: HttpRequest) -> HttpResponse:
    """The passkey that the browser made."""
    account = _account(request)
    name = request.POST.get("name", "").strip() or t("identity.passkey", language())
    if account is None or not factors.add_passkey(account, name, request.POST.get("credential", "")):
        return render(request, "identity/passkey_failed.html", status=403)
    return _added(request, account, "webauthn")


@access(FreshAccount)
@require_http_methods(["GET", "HEAD"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes to keep on paper."""
    codes = factors.recovery_codes(account_of(request))
    return render(request, "identity/recovery_codes.html", {"codes": [group(code) for code in codes]})


@access(FreshAccount)
@require_POST
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """New codes; the old ones end."""
    account = account_of(request)
    factors.renew_recovery_codes(account)
    accounts.note_change(actor=Actor.person(account.person_id), account=account, what="recovery_codes")
    return ways.to("/ofisi/usalama/misimbo/")


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """An officer's own phone: who is known by it as a citizen is the same natural person."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        if codes.start_code(number, PHONE, address_of(request), language=language()):
            request.session[PHONE] = number
            return ways.to("/ofisi/usalama/simu/msimbo/")
        form.refuse("phone", codes.why_not(number))
    return render(request, "identity/own_phone.html", {"form": form})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """The code that came to it."""
    number = request.session.get(PHONE)
    if not number:
        return ways.to("/ofisi/usalama/simu/")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if codes.check_code(number, PHONE, form.cleaned_data["code"], address_of(request)):
            del request.session[PHONE]
            people.prove_phone(actor=Actor.person(account_of(request).person_id), phone=number)
            return ways.to("/ofisi/usalama/")
        form.refuse("code", "identity.wrong_code")
    return render(request, "identity/own_phone_code.html", {"form": form, "phone": mask_phone(number)})


def _account(request: HttpRequest) -> Account | None:
    found = getattr(request, "account", None)
    if isinstance(found, Account):
        return found
    enrolling = session.enrolling_of(request)
    return accounts.account_of_id(enrolling) if enrolling else None


def _added(request: HttpRequest, account: Account, factor: str) -> HttpResponse:
    """A fresh factor is one that was just shown: whoever enrolled is in, and reads the recovery codes."""
    request.session.pop(SECRET, None)
    accounts.finish_enrolment(actor=Actor.person(account.person_id), account=account, factor=factor)
    if getattr(request, "account", None) is None:
        session.sign_in_account(request, account, factor)
    return ways.to("/ofisi/usalama/misimbo/")
