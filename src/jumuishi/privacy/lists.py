"""Lists that leave as files: who is to get a letter, the register of processing. Taking one out is on the record."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from jumuishi.definitions.types import Package
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import sheets
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_span
from jumuishi.kernel.text import t
from jumuishi.privacy import queries
from jumuishi.privacy.models import Notice
from jumuishi.services import public as services

Sheet = tuple[Sequence[str], Iterator[Sequence[object]]]
PAGE = 1000


@identity.action("privacy.letters.export")
def letters(*, actor: Actor, breach_id: UUID) -> Sheet:
    """Number of the application and name of each person whom no SMS reached."""
    thing = Thing("privacy_breach", breach_id, actor.workplace)
    identity.must(actor, "privacy.guard", thing)
    identity.record(actor, thing, after={"letters": True})

    def read(last: tuple[UUID, str, str, str] | None) -> list[tuple[UUID, str, str, str]]:
        rows = Notice.objects.filter(institution_id=actor.workplace, breach_id=breach_id, way="letter").order_by("id")
        page = list((rows.filter(id__gt=last[0]) if last is not None else rows)[:PAGE])
        names = identity.people(one.person_id for one in page)
        known = {one: view.name for one, view in names.items()}
        return [(one.id, group(one.reference), known.get(one.person_id, ""), one.language) for one in page]

    return ("reference", "name", "language"), (row[1:] for row in sheets.paged(read))


def register(institution_id: UUID, lang: str) -> list[dict[str, str]]:
    """The register of processing: each published service as its definition says it, then what the officer added."""
    offered = [one for one in services.offerings_of(institution_id) if one.state in ("published", "withdrawn")]
    return [_service(services.definition(one.edition_hash).package, lang) for one in offered] + [
        {
            "id": str(one.id), "name": one.name, "purpose": one.purpose, "basis": one.basis, "data": one.data,
            "kept": one.kept, "receivers": one.receivers,
        }
        for one in queries.processing(institution_id)
    ]  # fmt: skip


def _service(package: Package, lang: str) -> dict[str, str]:
    asked = [one for one in package.all_fields().values() if one.type not in ("note", "group", "calculate")]
    fields = [one.label[lang] for one in asked if one.label]
    away = [one.label[lang] for one in package.settings.values() if one.type == "institution"]
    retention = package.retention.periods if package.retention else {}
    kept = "; ".join(
        f"{t(f'privacy.end_{outcome}', lang)}: {say_span(within.n, within.unit, lang) if within.n else '?'}"
        for outcome, within in retention.items()
    )
    return {
        "id": "",
        "name": package.name[lang],
        "purpose": package.about[lang],
        "basis": "; ".join(one.cite[lang] for one in package.basis.values()),
        "data": ", ".join(fields),
        "kept": kept or t("privacy.not_set", lang),
        "receivers": ", ".join([*(one.name[lang] for one in package.roles.values()), *away]),
    }


COLUMNS = ("name", "purpose", "basis", "data", "kept", "receivers")


@identity.action("privacy.register.export")
def take_register(*, actor: Actor, lang: str) -> Sheet:
    """The register as a table."""
    thing = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "privacy.desk", thing)
    identity.record(actor, thing, after={"register": True})
    rows = register(actor.workplace, lang)
    return [t(f"privacy.col_{one}", lang) for one in COLUMNS], iter([[row[one] for one in COLUMNS] for row in rows])


def lookers(institution_id: UUID, found: list[tuple[UUID, int, int]]) -> list[dict[str, object]]:
    """Officers by name with how often they looked; `much` marks more than three times the middle one."""
    names = {one.person_id: one.name for one in institutions.people_in(institution_id)}
    counts = sorted(count for _, count, _ in found)
    middle = counts[len(counts) // 2] if counts else 0
    return [
        {"name": names.get(who, ""), "looks": count, "people": people, "much": len(found) > 2 and count > 3 * middle}
        for who, count, people in found
    ]
