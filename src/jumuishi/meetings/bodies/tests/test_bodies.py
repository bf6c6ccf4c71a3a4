"""Bodies and who sits in them: made, changed, ended; seats and terms; a sheet; the phone that is a member."""

from datetime import date, timedelta

import pytest

from jumuishi.identity import testing
from jumuishi.identity.types import NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.bodies import making, queries, seating, sheet
from jumuishi.meetings.bodies.types import BodyRefusedError, BodySaid, MemberSaid, WrongSheetError
from jumuishi.meetings.models import Body, Contact, Meeting, Member
from jumuishi.meetings.tests.conftest import Council, Find

pytestmark = pytest.mark.database
DAY = date(2026, 11, 1)
WARD = BodySaid("ward", {"sw": "Kamati ya Maendeleo ya Kata ya Sekei", "en": ""}, seats=3)


def refused(error: pytest.ExceptionInfo[BodyRefusedError]) -> str:
    return error.value.key


def test_the_demonstration_has_a_council_and_a_board(council: Council, board: Council) -> None:
    assert [one.role for one in council.members()].count("member") == 7
    assert queries.vacancies(council.body) == 0
    assert queries.vacancies(board.body) == 1
    assert all(one.person_id for one in council.members())
    assert council.orders.gazette == "Mfano 1/1900"
    assert board.orders.casting is None


def test_a_body_is_made_once_changed_and_ended(council: Council) -> None:
    made = making.make_body(actor=council.secretary, said=WARD)
    assert making.make_body(actor=council.secretary, said=WARD) == made
    row = Body.objects.get(id=made)
    assert (row.slug, row.name["en"]) == ("kamati-ya-maendeleo-ya-kata-ya-sekei", WARD.name["sw"])
    making.change_body(
        actor=council.head, body_id=made, said=BodySaid("ward", WARD.name, 5, is_public=True, parent_id=council.body.id)
    )
    row.refresh_from_db()
    assert (row.seats, row.is_public, row.parent_id) == (5, True, council.body.id)
    with pytest.raises(BodyRefusedError) as error:
        making.end_body(actor=council.head, body_id=council.body.id, why="Muda umekwisha")
    assert refused(error) == "meetings.body_has_bodies"
    making.end_body(actor=council.head, body_id=made, why="Kata imegawanywa")
    with pytest.raises(BodyRefusedError) as error:
        making.end_body(actor=council.head, body_id=made, why="Kata imegawanywa")
    assert refused(error) == "meetings.body_ended"
    again = making.make_body(actor=council.secretary, said=WARD)
    assert Body.objects.get(id=again).slug == f"{row.slug}-2"


def test_a_body_lies_not_below_itself(council: Council) -> None:
    made = making.make_body(
        actor=council.head, said=BodySaid("committee", {"sw": "Kamati ya Fedha"}, parent_id=council.body.id)
    )
    with pytest.raises(BodyRefusedError) as error:
        making.change_body(
            actor=council.head, body_id=council.body.id, said=BodySaid("council", {"sw": "Baraza"}, parent_id=made)
        )
    assert refused(error) == "meetings.bad_parent"


def test_a_body_whose_meeting_is_not_over_does_not_end(council: Council) -> None:
    now = clock.now()
    Meeting.objects.create(
        institution_id=council.home, body=council.body, number=1, kind="ordinary", starts_at=now, ends_at=now,
        place="Ukumbi", state="called", made_by=council.head.who, made_at=now,
    )  # fmt: skip
    with pytest.raises(BodyRefusedError) as error:
        making.end_body(actor=council.head, body_id=council.body.id, why="Muda umekwisha")
    assert refused(error) == "meetings.body_meets"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (BodySaid("council", {"sw": " "}), "meetings.needs_name"),
        (BodySaid("parliament", {"sw": "Bunge"}), "meetings.needs_what"),
        (BodySaid("council", {"sw": "Baraza jingine"}, seats=0), "meetings.bad_seats"),
        (BodySaid("council", {"sw": "Baraza jingine"}, place="0000000"), "meetings.bad_place"),
    ],
)
def test_what_is_wrong_with_a_body_is_said(council: Council, said: BodySaid, key: str) -> None:
    with pytest.raises(BodyRefusedError) as error:
        making.make_body(actor=council.head, said=said)
    assert refused(error) == key


