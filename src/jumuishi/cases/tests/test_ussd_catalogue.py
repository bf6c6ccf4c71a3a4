"""What a phone is shown of the catalogue is kept by the process, and never a moment longer than it stands."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jumuishi.institutions import public as institutions
from jumuishi.institutions.models import Holiday, Institution, Place
from jumuishi.kernel import clock, seldom, tenancy
from jumuishi.services import public as services
from jumuishi.services.models import Offering

SYSTEM, ASHA = tenancy.Principal.system(), tenancy.Principal.person(UUID(int=1))
LETTER = "introduction-letter"


def mark() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {seldom.MARK}")
        return str(cursor.fetchone()[0])


def queries(read: Callable[..., Any], *args: Any) -> int:
    """How many statements a read by a phone costs, the mark apart."""
    with tenancy.acting_as(ASHA), seldom.under(mark()), CaptureQueriesContext(connection) as asked:
        read(*args)
    return len(asked)


@pytest.fixture
def offered(country: dict[str, UUID]) -> Offering:
    with tenancy.acting_as(SYSTEM):
        return Offering.objects.filter(service=LETTER, state="published").first() or pytest.fail("none")


def test_it_is_read_once_and_anew_after_each_change(offered: Offering) -> None:
    for read, args in (
        (services.offering, (offered.id,)),
        (services.homes_by_door, (LETTER, "ussd")),
        (services.offered_by_door, ("ussd",)),
        (institutions.working_time, (offered.institution_id,)),
        (institutions.institutions, ([offered.institution_id],)),
        (institutions.search_places, ("sekei", "ward")),
    ):
        queries(read, *args)
        assert queries(read, *args) == 0, read
        with tenancy.acting_as(SYSTEM):
            Offering.objects.filter(id=offered.id).update(state="published")
        assert queries(read, *args) == 1, read


def test_whatever_it_is_read_from_gives_another_mark(offered: Offering) -> None:
    def changed(act: Callable[[], Any]) -> bool:
        before = mark()
        with tenancy.acting_as(SYSTEM):
            act()
        return mark() != before

    assert changed(lambda: Institution.objects.filter(id=offered.institution_id).update(hours={}))
    assert changed(lambda: Holiday(day=clock.now().date(), name={}, source="mfano", created_at=clock.now()).save())
    assert changed(lambda: Place.objects.filter(code="0").delete())
    assert not changed(lambda: Offering.objects.count())


def test_a_service_that_is_stopped_is_stopped_for_who_reads_next(offered: Offering) -> None:
    with tenancy.acting_as(ASHA), seldom.under(mark()):
        assert services.homes_by_door(LETTER, "ussd")
    with tenancy.acting_as(SYSTEM):
        Offering.objects.filter(service=LETTER).update(state="withdrawn")
    with tenancy.acting_as(ASHA), seldom.under(mark()):
        assert not services.homes_by_door(LETTER, "ussd")


def test_a_change_that_was_undone_leaves_nothing_behind(offered: Offering) -> None:
    """The mark of an undone transaction comes never again, so what was read under it is nobody's."""
    before = mark()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        Offering.objects.filter(service=LETTER).update(state="withdrawn")
        with tenancy.acting_as(ASHA), seldom.under(mark()):
            assert not services.homes_by_door(LETTER, "ussd")
        transaction.set_rollback(True)
    assert mark() == before
    with tenancy.acting_as(ASHA), seldom.under(mark()):
        assert services.homes_by_door(LETTER, "ussd")


def test_officers_and_whoever_read_no_mark_ask_the_database(offered: Offering) -> None:
    officer = tenancy.Principal.institution(offered.institution_id, UUID(int=2))
    queries(services.offering, offered.id)
    with tenancy.acting_as(SYSTEM):
        Offering.objects.filter(id=offered.id).update(settings={})
    for principal, under in ((officer, mark()), (ASHA, None)):
        with tenancy.acting_as(principal), seldom.under(under):
            found = services.offering(offered.id)
        assert found is not None
        assert found.settings == {}


def test_every_person_is_shown_the_same_of_what_is_kept(country: dict[str, UUID]) -> None:
    """The policies of watched tables name no person, or what one reads would be shown to the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'kernel_seldom_changed'::regproc ORDER BY 1"
        )
        watched = [table for (table,) in cursor.fetchall()]
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE tablename = ANY(%s) AND cmd = 'SELECT' AND qual LIKE %s",
            [watched, "%jumuishi.person%"],
        )
        assert cursor.fetchall() == []
    assert watched == [
        "institutions_holiday", "institutions_institution", "institutions_place", "services_edition",
        "services_offering",
    ]  # fmt: skip
