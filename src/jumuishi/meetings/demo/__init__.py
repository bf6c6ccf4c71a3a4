"""The demonstration's council and board: made-up people and made-up orders, entered as their officers would."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.meetings.bodies.editions import agree, begin_edition, propose, take_file
from jumuishi.meetings.bodies.making import make_body
from jumuishi.meetings.bodies.seating import add_member
from jumuishi.meetings.bodies.types import BodySaid, MemberSaid

FROM = date(2026, 1, 1)
# (name, role, ward of the region of Arusha, the end of a phone 0700 000 ...; empty: an officer of that name)
COUNCIL: tuple[tuple[str, str, str, str], ...] = (
    ("Mheshimiwa Zaituni Mfano", "chair", "Sekei", "301"),
    ("Mheshimiwa Ramadhani Mfano", "vice", "Levolosi", "302"),
    ("Mheshimiwa Anna Mfano", "member", "Kaloleni", "303"),
    ("Mheshimiwa Joseph Mfano", "member", "Ngarenaro", "304"),
    ("Mheshimiwa Mwajuma Mfano", "member", "Themi", "305"),
    ("Mheshimiwa Elias Mfano", "member", "Unga L.T.D.", "306"),
    ("Mheshimiwa Neema Mfano", "member", "Daraja Mbili", "307"),
    ("Mheshimiwa Hassan Mfano", "member", "Sokon I", "308"),
    ("Mheshimiwa Paulina Mfano", "member", "Lemara", "309"),
    ("Tatu", "secretary", "", ""),
)
BOARD: tuple[tuple[str, str, str, str], ...] = (
    ("Profesa Mariam Mfano", "chair", "", "321"),
    ("Mhandisi Yusufu Mfano", "member", "", "322"),
    ("Wakili Esta Mfano", "member", "", "323"),
    ("Bi. Rukia Mfano", "member", "", "324"),
    ("Bw. Simoni Mfano", "member", "", "325"),
    ("Bakari", "secretary", "", ""),
)


@dataclass(frozen=True)
class Made:
    """One body of the demonstration: whose it is, who enters and who agrees, its people and its orders' file."""

    home: str
    enters: str
    agrees: str
    said: BodySaid
    people: tuple[tuple[str, str, str, str], ...]
    orders: str


BODIES = (
    Made(
        "mfano", "Tatu", "Neema",
        BodySaid("council", {"sw": "Baraza la Madiwani", "en": "Full council"}, seats=9, is_public=True),
        COUNCIL, "council",
    ),
    Made(
        "maji-mfano", "Bakari", "Aisha",
        BodySaid("board", {"sw": "Bodi ya Maji ya Mfano", "en": "Board of the Example Water Authority"}, seats=6),
        BOARD, "board",
    ),
)  # fmt: skip


def load(homes: dict[str, UUID], officers: dict[tuple[str, str], Actor]) -> list[UUID]:
    """Make the bodies of these homes by the hands of their officers, (short name, name) -> actor; returns their ids."""
    made: list[UUID] = []
    for one in BODIES:
        if one.home not in homes:
            continue
        enters, agrees = officers[one.home, one.enters], officers[one.home, one.agrees]
        body_id = make_body(actor=enters, said=one.said)
        for name, role, ward, phone in one.people:
            add_member(actor=enters, body_id=body_id, said=_member(one.home, officers, name, role, ward, phone))
        text = Path(__file__).with_name(f"{one.orders}.toml").read_text(encoding="utf-8")
        edition_id = begin_edition(actor=enters, body_id=body_id)
        take_file(actor=enters, edition_id=edition_id, text=text)
        propose(actor=enters, edition_id=edition_id, from_on=FROM)
        agree(actor=agrees, edition_id=edition_id)
        made.append(body_id)
    return made


def _member(
    home: str, officers: dict[tuple[str, str], Actor], name: str, role: str, ward: str, phone: str
) -> MemberSaid:
    if not phone:
        return MemberSaid(name, role, FROM, officer_id=officers[home, name].who)
    # Whoever tries the demonstration has this phone in hand: its codes are shown on the demonstration's own page.
    person = identity.person_of_phone(f"0700000{phone}")
    identity.set_person(actor=person, name=name)
    wards = {one.name: one.code for one in institutions.places_within("ward", region="Arusha")}
    return MemberSaid(name, role, FROM, place=wards.get(ward, ""), phone=f"0700000{phone}")
