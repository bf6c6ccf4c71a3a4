"""/ofisi/usalama/: an officer's own factors; /ofisi/karibu/TOKEN/: the first password and the first factor."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from jumuishi.identity import accounts, codes, factors, people, session
from jumuishi.identity.doors import Access, Everyone, FreshAccount, SignedInAccount, access
from jumuishi.identity.limits import address_of
from jumuishi.identity.middleware import page
from jumuishi.identity.models import Account, Enrolment
from jumuishi.identity.rules import mask_phone
from jumuishi.identity.types import Actor, EnrolmentError
from jumuishi.identity.web import ways
from jumuishi.identity.web.forms import CodeForm, EmailForm, NewPasswordForm, PhoneForm, TotpForm
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


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """An enrolment link: choose a password, then add a factor."""
    try:
        account = accounts.account_of_token(token, address_of(request))
    except EnrolmentError:
        return page(request, 404, "identity.link_over", "identity.link_over_body")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set_password(account, form):
        session.remember_enrolling(request, account.id)
        return ways.to("/ofisi/usalama/ongeza/")
    return render(request, "identity/welcome.html", {"form": form, "name": account.person.name})


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """A forgotten password: the same answer for every e-mail; the link goes to the account's own mailbox."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.forgot_password(form.cleaned_data["email"], address_of(request))
        return page(request, 200, "identity.forgot_sent", "identity.forgot_sent_body")
    return render(request, "identity/forgotten.html", {"form": form})


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a forgotten password: choose another; signing in still asks for the second factor."""
    try:
        account = accounts.account_of_token(token, address_of(request), Enrolment.Kind.PASSWORD)
    except EnrolmentError:
        return page(request, 404, "identity.link_over", "identity.link_over_body")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set_password(account, form):
        return page(request, 200, "identity.password_changed", "identity.password_changed_body")
    return render(request, "identity/new_password.html", {"form": form, "name": account.person.name})


def _set_password(account: Account, form: NewPasswordForm) -> bool:
    """Whether the password was good enough to be set; else the form says why not."""
    try:
        accounts.set_password(
            actor=Actor.person(account.person_id), account=account, password=form.cleaned_data["new_password"]
        )
    except ValidationError:
        form.refuse("new_password", "identity.weak_password")
        return False
    return True


@access(SignedInAccount)
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """The factors one has."""
    account = account_of(request)
    phone = mask_phone(account.person.phone)
    found = {"factors": factors.listed(account), "phone": phone, "left": len(factors.recovery_codes(account))}
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