def test_only_the_head_and_the_secretary_of_meetings_keep_bodies(council: Council, officer: Find) -> None:
    for actor in (officer("mfano", "Juma"), officer("jirani", "Baraka"), officer("jirani", "Subira")):
        with pytest.raises(NotAllowedError):
            making.change_body(actor=actor, body_id=council.body.id, said=WARD)
        with pytest.raises(NotAllowedError):
            seating.add_member(actor=actor, body_id=council.body.id, said=MemberSaid("Mwizi", "member", DAY))
        with pytest.raises(NotAllowedError):
            seating.end_term(actor=actor, member_id=council.chair.id, on=DAY, why="Hapana")
    with pytest.raises(NotAllowedError):
        making.make_body(actor=officer("mfano", "Juma"), said=WARD)
    assert queries.body_of(officer("jirani", "Subira"), council.body.id) is None


def test_the_neighbour_sees_no_phone(council: Council, officer: Find) -> None:
    baraka = officer("jirani", "Baraka")
    assert Contact.objects.count() > 0
    with tenancy.acting_as(tenancy.Principal.institution(baraka.workplace, baraka.who)):
        assert Contact.objects.count() == 0


def test_seats_are_as_many_as_entered_and_one_presides(council: Council) -> None:
    tenth = MemberSaid("Mheshimiwa Kumi Mfano", "member", DAY)
    with pytest.raises(BodyRefusedError) as error:
        seating.add_member(actor=council.secretary, body_id=council.body.id, said=tenth)
    assert refused(error) == "meetings.no_seat_free"
    with pytest.raises(BodyRefusedError) as error:
        seating.add_member(
            actor=council.secretary, body_id=council.body.id, said=MemberSaid("Wa Pili", "secretary", DAY)
        )
    assert refused(error) == "meetings.member_one_only"
    # An adviser takes no seat.
    seating.add_member(actor=council.secretary, body_id=council.body.id, said=MemberSaid("Mshauri", "adviser", DAY))
    leaver = council.member("Paulina")
    today = institutions.today()
    seating.end_term(actor=council.secretary, member_id=leaver.id, on=today, why="Amejiuzulu")
    assert queries.vacancies(council.body) == 0, "the seat is empty from the day after"
    assert queries.vacancies(council.body, today + timedelta(days=1)) == 1
    later = MemberSaid("Mheshimiwa Kumi Mfano", "member", today + timedelta(days=1))
    made = seating.add_member(actor=council.secretary, body_id=council.body.id, said=later)
    assert seating.add_member(actor=council.secretary, body_id=council.body.id, said=later) == made
    assert queries.vacancies(council.body, today + timedelta(days=1)) == 0
    assert leaver.id in {one.id for one in queries.members_of(council.body, today)}
    assert leaver.id not in {one.id for one in queries.members_of(council.body, today + timedelta(days=1))}


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (MemberSaid(" ", "adviser", DAY), "meetings.needs_member_name"),
        (MemberSaid("Asha", "king", DAY), "meetings.needs_role"),
        (MemberSaid("Asha", "adviser", DAY, DAY - timedelta(days=1)), "meetings.bad_until"),
        (MemberSaid("Asha", "adviser", DAY, phone="12"), "meetings.bad_phone"),
        (MemberSaid("Asha", "adviser", DAY, email="asha"), "meetings.bad_email"),
        (MemberSaid("Asha", "adviser", DAY, place="0000000"), "meetings.bad_place"),
        (MemberSaid("Asha", "adviser", DAY, phone="0700000301"), "meetings.member_twice"),
    ],
)
def test_what_is_wrong_with_a_member_is_said(council: Council, said: MemberSaid, key: str) -> None:
    with pytest.raises(BodyRefusedError) as error:
        seating.add_member(actor=council.secretary, body_id=council.body.id, said=said)
    assert refused(error) == key


