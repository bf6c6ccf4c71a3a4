"""/ofisi/ingia/: an officer's password, second factor or passkey, and the post to act in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from jumuishi.identity import accounts, appointments, beside, factors, refusals, session, typed
from jumuishi.identity.doors import Everyone, SignedInAccount, access
from jumuishi.identity.limits import address_of, allowed
from jumuishi.identity.models import Account
from jumuishi.identity.passwords import is_short
from jumuishi.identity.types import Actor
from jumuishi.identity.web import ways
from jumuishi.identity.web.forms import FactorForm, PasswordForm

NEXT = session.NEXT


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; or a passkey, which is both factors at once."""
    # Whoever begins anew is nobody's second half: the one before may have left this computer.
    session.forget_half(request)
    left: dict[str, object] = {"typed": typed.is_waiting(request), "idle": session.was_left_idle(request)}
    left["beside"] = beside.ways_in()
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        account = accounts.check_password(asked["name"], asked["password"], address_of(request))
        if account is None:
            form.refuse("password", "identity.wrong_password")
        elif not factors.is_enrolled(account):
            return render(request, "identity/not_enrolled.html", status=403)
        else:
            back = ways.next_of(request)
            session.remember_half(request, account, short=is_short(asked["password"]))
            request.session[NEXT] = back
            return ways.to("/ofisi/ingia/hatua-ya-pili/")
    return render(request, "identity/office_sign_in.html", {"form": form, "next": ways.next_of(request), **left})


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code of the authenticator app, a recovery code, or this account's passkey."""
    half = session.half_of(request)
    account = accounts.account_of_id(half) if half else None
    if account is None:
        return ways.to("/ofisi/ingia/")
    form = FactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        factor = factors.check_code(account, form.cleaned_data["factor"])
        if factor is not None:
            return _enter(request, account, factor)
        refusals.note(account, "factor", address_of(request))
        form.refuse("factor", "identity.wrong_factor")
    has = factors.kinds(account)
    return render(request, "identity/second_factor.html", {"form": form, "has_passkey": "webauthn" in has})


@access(Everyone)
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """What the browser must sign: JSON for navigator.credentials.get()."""
    if not allowed("passkey.address", address_of(request)):
        return JsonResponse({}, status=429)
    half = session.half_of(request)
    account = accounts.account_of_id(half) if half else None
    return JsonResponse(factors.passkey_challenge(account))


@access(Everyone)
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """The browser's answer: the officer is in, or is asked again."""
    half = session.half_of(request)
    expected = accounts.account_of_id(half) if half else None
    account = factors.check_passkey(request.POST.get("credential", ""), expected)
    if account is None or (half is not None and account.id != half):
        return render(request, "identity/passkey_failed.html", status=403)
    return _enter(request, account, "webauthn")


def _enter(request: HttpRequest, account: Account, factor: str) -> HttpResponse:
    back, short = request.session.get(NEXT, ""), session.half_is_short(request)
    session.sign_in_account(request, account, factor, short=short)
    accounts.note_entry(actor=Actor.person(account.person_id), account=account, factor=factor)
    if back:
        request.session[NEXT] = back
    return to_work(request, account)


def to_work(request: HttpRequest, account: Account) -> HttpResponse:
    """On to the page that was asked for: past a new password where the old one is short, and the choice of a post."""
    if session.is_short(request):
        return ways.to("/ofisi/usalama/nywila/")
    posts = appointments.appointments_of(account.person_id)
    kept = session.post_kept(request)
    if len(posts) == 1 or any(str(post.id) == kept for post in posts):
        session.choose(request, next((post for post in posts if str(post.id) == kept), posts[0]))
        return ways.back_to(request.session.pop(NEXT, ""), settings.IDENTITY_HOME["officer"])
    return ways.to("/ofisi/wadhifa/")


@access(SignedInAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def posts(request: HttpRequest) -> HttpResponse:
    """Choose the post to act in; one stands out when it is the only one, and nothing is chosen beforehand."""
    account = account_of(request)
    if session.is_short(request):
        return ways.to("/ofisi/usalama/nywila/")
    held = appointments.appointments_of(account.person_id)
    if request.method == "POST":
        chosen = next((post for post in held if str(post.id) == request.POST.get("post")), None)
        if chosen is not None:
            session.choose(request, chosen)
            back = ways.next_of(request) or request.session.pop(NEXT, "")
            return ways.back_to(back, settings.IDENTITY_HOME["officer"])
    return render(request, "identity/posts.html", {"posts": held, "next": ways.next_of(request)})


def account_of(request: HttpRequest) -> Account:
    """The signed-in account of a request that came through SignedInAccount."""
    found = getattr(request, "account", None)
    if not isinstance(found, Account):
        raise LookupError("no account: the view lacks its door")
    return found
