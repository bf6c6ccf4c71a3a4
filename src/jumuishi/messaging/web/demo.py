"""The demonstration's phone: what was sent to a number. Absent everywhere else."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Callback, access
from jumuishi.identity.public import normalise_phone
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import tenancy
from jumuishi.messaging import mail, options, queries

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@access(Callback("a demonstration on loopback only; the people are made up"))
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """`{"to", "messages": [{"id", "text", "purpose", "state", "parts", "at", "case_id"}]}`, oldest first."""
    if not options.is_demonstration() or request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        raise Http404
    if "@" in request.GET.get("to", ""):
        return _letters(request.GET["to"])
    try:
        # An unescaped + arrives as a space.
        number = normalise_phone(request.GET.get("to", "").strip())
    except BadPhoneError:
        return JsonResponse({"error": "to"}, status=400)
    with tenancy.acting_as(tenancy.Principal.system()):
        found = queries.messages_to(number)
    return JsonResponse(
        {
            "to": number,
            "messages": [
                {
                    "id": str(one.id),
                    "text": one.text,
                    "purpose": one.purpose,
                    "state": one.state.value,
                    "parts": one.parts,
                    "at": one.created_at.isoformat(),
                    "case_id": str(one.case_id) if one.case_id else None,
                }
                for one in found
            ],
        }
    )


def _letters(to: str) -> JsonResponse:
    """The same for an e-mail address, with each letter's `subject`."""
    with tenancy.acting_as(tenancy.Principal.system()):
        found = mail.letters_to(to)
    letters = [
        {
            "id": str(one.id),
            "subject": one.subject,
            "text": one.text,
            "purpose": one.purpose,
            "state": one.state,
            "at": one.created_at.isoformat(),
        }
        for one in found
    ]
    return JsonResponse({"to": to.strip().lower(), "messages": letters})
