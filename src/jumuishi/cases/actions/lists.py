"""Lists of the inbox that officers keep by name."""

from dataclasses import asdict
from uuid import UUID

from django.db.models import Q, QuerySet

from jumuishi.cases.models import SavedList
from jumuishi.cases.queries import Wanted
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock

MOST = 40


def unit_of(actor: Actor) -> UUID | None:
    """The unit of the actor's post."""
    posts = institutions.people_in(actor.workplace)
    return next((one.unit_id for one in posts if one.appointment_id == actor.appointment_id), None)


def lists_of(actor: Actor) -> QuerySet[SavedList]:
    """One's own lists and those shared with one's unit, by name."""
    unit = unit_of(actor)
    whose = Q(owner_id=actor.who) | Q(unit_id=unit) if unit is not None else Q(owner_id=actor.who)
    return SavedList.objects.filter(whose, institution_id=actor.workplace).order_by("name", "id")


def wanted_of(row: SavedList) -> Wanted:
    """The list that a row asks for; what this version does not know is left out."""
    known = Wanted.__dataclass_fields__
    return Wanted(**{key: value for key, value in row.query.items() if key in known})


@identity.action("cases.list.save")
def save_list(*, actor: Actor, name: str, wanted: Wanted, is_shared: bool, is_first: bool) -> UUID:
    """Keep a list under a name; the same name again changes what it asks for. Raises CaseError."""
    home = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "cases.list.save", home)
    if not name.strip():
        raise CaseError("cases.list_name_missing")
    unit = unit_of(actor) if is_shared else None
    if is_shared and unit is None:
        raise CaseError("cases.list_no_unit")
    mine = SavedList.objects.filter(institution_id=actor.workplace, owner_id=actor.who)
    if mine.count() >= MOST:
        raise CaseError("cases.list_too_many")
    if is_first:
        mine.update(is_first=False)
    row, _ = SavedList.objects.update_or_create(
        institution_id=actor.workplace,
        owner_id=actor.who,
        name=name.strip()[:60],
        defaults={"query": asdict(wanted), "unit_id": unit, "is_first": is_first, "created_at": clock.now()},
    )
    identity.record(actor, Thing("list", row.id, row.institution_id), after={"name": row.name, "list": row.query})
    return row.id


@identity.action("cases.list.drop")
def drop_list(*, actor: Actor, list_id: UUID) -> None:
    """Forget a list of one's own."""
    row = SavedList.objects.filter(id=list_id, institution_id=actor.workplace, owner_id=actor.who).first()
    if row is None:
        raise NotAllowedError("cases.list.drop")
    identity.record(actor, Thing("list", row.id, row.institution_id), before={"name": row.name, "list": row.query})
    row.delete()
