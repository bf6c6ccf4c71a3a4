"""An officer's password: the first one by /ofisi/karibu/TOKEN/, a forgotten one, one's own changed by the old one."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.identity import accounts, session
from jumuishi.identity.doors import Everyone, SignedInAccount, access
from jumuishi.identity.limits import address_of
from jumuishi.identity.middleware import page
from jumuishi.identity.models import Account, Enrolment
from jumuishi.identity.types import Actor, EnrolmentError, WrongPasswordError
from jumuishi.identity.web import ways
from jumuishi.identity.web.forms import ChangePasswordForm, EmailForm, NewPasswordForm
from jumuishi.identity.web.office import account_of, to_work
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """An enrolment link: choose a password, then add a factor."""
    try:
        account = accounts.account_of_token(token, address_of(request))
    except EnrolmentError:
        return page(request, 404, "identity.link_over", "identity.link_over_body")
    form = NewPasswordForm(request.POST or None, near=_near(account))
    if request.method == "POST" and form.is_valid() and _is_set(account, form):
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
    form = NewPasswordForm(request.POST or None, near=_near(account))
    if request.method == "POST" and form.is_valid() and _is_set(account, form):
        return page(request, 200, "identity.password_changed", "identity.password_changed_body")
    return render(request, "identity/new_password.html", {"form": form, "name": account.person.name})


@access(SignedInAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Another password for one's own account; this browser stays signed in, every other one is signed out."""
    account, short = account_of(request), session.is_short(request)
    form = ChangePasswordForm(request.POST or None, near=_near(account))
    if request.method == "POST" and form.is_valid() and _is_changed(account, form, address_of(request)):
        session.stay_signed_in(request, account)
        if short:
            return to_work(request, account)
        request.session[session.SAID] = t("identity.password_is_changed", language())
        return ways.to("/ofisi/usalama/")
    return render(request, "identity/change_password.html", {"form": form, "short": short})


def _is_set(account: Account, form: NewPasswordForm) -> bool:
    """Whether the password was good enough to be set; else the form says why not."""
    actor, password = Actor.person(account.person_id), form.cleaned_data["new_password"]
    try:
        accounts.set_password(actor=actor, account=account, password=password)
    except ValidationError as error:
        form.refuse_weak(error)
        return False
    return True


def _is_changed(account: Account, form: ChangePasswordForm, address: str) -> bool:
    """Whether the old password was right and the new one good enough; else the form says why not."""
    old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
    if old == new:
        form.refuse("new_password", "identity.weak_old")
        return False
    try:
        actor = Actor.person(account.person_id)
        accounts.change_password(actor=actor, account=account, old=old, password=new, address=address)
    except WrongPasswordError:
        form.refuse("old_password", "identity.wrong_old_password")
        return False
    except ValidationError as error:
        form.refuse_weak(error)
        return False
    return True


def _near(account: Account) -> tuple[str, str]:
    return account.email.partition("@")[0], account.person.name
