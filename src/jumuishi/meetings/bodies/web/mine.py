"""/mimi/vikao/kiti/: where I sit, and the seats entered with my phone that I may take."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import ActorKind, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.bodies import queries, seating
from jumuishi.meetings.bodies.types import BodyRefusedError
from jumuishi.meetings.models import Member
from jumuishi.meetings.orders.words import role_name


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The bodies that I sit in. POST: `kiti`, a seat that is mine by my phone."""
    actor, lang, error = actor_of(request), language(), ""
    if request.method == "POST":
        try:
            seating.claim_seat(actor=actor, member_id=UUID(request.POST.get("kiti", "")))
            return HttpResponseRedirect(f"{'/en' if lang == 'en' else ''}/mimi/vikao/kiti/")
        except BodyRefusedError as refused:
            error = t(refused.key, lang, **refused.given)
        except (ValueError, NotAllowedError):
            error = t("meetings.seat_not_mine", lang)
    seats = queries.memberships_of(actor.who)
    offered = queries.claimable(actor.who) if actor.kind is ActorKind.PERSON else []
    homes = institutions.institutions({one.institution_id for one in (*seats, *offered)})

    def row(one: Member) -> dict[str, object]:
        home = homes.get(one.institution_id)
        return {
            "id": one.id, "body": one.body.name[lang], "name": one.name, "role": role_name(one.role, lang),
            "home": home.name[lang] if home else "",
        }  # fmt: skip

    context = {"seats": [row(one) for one in seats], "offered": [row(one) for one in offered], "error": error}
    return render(request, "meetings/bodies/mine.html", context, status=422 if error else 200)
