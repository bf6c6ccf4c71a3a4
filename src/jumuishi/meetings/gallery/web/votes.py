"""/vikao/MEETING/kura/VOTE/: the result by the rule, and who voted how."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, access
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import queries, voting

CHOICES = ("for", "against", "abstain")


@access(Everyone)
@require_GET
def one(request: HttpRequest, meeting_id: UUID, vote_id: UUID) -> HttpResponse:
    """One open vote that is over; of a closed session there is none."""
    lang = language()
    with queries.as_visitor():
        found = queries.meeting(meeting_id)
        if found is None:
            raise Http404
        ended = voting.votes(queries.events(found, "vote.ended"), queries.hall(found), queries.names(found))
        vote = next((each for each in ended if each.id == str(vote_id)), None)
    if vote is None:
        raise Http404
    sides = [
        {"label": t(f"meetings.gallery_choice_{choice}", lang), "count": vote.counts[choice],
         "names": [name for name, chosen in vote.roll if chosen == choice]}
        for choice in CHOICES
    ]  # fmt: skip
    context = {
        "meeting": found, "title": naming.title_of(found, lang), "vote": vote, "sides": sides,
        "said": t(f"meetings.live_vote_ended_{vote.result}", lang, **vote.filled),
    }  # fmt: skip
    return render(request, "meetings/gallery/vote.html", context)
