"""The demonstration country: made-up institutions and people only, passwords drawn at random."""

import secrets
from collections.abc import Container, Iterable
from dataclasses import dataclass
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions.models import Institution
from jumuishi.institutions.staff import SYSTEM, add_unit, appoint
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import fold


@dataclass(frozen=True)
class DemoAccount:
    """Who can sign in: shown on a loopback host only."""

    institution: str
    name: str
    title: str
    email: str
    password: str
    totp_secret: str


HOMES: tuple[tuple[str, str, str, str], ...] = (
    ("mamlaka", "authority", "Mamlaka ya Serikali Mtandao ya Mfano", "Example e-Government Authority"),
    ("polisi-mfano", "agency", "Polisi ya Mfano", "Example Police"),
    ("usajili-mfano", "agency", "Wakala wa Usajili wa Mfano", "Example Registration Agency"),
    ("mfano", "council", "Halmashauri ya Wilaya ya Mfano", "Example District Council"),
    ("jirani", "council", "Halmashauri ya Mji wa Jirani", "Neighbour Town Council"),
    ("chuo-mfano", "company", "Chuo cha Ufundi cha Mfano", "Example Technical College"),
    ("maji-mfano", "authority", "Mamlaka ya Maji ya Mfano", "Example Water Authority"),
    ("usafiri-mfano", "agency", "Wakala wa Usafiri wa Mfano", "Example Transport Agency"),
    ("benki-mfano", "company", "Benki ya Mfano", "Example Bank"),
)

MEETINGS = "meetings-secretary"
# (institution, name, title sw, title en, roles)
STAFF: tuple[tuple[str, str, str, str, str], ...] = (
    ("mamlaka", "Zuhura", "Afisa Usajili", "Registrar", "head registrar"),
    ("mamlaka", "Tumaini", "Afisa Usajili", "Registrar", "registrar ict-officer accountant complaints-officer"),
    ("polisi-mfano", "Rehema", "Afisa wa Polisi", "Police officer", "head police-officer regulator-officer"),
    ("usajili-mfano", "Hamisi", "Mkuu wa Wakala", "Head of agency", "head director"),
    ("usajili-mfano", "Leila", "Afisa Usajili", "Registration officer", "registration-officer accountant"),
    ("usajili-mfano", "Msafiri", "Msajili wa Wilaya", "District registrar", "district-registrar ict-officer"),
    ("mfano", "Juma", "Afisa Biashara", "Trade officer", "trade-officer"),
    ("mfano", "Salma", "Afisa Afya", "Health officer", "health-officer"),
    ("mfano", "Petro", "Afisa Mipango Miji", "Town planner", "planning-officer"),
    ("mfano", "Neema", "Mkurugenzi Mtendaji", "Executive director", "head director"),
    ("mfano", "Imani", "Mkuu wa Utawala", "Head of administration", "administrator data-protection-officer"),
    ("mfano", "Faraja", "Afisa Mtendaji wa Mtaa", "Street executive officer", "street-officer"),
    ("mfano", "Upendo", "Afisa Mtendaji wa Kata", "Ward executive officer", "ward-officer"),
    ("mfano", "Kulwa", "Afisa wa Vibali vya Ujenzi", "Building permits officer", "building-officer"),
    ("mfano", "Ashura", "Afisa Ardhi", "Land officer", "land-officer"),
    ("mfano", "Mashaka", "Mhandisi wa Halmashauri", "Council engineer", "engineer"),
    ("mfano", "Chausiku", "Diwani, Mjumbe wa Kamati", "Councillor", "liquor-committee planning-committee"),
    ("mfano", "Mwita", "Diwani, Mjumbe wa Kamati", "Councillor", "liquor-committee planning-committee"),
    ("mfano", "Shukuru", "Mwenyekiti wa Kamati", "Chair", "liquor-committee-chair planning-committee-chair"),
    (
        "mfano",
        "Tatu",
        "Katibu wa Kamati",
        "Clerk",
        f"liquor-committee-secretary planning-committee-secretary {MEETINGS}",
    ),
    ("mfano", "Amani", "Mhasibu", "Accountant", "accountant"),
    ("mfano", "Zawadi", "Afisa TEHAMA", "ICT officer", "ict-officer clerk complaints-officer"),
    ("jirani", "Baraka", "Afisa Biashara", "Trade officer", "trade-officer"),
    ("jirani", "Subira", "Mkurugenzi Mtendaji", "Executive director", "head director"),
    ("jirani", "Daudi", "Mkuu wa Utawala", "Head of administration", "administrator"),
    ("jirani", "Mwanaidi", "Afisa Afya na Mipango", "Health and planning officer", "health-officer planning-officer"),
    ("jirani", "Bahati", "Mhasibu na Mtendaji", "Accountant and executive", "accountant street-officer ward-officer"),
    ("chuo-mfano", "Eliya", "Msajili", "Registrar", "registrar"),
    ("chuo-mfano", "Halima", "Mtunza kumbukumbu", "Records officer", "records-officer"),
    ("chuo-mfano", "Yohana", "Mwenyekiti wa Bodi", "Chair of the board", "chairperson"),
    ("chuo-mfano", "Grace", "Mkuu wa Chuo", "Principal", "head director principal"),
    ("chuo-mfano", "Musa", "Mhasibu", "Accountant", "accountant administrator"),
    ("maji-mfano", "Aisha", "Mkurugenzi wa Mamlaka", "Managing director", "head director"),
    (
        "maji-mfano",
        "Bakari",
        "Afisa Huduma kwa Wateja",
        "Customer officer",
        f"customer-officer ict-officer accountant {MEETINGS}",
    ),
    ("maji-mfano", "Jabiri", "Mpimaji", "Surveyor", "surveyor"),
    ("maji-mfano", "Nuru", "Mhandisi wa Maji", "Water engineer", "water-engineer"),
    ("maji-mfano", "Kheri", "Fundi bomba", "Plumber", "technician"),
    ("usafiri-mfano", "Sikudhani", "Mkurugenzi wa Udhibiti", "Director of regulation", "head director"),
    ("usafiri-mfano", "Omari", "Afisa Leseni", "Licensing officer", "licence-officer accountant"),
    ("usafiri-mfano", "Winfrida", "Afisa Leseni Mkuu", "Senior licensing officer", "senior-officer ict-officer"),
    ("benki-mfano", "Rose", "Meneja", "Manager", "head"),
    ("benki-mfano", "Shabani", "Afisa TEHAMA", "ICT officer", "ict-officer"),
)

