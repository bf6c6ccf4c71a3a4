"""What is unusual raises a finding once, with an owner, a clock and its evidence; what is quiet raises none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from jumuishi.exchange.models import Look, Record
from jumuishi.exchange.public import mark_of
from jumuishi.exchange.tests.desk import call
from jumuishi.exchange.tests.test_gateway import officer
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.privacy import jobs
from jumuishi.privacy.actions import watching
from jumuishi.privacy.models import Finding
from jumuishi.privacy.tests.scene import read, words
from jumuishi.privacy.watching.patterns import SHIPPED, BadPatternsError, patterns

pytestmark = pytest.mark.database
NOON = datetime(2027, 3, 3, 12, 0, tzinfo=timezone.get_default_timezone())
NIGHT = NOON.replace(hour=2)
PAGE = "/ofisi/faragha/mifumo/"


def looks(
    count: int, at: datetime, *, people: int = 0, asker: str = "", follows: bool = False, status: int = 200
) -> None:
    """So many calls of the bank within the half hour before, about so many people (each another where 0)."""
    first = call("maji-mfano", at=at, status=status)
    fields = {one.attname: getattr(first, one.attname) for one in Record._meta.concrete_fields}
    records, found = [first], []
    for n in range(1, count):
        more = {"id": new_id(), "request_id": new_id(), "message_id": f"m{n}-{at}", "at": at - timedelta(seconds=n)}
        records.append(Record(**{**fields, **more}))
    Record.objects.bulk_create(records[1:])
    for n, row in enumerate(records):
        found.append(
            Look(
                id=new_id(), institution_id=row.institution_id, record_id=row.id, at=row.at, kind="nin", salt=b"s" * 16,
                mark=mark_of("nin", str(10_000 + n % (people or count))), asker=asker, follows=follows,
            )
        )  # fmt: skip
    Look.objects.bulk_create(found)


def watch(at: datetime) -> list[Finding]:
    home = institutions.institution_by_slug("maji-mfano")
    assert home is not None
    with clock.frozen(at):
        watching.watch(home.id)
    return list(Finding.objects.order_by("opened_at"))


CASES: dict[str, tuple[datetime, Callable[[datetime], None]]] = {
    "many-people": (NOON, lambda at: looks(101, at)),
    "many-people-by-one": (NOON, lambda at: looks(41, at, asker="a" * 64)),
    "at-night": (NIGHT, lambda at: looks(21, at)),
    "in-order": (NOON, lambda at: looks(11, at, follows=True)),
    "not-found": (NOON, lambda at: looks(31, at, status=404)),
    "same-person": (NOON, lambda at: looks(9, at, people=1, asker="a" * 64)),
}


def test_each_pattern_that_ships_is_tried() -> None:
    assert set(CASES) == {one.name for one in patterns(Path("/nowhere"))}
    assert all(one.source for one in patterns(Path("/nowhere")))


@pytest.mark.parametrize("name", CASES)
def test_a_pattern_raises_one_finding_once(country: Any, name: str) -> None:
    at, happens = CASES[name]
    happens(at - timedelta(minutes=5))
    [found] = watch(at)
    assert (found.pattern, found.client) == (name, "TZ/COM/benki-mfano/mikopo")
    assert found.evidence["messages"]
    assert len(watch(at + timedelta(minutes=10))) == 1
    with clock.frozen(at + timedelta(minutes=11)):
        watching.close(actor=head(), finding_id=found.id, reason="Uhakiki wa mwaka, ulikubaliwa")
        # Twice is once.
        watching.close(actor=head(), finding_id=found.id, reason="Nyingine")
    assert Finding.objects.get().reason == "Uhakiki wa mwaka, ulikubaliwa"
    # What was there when it was closed raises no other; what comes after may.
    assert len(watch(at + timedelta(minutes=20))) == 1


def head() -> Actor:
    return officer("maji-mfano", "Aisha")


def test_quiet_traffic_raises_none(country: Any) -> None:
    looks(40, NOON - timedelta(minutes=5))
    looks(20, NOON - timedelta(minutes=5), asker="b" * 64, people=10)
    looks(9, NOON - timedelta(minutes=5), status=404)
    assert watch(NOON) == []
    looks(15, NIGHT + timedelta(days=1))
    assert watch(NIGHT + timedelta(days=1, minutes=5)) == []


def test_what_is_usual_for_a_system_is_no_finding_and_five_times_that_is(country: Any) -> None:
    for hour in range(1, 25):
        looks(60, NOON - timedelta(hours=hour * 2, minutes=-30))
    looks(150, NOON - timedelta(minutes=5))
    assert watch(NOON) == []
    looks(400, NOON + timedelta(hours=2))
    [found] = watch(NOON + timedelta(hours=2, minutes=5))
    assert found.pattern == "many-people"
    assert 55 < found.evidence["usual"] < 70


def test_a_file_of_the_installation_says_the_patterns_anew(country: Any, tmp_path: Path, monkeypatch: Any) -> None:
    lines = SHIPPED.read_text().splitlines()
    (tmp_path / "patterns.csv").write_text("\n".join([lines[0], "few,people,system,60,2,,,,,ours"]))
    monkeypatch.setattr(settings, "JUMUISHI_CONFIG", str(tmp_path))
    looks(3, NOON - timedelta(minutes=5))
    assert [one.pattern for one in watch(NOON)] == ["few"]
    (tmp_path / "patterns.csv").write_text("\n".join([lines[0], "few,names,system,60,2,,,,,ours"]))
    with pytest.raises(BadPatternsError, match="line 2"):
        patterns(tmp_path)


def test_the_job_goes_through_all_owners_and_late_ones_go_up(country: Any) -> None:
    looks(101, NOON - timedelta(minutes=5))
    with clock.frozen(NOON):
        jobs.watch()
    found = Finding.objects.get()
    Finding.objects.update(due_at=NOON + timedelta(days=1))
    with clock.frozen(NOON + timedelta(days=2)):
        jobs.sweep()
        jobs.sweep()
    found.refresh_from_db()
    assert found.escalated_at == NOON + timedelta(days=2)


def test_heads_and_the_officer_see_it_close_it_with_a_reason_and_nobody_else_does(
    country: Any, at_work: Callable[[str, str], Client]
) -> None:
    looks(101, NOON - timedelta(minutes=5))
    [found] = watch(NOON)
    aisha, page = at_work("maji-mfano", "Aisha"), f"{PAGE}{found.id}/"
    assert "watu wengi kuliko kawaida" in read(aisha, PAGE)
    assert "about more people than usual" in read(aisha, f"/en{PAGE}")
    assert "Hakuna" in read(aisha, f"{PAGE}?q=hayupo")
    one = read(aisha, page)
    assert "101" in one
    assert "Haijulikani" in one
    assert "TZ/COM/benki-mfano/mikopo" in one
    for slug, name in (("maji-mfano", "Jabiri"), ("jirani", "Baraka"), ("jirani", "Subira"), ("benki-mfano", "Rose")):
        other = at_work(slug, name)
        assert other.get(page).status_code in (403, 404), name
        assert other.post(page, {"reason": "x"}).status_code in (403, 404), name
    assert Client().get(page).status_code == 302
    empty = aisha.post(page, {"reason": " "})
    assert (empty.status_code, "Andika ilikuwa nini" in words(empty)) == (400, True)
    assert aisha.post(page, {"reason": "Ukaguzi"}).status_code == 302
    assert "Ukaguzi" in read(aisha, page)
    assert "haiwezi" not in read(aisha, PAGE)
    assert "watu wengi" not in read(aisha, PAGE)
    assert "watu wengi" in read(aisha, f"{PAGE}?v=all")
