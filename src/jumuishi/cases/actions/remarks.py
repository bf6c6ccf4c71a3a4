"""Officers' notes on a case, for each other: written, struck out, and colleagues called by them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Case, Mention, Remark
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id


def _thing(remark: Remark) -> Thing:
    """A remark is the institution's alone: the applicant's journal does not name it."""
    return Thing("remark", remark.id, remark.institution_id)


def _again(*, thing_id: UUID, **_: Any) -> UUID:
    """What was sent again was written the first time."""
    return thing_id


@identity.action("cases.remark.write", replay=_again)
def write_remark(*, actor: Actor, case_id: UUID, text: str, mentions: Iterable[UUID] = ()) -> UUID:
    """Write a note on a case of one's institution and call colleagues to it. Raises CaseError when nothing is said."""
    case = Case.objects.filter(id=case_id, institution_id=actor.workplace).first()
    if case is None:
        raise NotAllowedError("cases.remark.write")
    identity.must(actor, "cases.remark.write", case_thing(case))
    if not text.strip():
        raise CaseError("cases.remark_missing")
    here = {one.person_id for one in institutions.people_in(actor.workplace)}
    called = [one for one in dict.fromkeys(mentions) if one in here and one != actor.who]
    remark = Remark.objects.create(
        id=new_id(), institution_id=actor.workplace, case=case, author_id=actor.who, text=text.strip()[:2000],
        created_at=clock.now(),
    )  # fmt: skip
    Mention.objects.bulk_create(
        Mention(institution_id=actor.workplace, remark=remark, officer_id=one, created_at=clock.now()) for one in called
    )
    identity.record(actor, _thing(remark), after={"case": case.id, "called": called})
    return remark.id


@identity.action("cases.remark.strike")
def strike_remark(*, actor: Actor, remark_id: UUID, reason: str) -> None:
    """Strike out a note, one's own or, as a head, anybody's; its words stay readable. Raises CaseError."""
    remark = Remark.objects.select_for_update().filter(id=remark_id, institution_id=actor.workplace).first()
    if remark is None:
        raise NotAllowedError("cases.remark.strike")
    identity.must(actor, "cases.remark.write", _thing(remark))
    if remark.author_id != actor.who and not actor.has(*HEADS):
        raise NotAllowedError("cases.remark.strike")
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    if remark.struck_at is None:
        remark.struck_at, remark.struck_by, remark.struck_reason = clock.now(), actor.who, reason.strip()[:300]
        remark.save(update_fields=["struck_at", "struck_by", "struck_reason"])
    identity.record(actor, _thing(remark), after={"struck": remark.struck_reason})


@identity.action("cases.mention.see")
def see_mention(*, actor: Actor, mention_id: UUID) -> None:
    """The colleague who was called has seen it: it leaves the inbox."""
    mention = Mention.objects.select_for_update().filter(
        id=mention_id, institution_id=actor.workplace, officer_id=actor.who
    ).first()  # fmt: skip
    if mention is None:
        raise NotAllowedError("cases.mention.see")
    if mention.seen_at is None:
        mention.seen_at = clock.now()
        mention.save(update_fields=["seen_at"])
    identity.record(actor, Thing("remark", mention.remark_id, mention.institution_id), after={"seen": True})
