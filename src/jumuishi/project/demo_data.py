"""The demonstration country on a first start: places, institutions, staff, services published by two people each."""

from collections.abc import Container
from dataclasses import asdict
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.feedback import public as feedback
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.institutions.demo import DemoAccount, demo_institutions
from jumuishi.kernel import tenancy
from jumuishi.meetings import demo as meetings
from jumuishi.privacy import public as privacy
from jumuishi.project import demo_accounts
from jumuishi.services import public as services

SERVICES = Path(__file__).resolve().parents[3] / "services"
SOURCE = "Maonyesho tu, si takwimu halisi · demonstration only, not a real figure"
FIGURES: dict[str, str] = {
    "money": "20000",
    "integer": "14",
    "yes_no": "true",
    "text": "Mfano",
    "decimal": "1",
}
# Figures of the demonstration where one number does not fit all: name of the setting -> value.
NAMED: dict[str, str] = {
    "letter_days": "1",
    "valid_months": "6",
    "letter_fee": "0",
    "operator_months": "12",
    "permit_months": "24",
    "witnesses_needed": "2",
}
OFFERED = {
    "mfano": ("business-licence", "introduction-letter", "liquor-licence", "building-permit"),
    "jirani": ("introduction-letter",),
    "chuo-mfano": ("study-confirmation",),
    "usajili-mfano": ("late-birth-registration",),
    "maji-mfano": ("water-connection",),
    "usafiri-mfano": ("transport-operator",),
}


def _officers(institution_id: UUID) -> list[Actor]:
    return [
        Actor(ActorKind.OFFICER, one.person_id, institution_id, one.roles, one.appointment_id, name=one.name)
        for one in institutions.people_in(institution_id)
    ]


def publish(institution_id: UUID, edition_id: UUID, agency: UUID) -> UUID:
    """Choose, fill and publish one service as two officers of the institution would."""
    shapers = [one for one in _officers(institution_id) if one.has("head", "director", "administrator", "ict-officer")]
    first, second = shapers[0], shapers[1]
    offering_id = services.choose_service(actor=first, institution_id=institution_id, edition_id=edition_id)
    found = services.offering(offering_id)
    assert found is not None  # noqa: S101  # chosen just now
    for name, setting in services.definition(found.edition_hash).package.settings.items():
        raw = str(agency) if setting.type == "institution" else NAMED.get(name, FIGURES.get(setting.type, "1"))
        services.fill_setting(
            actor=first, offering_id=offering_id, name=name, raw=raw, source=SOURCE, checked_on=date(2026, 11, 24)
        )
    services.propose_publication(actor=first, offering_id=offering_id)
    services.publish(actor=second, offering_id=offering_id)
    return offering_id


def _say_figures(institution_id: UUID) -> None:
    """Within how long requests about data and breaches are answered for, as whoever guards data there would say it."""
    role = institutions.data_role(institution_id)
    guard = next(one for one in _officers(institution_id) if one.has(role))
    for name, value in (("answer", 14), ("breach", 72)):
        privacy.set_figure(actor=guard, name=name, value=value, source=SOURCE, checked_on=date(2026, 11, 26))


@transaction.atomic
def load(regions: Container[str] | None = None, only: Container[str] | None = None) -> list[DemoAccount]:
    """Make the demonstration country, all or nothing; returns who can sign in.

    `regions`: all places, or fewer; `only`: all services that ship, or fewer.
    """
    with tenancy.acting_as(tenancy.Principal.system()):
        if institutions.institution_by_slug("mamlaka") is not None:
            return []  # a kill between the commit and its note
        institutions.load_places(regions)
        ids, accounts = demo_institutions()
        editions = {
            folder.name: services.add_edition(actor=Actor.system(), folder=folder)
            for folder in sorted(SERVICES.iterdir())
            if (folder / "service.yaml").exists() and (only is None or folder.name in only)
        }
        for slug, names in OFFERED.items():
            for name in filter(editions.__contains__, names):
                publish(ids[slug], editions[name], ids["polisi-mfano"])
        # The authority's time to answer holds for every institution that sets none of its own.
        feedback.set_terms(
            actor=Actor.system(), institution_id=ids["mamlaka"], days=14, further_days=14, source=SOURCE,
            checked_on=date(2026, 11, 24),
        )  # fmt: skip
        for slug in OFFERED:
            _say_figures(ids[slug])
        meetings.load(ids, {(slug, one.name): one for slug in ids for one in _officers(ids[slug])})
    # Before the commit: passwords that nobody knows would be worse than a file that is written again.
    demo_accounts.keep(Path(settings.JUMUISHI_CONFIG), map(asdict, accounts))
    return accounts
