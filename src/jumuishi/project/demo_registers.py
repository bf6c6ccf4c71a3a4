"""Three registers behind the exchange in the demonstration: their owners, what they offer, who may ask what."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import public as exchange
from jumuishi.exchange.types import Terms
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.institutions.demo import DemoAccount, made_up
from jumuishi.kernel import tenancy
from jumuishi.privacy import public as privacy
from jumuishi.project import demo_accounts
from jumuishi.project.demo_data import OFFERED, SOURCE
from jumuishi.project.demo_ports import HERE

HOMES = (
    ("vitambulisho-mfano", "authority", "Mamlaka ya Vitambulisho ya Mfano", "Example Identity Authority"),
    ("biashara-mfano", "agency", "Wakala wa Majina ya Biashara wa Mfano", "Example Business Names Agency"),
    ("kodi-mfano", "authority", "Mamlaka ya Kodi ya Mfano", "Example Revenue Authority"),
)
STAFF = (
    ("vitambulisho-mfano", "Tabitha", "Mkurugenzi", "Director", "head director"),
    ("vitambulisho-mfano", "Gervas", "Afisa TEHAMA", "ICT officer", "ict-officer"),
    ("vitambulisho-mfano", "Saida", "Afisa Ulinzi wa Taarifa", "Data protection officer", "data-protection-officer"),
    ("biashara-mfano", "Anitha", "Mkurugenzi", "Director", "head director"),
    ("biashara-mfano", "Lameck", "Afisa TEHAMA", "ICT officer", "ict-officer"),
    ("kodi-mfano", "Josephat", "Kamishna", "Commissioner", "head director"),
    ("kodi-mfano", "Doto", "Afisa TEHAMA", "ICT officer", "ict-officer"),
)
BASIS = "Makubaliano ya maonyesho tu, si sheria halisi · an agreement of the demonstration, no real law"
APPLICANT = {"sw": "Kumtambua anayeomba huduma", "en": "Knowing who applies for a service"}
OWN_LOOKS = {"sw": "Kumtambua anayetaka kuona nani aliuliza taarifa zake", "en": "Knowing who wants to see who asked"}
SYSTEM = tenancy.Principal.system()


@dataclass(frozen=True)
class Offered:
    """A register as its owner offers it; `rules` and `fields` are what agreements give."""

    home: str
    service: str
    title: dict[str, str]
    subjects: str
    rules: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]


OFFERS = {
    "national-id": Offered(
        "vitambulisho-mfano", "persons", {"sw": "Watu kwa namba ya utambulisho", "en": "People by identity number"},
        "POST /v1/identity body:/nin nin\n* /v1/persons/{nin} path:nin nin",
        (("POST", "/v1/identity"),), ("full_name", "sex", "birth_date", "region"),
    ),
    "business-names": Offered(
        "biashara-mfano", "names", {"sw": "Majina ya biashara", "en": "Business names"},
        "GET /v1/names/{number} answer:/owner_nin nin", (("GET", "/v1/names/*"),), ("name", "status", "owner"),
    ),
    "tax-numbers": Offered(
        "kodi-mfano", "taxpayers", {"sw": "Walipakodi kwa TIN", "en": "Taxpayers by TIN"},
        "GET /v1/taxpayers query:tin tin\nGET /v1/taxpayers answer:/nin nin",
        (("GET", "/v1/taxpayers"),), ("name", "status", "office"),
    ),
}  # fmt: skip

ASKED = Path(__file__).with_suffix(".toml")


def _with_role(home: UUID, *roles: str) -> Actor:
    """Who holds the first of these roles that somebody holds there."""
    people = institutions.people_in(home)
    one = next(one for role in roles for one in people if role in one.roles)
    return Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name=one.name)


def _contact(actor: Actor) -> dict[str, str]:
    return {"contact_name": actor.name, "contact_email": f"{actor.name.lower()}@mfano.example"}


def _offer(home: UUID, name: str, port: int) -> UUID:
    one, keeper = OFFERS[name], _with_role(home, "ict-officer")
    system = exchange.register_subsystem(actor=keeper, code="daftari", name=one.title["sw"], **_contact(keeper))
    service = exchange.register_service(
        actor=keeper, subsystem_id=system, code=one.service, title=one.title, url=f"http://127.0.0.1:{port}", seconds=5
    )
    text = (HERE.parent / "openapi" / f"{name}.yaml").read_bytes()
    exchange.describe_service(actor=keeper, service_id=service, text=text)
    exchange.say_subjects(actor=keeper, service_id=service, text=one.subjects)
    return service


def _agree(home: UUID, system: UUID, name: str, service: UUID, owner: UUID, words: dict[str, str]) -> None:
    today, one = institutions.today(), OFFERS[name]
    terms = Terms(
        purpose="kumtambua-mwombaji" if words is APPLICANT else "kuona-waliouliza", purpose_words=words,
        legal_basis=BASIS, fields=one.fields, rules=[{"method": verb, "path": path} for verb, path in one.rules],
        from_on=today, until_on=today + timedelta(days=365),
    )  # fmt: skip
    asked = exchange.ask(
        actor=_with_role(home, "ict-officer", "head"), subsystem_id=system, service_id=service, terms=terms
    )
    exchange.approve(actor=_with_role(owner, "head"), agreement_id=asked)


@transaction.atomic
def load(ports: Mapping[str, int]) -> list[DemoAccount]:
    """Register them and let the demonstration's institutions ask, all or nothing; returns who can sign in besides."""
    config = Path(settings.JUMUISHI_CONFIG)
    with tenancy.acting_as(SYSTEM):
        if not ports or institutions.institution_by_slug(HOMES[0][0]) is not None:
            return []
        ids, accounts = made_up(HOMES, STAFF)
        for home in ids.values():
            privacy.set_figure(
                actor=_with_role(home, "data-protection-officer", "head"), name="answer", value=14, source=SOURCE,
                checked_on=institutions.today(),
            )  # fmt: skip
        services = {name: _offer(ids[OFFERS[name].home], name, port) for name, port in ports.items()}
        for slug in OFFERED:
            asker = institutions.institution_by_slug(slug)
            assert asker is not None  # noqa: S101  # the demonstration has it
            keeper = _with_role(asker.id, "ict-officer", "head")
            system = exchange.set_up_asker(actor=keeper, **_contact(keeper))
            for name, service in services.items():
                _agree(asker.id, system, name, service, ids[OFFERS[name].home], APPLICANT)
        authority = institutions.authority()
        assert authority is not None  # noqa: S101  # likewise
        keeper = _with_role(authority, "ict-officer", "head")
        system = exchange.set_up_asker(actor=keeper, **_contact(keeper))
        first = services["national-id"]
        _agree(authority, system, "national-id", first, ids[OFFERS["national-id"].home], OWN_LOOKS)
    (config / "registers.toml").write_text(ASKED.read_text().replace("INSTANCE/", f"{settings.EXCHANGE_INSTANCE}/"))
    known = [asdict(one) for one in demo_accounts.kept(config)]
    demo_accounts.keep(config, [*known, *map(asdict, accounts)])
    return accounts
