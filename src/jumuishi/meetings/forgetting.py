"""Erasing what a body need not keep of a person: how a former member was reached, why somebody did not come."""

from uuid import UUID

from django.db.models import Q

from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.meetings.models import Apology, Contact, Meeting, Member

SYSTEM = tenancy.Principal.system()
OVER = (Meeting.State.ENDED, Meeting.State.CANCELLED)


@identity.policy("meetings.member.forget")
def may_forget(actor: Actor, thing: Thing) -> bool:
    """The institution's data protection officer, whom the person asked; the platform."""
    return identity.is_system(actor, thing) or (
        identity.is_of_institution(actor, thing) and actor.has("data-protection-officer")
    )


def is_over(member: Member) -> bool:
    """Whether the term has ended: nobody has to be reached as a member any more."""
    return member.until_on is not None and member.until_on < institutions.today()


@identity.action("meetings.member.forget")
def forget(*, actor: Actor, member_id: UUID, reason: str) -> list[tuple[str, UUID, str]]:
    """Erase what may go of a seat, with the journal's bytes; each thing that went: kind, id, what it is called.

    Asked again it erases what has become free since.
    """
    with tenancy.acting_as(SYSTEM):
        member = Member.objects.select_for_update(of=("self",)).select_related("body").filter(id=member_id).first()
        if member is None:
            raise NotAllowedError("meetings.member.forget")
        thing = Thing("body_member", member.id, member.institution_id)
        identity.must(actor, "meetings.member.forget", thing)
        body, gone = member.body.name["sw"], []
        contacts = Contact.objects.filter(member=member).exclude(phone="", email="")
        if is_over(member) and contacts.update(phone="", email=""):
            gone.append(("seat", member.id, body))
        rows = Apology.objects.filter(Q(meeting__state__in=OVER), member=member).exclude(reason="")
        for one in rows.select_related("meeting"):
            gone.append(("apology", one.id, f"{body} {one.meeting.number}"))
            _forget_words(actor, one, reason)
        rows.update(reason="")
    identity.record(actor, thing, after={"erased": [kind for kind, _, _ in gone], "reason": reason})
    return gone


def _forget_words(actor: Actor, apology: Apology, reason: str) -> None:
    """The rows of the journal that hold the words of an apology."""
    rows = evidence.newest(
        thing_kind="meeting_seat", thing_id=apology.member_id, verb="meetings.apology.make", limit=1000
    )
    for one in rows:
        if one.body is not None and one.body["after"]["apology"] == str(apology.meeting_id):
            evidence.erase(actor_ref=actor.reference(), journal_id=one.journal_id, reason=reason)
