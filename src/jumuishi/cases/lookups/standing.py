"""The looks of a draft or a case, read once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jumuishi.cases.lookups.models import Dispute, Look
from jumuishi.cases.lookups.rules import Looks, Way, lookups_of
from jumuishi.definitions.types import Form, Lookup, Package
from jumuishi.exchange import public as exchange


def looks_of_draft(package: Package, person_id: UUID, draft_id: UUID) -> Looks:
    """No query for a service without lookups."""
    every = lookups_of(package)
    if not every:
        return Looks(draft_id)
    mine: dict[str, Any] = {"person_id": person_id, "draft_id": draft_id}
    rows = {(one.register, one.key_field): one for one in Look.objects.filter(**mine)}
    disputes = {one.field: one for one in Dispute.objects.filter(**mine)} if rows else {}
    # What a register said stands also once it is asked no more.
    stands = {name: one for name, one in every.items() if _stands(one, rows)}
    return Looks(draft_id, stands, rows, disputes)


def _stands(one: Lookup, rows: Mapping[tuple[str, str], Look]) -> bool:
    return (one.register, one.key) in rows or exchange.is_asked(one.register)


def looks_of_case(package: Package, institution_id: UUID, case_id: UUID) -> Looks:
    """As they were at the submission, and as the office asked since; also of registers that are asked no more."""
    lookups = lookups_of(package)
    rows = list(Look.objects.filter(institution_id=institution_id, case_id=case_id)) if lookups else []
    if not rows:
        return Looks(None)
    disputes = Dispute.objects.filter(institution_id=institution_id, case_id=case_id)
    found = {(one.register, one.key_field): one for one in rows}
    return Looks(rows[0].draft_id, lookups, found, {one.field: one for one in disputes})


def ways(looks: Looks, form: Form, answers: Mapping[str, Any]) -> dict[str, Way]:
    """How each field of a register stands, with these answers."""
    if not looks.lookups:
        return {}
    fields = form.package.all_fields()
    needed = {one.key for one in looks.lookups.values() if one.key in form.relevant and fields[one.key].required}
    return {name: looks.way(name, answers, needed) for name in looks.lookups if name in form.relevant}


def hidden(found: Mapping[str, Way], *, fetched: bool) -> frozenset[str]:
    """The fields that are not asked: those that wait; with `fetched`, what a door reads out, and what was disputed."""
    out = {Way.WAITING, Way.FETCHED, Way.DISPUTED} if fetched else {Way.WAITING}
    return frozenset(name for name, way in found.items() if way in out)
