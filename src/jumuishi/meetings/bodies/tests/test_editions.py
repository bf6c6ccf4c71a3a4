"""Orders are entered by one, agreed by another, in force from a day; without the gazette number they say nothing."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from jumuishi.identity.types import NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import Principal
from jumuishi.meetings.bodies import editions, making, queries
from jumuishi.meetings.bodies.types import BodyRefusedError, BodySaid, WrongOrdersError
from jumuishi.meetings.models import Body, Edition
from jumuishi.meetings.orders import needs, words
from jumuishi.meetings.orders.types import Kind, RefusedError
from jumuishi.meetings.orders.writing import to_toml
from jumuishi.meetings.tests.conftest import Council, Find

pytestmark = pytest.mark.database
QUORUM = {"count": 4, "clause": "Kanuni 9", "words": "Akidi ni wanne."}


def begin(council: Council) -> UUID:
    return editions.begin_edition(actor=council.secretary, body_id=council.body.id)


def ahead(days: int = 1) -> date:
    return institutions.today() + timedelta(days=days)


def test_a_new_edition_counts_from_its_day_and_the_old_one_until_then(council: Council) -> None:
    edition = begin(council)
    assert begin(council) == edition
    editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule=QUORUM)
    assert needs.quorum(queries.orders_on(council.body)[1]).count is None, "a draft is not in force"
    editions.propose(actor=council.secretary, edition_id=edition, from_on=ahead())
    for _ in range(2):
        editions.agree(actor=council.head, edition_id=edition)
    assert queries.edition_on(council.body) == council.edition
    later, orders = queries.orders_on(council.body, ahead())
    assert later is not None
    assert later.id == edition
    assert needs.quorum_needed(orders, seats=9, members=9, present=9) == 4


def test_who_proposes_does_not_agree(council: Council) -> None:
    edition = begin(council)
    editions.propose(actor=council.head, edition_id=edition, from_on=ahead())
    with pytest.raises(BodyRefusedError) as error:
        editions.agree(actor=council.head, edition_id=edition)
    assert error.value.key == "meetings.orders_two_people"
    with pytest.raises(NotAllowedError):
        editions.agree(actor=council.secretary, edition_id=edition)
    # Nor past the code: the database holds it too.
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(id=edition).update(agreed_by=council.head.who, state="agreed")


def test_only_keepers_enter_and_the_neighbour_finds_nothing(council: Council, officer: Find) -> None:
    edition = begin(council)
    for actor in (officer("mfano", "Juma"), officer("jirani", "Baraka"), officer("jirani", "Subira")):
        with pytest.raises(NotAllowedError):
            editions.enter_rule(actor=actor, edition_id=edition, name="quorum", rule=QUORUM)
        with pytest.raises(NotAllowedError):
            editions.take_file(actor=actor, edition_id=edition, text="")
        with pytest.raises(NotAllowedError):
            editions.agree(actor=actor, edition_id=edition)
        with pytest.raises(NotAllowedError):
            editions.drop(actor=actor, edition_id=edition)


def test_others_read_what_was_agreed_and_no_draft(council: Council, officer: Find) -> None:
    edition, baraka = begin(council), officer("jirani", "Baraka")
    for principal in (Principal.institution(baraka.workplace, baraka.who), Principal.person(None)):
        with tenancy.acting_as(principal):
            seen = set(Edition.objects.filter(body=council.body).values_list("id", flat=True))
        assert seen == {council.edition.id}
    assert Edition.objects.filter(id=edition).exists()


def test_without_the_gazette_number_nothing_is_agreed_and_every_rule_refuses_by_it(council: Council) -> None:
    edition = begin(council)
    editions.enter_gazette(actor=council.secretary, edition_id=edition, gazette="  ")
    with pytest.raises(BodyRefusedError) as error:
        editions.propose(actor=council.secretary, edition_id=edition, from_on=ahead())
    assert error.value.key == "meetings.orders_no_gazette"
    orders = queries.orders_of(Edition.objects.get(id=edition))
    with pytest.raises(RefusedError) as refused:
        needs.notice_for(orders, Kind.ORDINARY)
    assert "namba ya tangazo la Serikali" in words.refusal(refused.value, "sw")


def test_a_body_without_orders_refuses_everything_by_name(council: Council) -> None:
    made = making.make_body(actor=council.secretary, said=BodySaid("committee", {"sw": "Kamati ya Fedha"}))
    edition, orders = queries.orders_on(Body.objects.get(id=made))
    assert edition is None
    with pytest.raises(RefusedError) as refused:
        needs.quorum_needed(orders, seats=None, members=5, present=5)
    assert refused.value.missing == "gazette"


def test_what_contradicts_is_not_proposed_nor_agreed(council: Council) -> None:
    edition = begin(council)
    above = {**QUORUM, "count": 10}
    editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule=above)
    with pytest.raises(BodyRefusedError) as error:
        editions.propose(actor=council.secretary, edition_id=edition, from_on=ahead())
    assert error.value.key == "meetings.orders_contradict"
    editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule={**QUORUM, "count": 9})
    editions.propose(actor=council.secretary, edition_id=edition, from_on=ahead())
    # The body loses seats meanwhile.
    fewer = BodySaid("council", council.body.name, 8, is_public=True)
    making.change_body(actor=council.secretary, body_id=council.body.id, said=fewer)
    with pytest.raises(BodyRefusedError) as error:
        editions.agree(actor=council.head, edition_id=edition)
    assert error.value.key == "meetings.orders_contradict"


def test_what_is_proposed_waits_unchanged_until_it_is_sent_back(council: Council) -> None:
    edition = begin(council)
    editions.propose(actor=council.secretary, edition_id=edition, from_on=ahead())
    for change in (
        lambda: editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule=QUORUM),
        lambda: editions.enter_gazette(actor=council.secretary, edition_id=edition, gazette="Mfano 9/1900"),
        lambda: editions.take_file(actor=council.secretary, edition_id=edition, text=""),
    ):
        with pytest.raises(BodyRefusedError):
            change()
    editions.send_back(actor=council.head, edition_id=edition, why="Akidi si hii")
    row = Edition.objects.get(id=edition)
    assert (row.state, row.note) == ("draft", "Akidi si hii")
    editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule=QUORUM)
    editions.propose(actor=council.secretary, edition_id=edition, from_on=ahead())
    editions.agree(actor=council.head, edition_id=edition)
    for change in (
        lambda: editions.drop(actor=council.secretary, edition_id=edition),
        lambda: editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule={}),
    ):
        with pytest.raises(BodyRefusedError):
            change()


def test_an_edition_begins_after_the_one_before(council: Council) -> None:
    edition = begin(council)
    assert council.edition.from_on is not None
    with pytest.raises(BodyRefusedError) as error:
        editions.propose(actor=council.secretary, edition_id=edition, from_on=council.edition.from_on)
    assert error.value.key == "meetings.orders_day"


def test_a_file_replaces_the_draft_or_nothing_of_it(council: Council) -> None:
    edition = begin(council)
    before = Edition.objects.get(id=edition).definition
    with pytest.raises(WrongOrdersError) as wrong:
        editions.take_file(
            actor=council.secretary, edition_id=edition, text='gazette = "x"\n[quorum]\ncount = 0\nclause = "1"\n'
        )
    assert [one.place for one in wrong.value.faults] == ["quorum.count"]
    with pytest.raises(BodyRefusedError) as error:
        editions.take_file(actor=council.secretary, edition_id=edition, text="[quorum")
    assert error.value.key == "meetings.orders_unreadable"
    assert Edition.objects.get(id=edition).definition == before
    editions.enter_rule(actor=council.secretary, edition_id=edition, name="quorum", rule={})
    assert "quorum" not in Edition.objects.get(id=edition).definition
    editions.take_file(actor=council.secretary, edition_id=edition, text=to_toml(before))
    assert Edition.objects.get(id=edition).definition == before
