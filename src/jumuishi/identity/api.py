"""Signing in by API: a phone and its one-time code, or a guest's resume code, for a bearer token."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from jumuishi.channels.api import FieldProblem, ProblemError, Router, Schema, Status
from jumuishi.identity import codes, people, session
from jumuishi.identity.doors import Everyone, KnownPerson, access
from jumuishi.identity.limits import address_of
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PURPOSE = "identity.sign_in"

router = Router(tags=["sign-in"])


class PhoneIn(Schema):
    """A phone in any form: 0700 000 001, +255700000001."""

    phone: str


class CodeIn(Schema):
    """The phone again, and the six digits that came to it."""

    phone: str
    code: str


class ResumeIn(Schema):
    """A guest's resume code, 12 digits."""

    resume_code: str


class TokenOut(Schema):
    """A bearer token, and for how many seconds it counts."""

    token: str
    token_type: str = "Bearer"  # noqa: S105  # RFC 6749's word
    expires_in: int


def token_for(request: HttpRequest, person_id: UUID, *, guest: bool = False) -> TokenOut:
    """A fresh token of a person."""
    return TokenOut(
        token=session.new_token(person_id, guest=guest, request=request), expires_in=settings.SESSION_COOKIE_AGE
    )


def refusal(status: int, field: str, key: str) -> ProblemError:
    """What is wrong with the one field that matters."""
    said = FieldProblem(field=field, code=key.partition(".")[2], detail=t(key, language()))
    return ProblemError(status, key, errors=[said])


@router.post("/sign-in/code", response={202: None}, summary="Send a one-time code to a phone")
@access(Everyone)
def send_code(request: HttpRequest, asked: PhoneIn) -> Status[None]:
    """Known and unknown phones get the same answer."""
    try:
        sent = codes.start_code(asked.phone, PURPOSE, address_of(request), language=language())
    except BadPhoneError:
        raise refusal(422, "phone", "identity.bad_phone") from None
    if not sent:
        raise refusal(429, "phone", codes.why_not(asked.phone))
    return Status(202, None)


@router.post("/sign-in", response=TokenOut, summary="Exchange phone and code for a bearer token")
@access(Everyone)
def sign_in(request: HttpRequest, given: CodeIn) -> TokenOut:
    """With a guest's token in the request, what was begun as a guest becomes this person's, and that token ends."""
    try:
        right = codes.check_code(given.phone, PURPOSE, given.code, address_of(request))
    except BadPhoneError:
        raise refusal(422, "phone", "identity.bad_phone") from None
    if not right:
        raise refusal(422, "code", "identity.wrong_code")
    known, guest = session.person_of_token(request)
    actor = people.person_of_phone(given.phone, guest_id=known if guest else None, language=language())
    session.end_token(request)
    return token_for(request, actor.who)


@router.post("/sign-in/resume", response=TokenOut, summary="Exchange a guest's resume code for a bearer token")
@access(Everyone)
def resume(request: HttpRequest, given: ResumeIn) -> TokenOut:
    """Wrong, expired and absent look alike; tries are bounded by address."""
    actor = people.resume(given.resume_code, address_of(request))
    if actor is None:
        raise refusal(422, "resume_code", "identity.wrong_resume")
    return token_for(request, actor.who, guest=True)


@router.post("/sign-out", response={204: None}, summary="End a bearer token")
@access(KnownPerson)
def sign_out(request: HttpRequest) -> Status[None]:
    """The token counts no more."""
    session.end_token(request)
    return Status(204, None)
