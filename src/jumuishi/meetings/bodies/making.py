"""A body is made, changed, ended."""

from dataclasses import asdict, replace
from uuid import UUID

from django.utils.text import slugify

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings import matters
from jumuishi.meetings.bodies.policies import body_thing
from jumuishi.meetings.bodies.types import BodyRefusedError, BodySaid
from jumuishi.meetings.models import Body, Meeting

MOST = 500


def kept(actor: Actor, body_id: UUID, *, verb: str = "meetings.body.keep") -> Body:
    """The body for changing by who may; it is locked, and has not ended. Raises NotAllowedError, BodyRefusedError."""
    row = Body.objects.select_for_update().filter(id=body_id, institution_id=actor.workplace).first()
    if row is None:
        raise NotAllowedError(verb)
    identity.must(actor, verb, body_thing(row))
    if row.ended_at is not None:
        raise BodyRefusedError("meetings.body_ended")
    return row


@identity.action("meetings.body.make")
def make_body(*, actor: Actor, said: BodySaid) -> UUID:
    """Make a body; one of the same name that has not ended is that one. Raises BodyRefusedError."""
    identity.must(actor, "meetings.body.keep", Thing("body", new_id(), actor.workplace))
    identity.one_at_a_time(f"meetings.body {actor.workplace}")
    said = _checked(actor, said)
    mine = Body.objects.filter(institution_id=actor.workplace)
    same = mine.filter(ended_at=None, name__sw=said.name["sw"]).first()
    if same is not None:
        identity.record(actor, body_thing(same), after={"sent_again": "make"})
        return same.id
    if mine.count() >= MOST:
        raise BodyRefusedError("meetings.body_many")
    row = Body.objects.create(
        institution_id=actor.workplace, what=said.what, slug=_slug(actor.workplace, said.name["sw"]), name=said.name,
        place=said.place, parent_id=said.parent_id, seats=said.seats, is_public=said.is_public,
        cases_role=said.cases_role, made_at=clock.now(),
    )  # fmt: skip
    identity.record(actor, body_thing(row), after=asdict(said))
    return row.id


@identity.action("meetings.body.change")
def change_body(*, actor: Actor, body_id: UUID, said: BodySaid) -> None:
    """Other words, seats, place or openness; its address stays. Raises BodyRefusedError, NotAllowedError."""
    row = kept(actor, body_id)
    said = _checked(actor, said, row)
    before = asdict(said_of(row))
    row.what, row.name, row.seats = said.what, said.name, said.seats
    row.is_public, row.place, row.parent_id = said.is_public, said.place, said.parent_id
    row.cases_role = said.cases_role
    row.save()
    identity.record(actor, body_thing(row), before=before, after=asdict(said))


@identity.action("meetings.body.end")
def end_body(*, actor: Actor, body_id: UUID, why: str) -> None:
    """It meets no more; what it did stays to be read. Raises BodyRefusedError while a meeting of it is not over."""
    row = kept(actor, body_id)
    if not (reason := " ".join(why.split())[:200]):
        raise BodyRefusedError("meetings.needs_reason", "why")
    over = (Meeting.State.ENDED, Meeting.State.CANCELLED)
    if Meeting.objects.filter(institution_id=row.institution_id, body=row).exclude(state__in=over).exists():
        raise BodyRefusedError("meetings.body_meets")
    if Body.objects.filter(institution_id=row.institution_id, parent=row, ended_at=None).exists():
        raise BodyRefusedError("meetings.body_has_bodies")
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    identity.record(actor, body_thing(row), after={"ended": reason})


def said_of(row: Body) -> BodySaid:
    """What is kept of a body, as it would be typed."""
    return BodySaid(row.what, row.name, row.seats, row.is_public, row.place, row.parent_id, row.cases_role)


def _checked(actor: Actor, said: BodySaid, row: Body | None = None) -> BodySaid:
    name = {lang: " ".join(said.name.get(lang, "").split())[:120] for lang in ("sw", "en")}
    if not name["sw"]:
        raise BodyRefusedError("meetings.needs_name", "name_sw")
    if said.what not in set(Body.What):
        raise BodyRefusedError("meetings.needs_what", "what")
    if said.seats is not None and not 1 <= said.seats <= 2000:
        raise BodyRefusedError("meetings.bad_seats", "seats")
    if said.place and institutions.place(said.place) is None:
        raise BodyRefusedError("meetings.bad_place", "place")
    mine = Body.objects.filter(institution_id=actor.workplace, ended_at=None)
    if row is not None and mine.filter(name__sw=name["sw"]).exclude(id=row.id).exists():
        raise BodyRefusedError("meetings.body_same_name", "name_sw")
    above, seen = said.parent_id, set[UUID]()
    while above is not None:
        found = mine.filter(id=above).first()
        # Neither a stranger's body, nor itself at the end of the chain.
        if found is None or above in seen or (row is not None and above == row.id):
            raise BodyRefusedError("meetings.bad_parent", "parent")
        seen.add(above)
        above = found.parent_id
    name["en"] = name["en"] or name["sw"]
    _check_committee(actor, said, row)
    return replace(said, name=name)


def _check_committee(actor: Actor, said: BodySaid, row: Body | None) -> None:
    """A committee is a committee of cases that the institution has, and no other body is the same."""
    if not said.cases_role:
        return
    if said.what != Body.What.COMMITTEE:
        raise BodyRefusedError("meetings.cases_committee_only", "cases_role")
    known = matters.committees(actor.workplace)
    if said.cases_role not in known and said.cases_role != (row.cases_role if row else ""):
        raise BodyRefusedError("meetings.bad_cases_role", "cases_role")
    others = Body.objects.filter(institution_id=actor.workplace, ended_at=None, cases_role=said.cases_role)
    if (others.exclude(id=row.id) if row else others).exists():
        raise BodyRefusedError("meetings.cases_role_taken", "cases_role")


def _slug(institution_id: UUID, name: str) -> str:
    """The name in an address; an ended body of the same name keeps its own."""
    first = slugify(name)[:50].strip("-") or "chombo"
    taken = set(
        Body.objects.filter(institution_id=institution_id, slug__startswith=first).values_list("slug", flat=True)
    )
    return next(one for one in (first, *(f"{first}-{n}" for n in range(2, 1000))) if one not in taken)