# (institution, unit sw, unit en, who works in it)
UNITS: tuple[tuple[str, str, str, str], ...] = (
    ("mfano", "Divisheni ya Biashara", "Trade division", "Juma"),
    ("mfano", "Divisheni ya Afya na Mazingira", "Health and environment division", "Salma"),
    ("mfano", "Divisheni ya Mipango Miji", "Town planning division", "Petro"),
    ("mfano", "Divisheni ya Utawala", "Administration division", "Imani Faraja Upendo Zawadi"),
)


def demo_institutions(only: Container[str] | None = None) -> tuple[dict[str, UUID], list[DemoAccount]]:
    """Make them all, or those of these short names; returns ids by short name, and who can sign in."""
    wanted = {one[0] for one in HOMES if only is None or one[0] in only}
    return made_up(
        [one for one in HOMES if one[0] in wanted],
        [one for one in STAFF if one[0] in wanted],
        [one for one in UNITS if one[0] in wanted],
    )


def made_up(
    homes: Iterable[tuple[str, str, str, str]],
    staff: Iterable[tuple[str, str, str, str, str]],
    units: Iterable[tuple[str, str, str, str]] = (),
) -> tuple[dict[str, UUID], list[DemoAccount]]:
    """Make institutions with their staff and units, said as in the tables above; returns as `demo_institutions`."""
    homes, staff = list(homes), list(staff)
    ids: dict[str, UUID] = {}
    accounts: list[DemoAccount] = []
    two = (new_id(), new_id())
    heads = {slug: name for slug, name, _, _, roles in staff if "head" in roles.split()}
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        for slug, kind, sw, en in homes:
            row = Institution.objects.create(
                id=new_id(), kind=kind, is_authority=slug == "mamlaka", slug=slug, name={"sw": sw, "en": en},
                folded=fold(f"{sw} {en}"), domain=f"{slug}.example", contact_name=heads[slug],
                contact_email=f"{heads[slug].lower()}@{slug}.example", mail_proved_at=now,
                state=Institution.State.APPROVED, first_by=two[0], second_by=two[1], asked_at=now, decided_at=now,
            )  # fmt: skip
            ids[slug] = row.id
    names = {slug: sw for slug, _, sw, _ in homes}
    found: dict[tuple[str, str], UUID] = {}
    for slug, sw, en, people in units:
        unit = add_unit(actor=Actor.system(), institution_id=ids[slug], name={"sw": sw, "en": en})
        found.update({(slug, name): unit for name in people.split()})
    for slug, name, sw, en, roles in staff:
        password, secret = secrets.token_urlsafe(9), identity.new_totp_secret()
        email = f"{name.lower()}@{slug}.example"
        person = identity.open_account(
            actor=Actor.system(), name=name, email=email, password=password, totp_secret=secret, is_drawn=True
        )
        appoint(
            actor=Actor.system(), institution_id=ids[slug], person_id=person, person_name=name,
            title={"sw": sw, "en": en}, roles=roles.split(), unit_id=found.get((slug, name)),
        )  # fmt: skip
        accounts.append(DemoAccount(names[slug], name, sw, email, password, secret))
    return ids, accounts