def test_whoever_signs_in_by_the_phone_takes_the_seat_and_nobody_else(council: Council) -> None:
    said = MemberSaid("Mshauri Mfano", "adviser", DAY, phone="0700 000 391")
    made = seating.add_member(actor=council.secretary, body_id=council.body.id, said=said)
    assert Member.objects.get(id=made).person_id is None
    stranger, adviser = testing.citizen("0700 000 392"), testing.citizen("0700 000 391")
    assert queries.claimable(stranger.who) == []
    with pytest.raises(NotAllowedError):
        seating.claim_seat(actor=stranger, member_id=made)
    assert [one.id for one in queries.claimable(adviser.who)] == [made]
    for _ in range(2):
        seating.claim_seat(actor=adviser, member_id=made)
    assert [one.id for one in queries.memberships_of(adviser.who)] == [made]
    assert queries.claimable(adviser.who) == []
    found = queries.member_of(adviser, council.body.id)
    assert found is not None
    assert found.id == made
    assert queries.member_of(stranger, council.body.id) is None
    # What else is corrected leaves the person; another phone is another person.
    row, contact = Member.objects.get(id=made), Contact.objects.get(member_id=made)
    seating.change_member(actor=council.secretary, member_id=made, said=seating.said_of(row, contact))
    assert Member.objects.get(id=made).person_id == adviser.who
    other = MemberSaid("Mshauri Mfano", "adviser", DAY, phone="0700 000 393")
    seating.change_member(actor=council.secretary, member_id=made, said=other)
    assert Member.objects.get(id=made).person_id is None
    assert queries.memberships_of(adviser.who) == []
    with pytest.raises(NotAllowedError):
        seating.claim_seat(actor=adviser, member_id=made)


def test_a_term_that_is_over_is_no_membership(council: Council) -> None:
    member = council.member("Anna")
    person = council.actor(member)
    assert queries.member_of(person, council.body.id) == member
    yesterday = institutions.today() - timedelta(days=1)
    seating.end_term(actor=council.secretary, member_id=member.id, on=yesterday, why="Amejiuzulu")
    assert queries.member_of(person, council.body.id) is None


SHEET = """jina;nafasi;kata;simu;kuanzia;hadi
Rehema Sheet;Mshauri;Sekei;0700 000 394;2026-01-01;
"Kassim; Sheet";adviser;;0700 000 395;2026-01-01;2030-12-31
"""


def test_members_come_in_from_a_sheet_once(council: Council) -> None:
    assert sheet.import_members(actor=council.secretary, body_id=council.body.id, text=SHEET) == (2, 0)
    assert sheet.import_members(actor=council.secretary, body_id=council.body.id, text=SHEET) == (0, 2)
    first, second = council.member("Rehema"), council.member("Kassim; Sheet")
    assert (first.role, second.until_on) == ("adviser", date(2030, 12, 31))
    place = institutions.place(first.place)
    assert place is not None
    assert place.name == "Sekei"
    assert Contact.objects.get(member=first).phone == "+255700000394"


def test_a_sheet_with_a_mistake_brings_in_nobody_and_tells_each_line(council: Council) -> None:
    text = (
        "name,role,ward,phone,from\nMzuri,adviser,,,2026-01-01\nMbaya,king,,,2026-01-01\n\n"
        "Mbaya,adviser,Hakuna Kata,,2026-01-01\nMbaya,adviser,,12,2026-01-01\nMbaya,adviser,,,jana\n"
    )
    before = Member.objects.count()
    with pytest.raises(WrongSheetError) as error:
        sheet.import_members(actor=council.secretary, body_id=council.body.id, text=text)
    assert [(line, key) for line, key, _ in error.value.errors] == [
        (3, "meetings.needs_role"),
        (5, "meetings.bad_place"),
        (6, "meetings.bad_phone"),
        (7, "meetings.bad_day"),
    ]
    assert Member.objects.count() == before
    with pytest.raises(WrongSheetError) as error:
        sheet.import_members(actor=council.secretary, body_id=council.body.id, text="name,phone\nA,1\n")
    assert error.value.errors == ((1, "meetings.sheet_columns", {"columns": "nafasi, kuanzia"}),)
