"""What an author hears of a proposal that another person decides: what the check found and where, nothing of people."""

# ruff: noqa: F811  # fixtures of the cases' own tests are used by name

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client, override_settings

from jumuishi.cases.moving.tests.conftest import WORDS, edited, press_publish, texts
from jumuishi.cases.moving.tests.test_editions import authority, licence  # noqa: F401  # fixtures
from jumuishi.cases.tests.conftest import at_work, country, officer  # noqa: F401  # fixtures
from jumuishi.definitions import public as definitions
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import people
from jumuishi.identity import public as identity
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.messaging.mail import letters_to
from jumuishi.messaging.models import Mail, Message
from jumuishi.services import authoring
from jumuishi.services.models import Edition, Offering, Proposal
from jumuishi.services.types import EditionRefusedError

pytestmark = [pytest.mark.database, pytest.mark.slow]
Enter = Callable[[str, str], Client]
Find = Callable[[str], Actor]
REASON = "Tafsiri ya swali la Asha Juma si sahihi"


@pytest.fixture
def sending() -> Iterator[None]:
    """An installation that sends letters."""
    with override_settings(JUMUISHI_MAIL="outbox"):
        yield


@pytest.fixture
def proposed(licence: Offering, authority: Find, tmp_path: Path) -> Proposal:
    """What Tumaini proposed."""
    files = texts(edited(tmp_path, WORDS))
    made = authoring.propose_edition(actor=authority("Tumaini"), files=files, note="Maneno")
    return Proposal.objects.get(id=made)


def letters(authority: Find, name: str = "Tumaini") -> list[Mail]:
    person = authority(name).person_id
    assert person is not None
    with as_system():
        return [one for one in letters_to(identity.standings([person])[person].email) if "edition" in one.purpose]


def harm(row: Proposal) -> None:
    """What an older check let through: a role that is not declared."""
    text = row.files["service.yaml"].replace("role: trade-officer", "role: hayupo")
    files = {**row.files, "service.yaml": text}
    package = definitions.package_of({name: one.encode() for name, one in files.items()})
    assert package is not None
    Proposal.objects.filter(id=row.id).update(files=files, hash=definitions.edition_of(package).hash)


def test_the_door_stops_it_and_the_author_reads_what_and_where(
    sending: None, proposed: Proposal, authority: Find, at_work: Enter
) -> None:
    harm(proposed)
    for _ in range(3):
        with pytest.raises(EditionRefusedError, match="unsound"):
            authoring.publish_edition(actor=authority("Zuhura"), proposal_id=proposed.id)
    [letter] = letters(authority)
    assert "Ukaguzi umezuia pendekezo lako: Leseni ya Biashara".lower() in letter.subject.lower()
    line = next(
        n for n, one in enumerate(proposed.files["service.yaml"].split("\n"), 1) if "role: trade-officer" in one
    )
    assert f"service.yaml:{line}:5 J401 " in letter.text
    assert f"/ofisi/matoleo/pendekezo/{proposed.id}/" in letter.text
    for name in ("Zuhura", "Tumaini", "Asha"):
        assert name not in letter.subject + letter.text
    assert Proposal.objects.get(id=proposed.id).state == "open", "it waits for its author"
    assert not Edition.objects.filter(hash=proposed.hash).exists()
    page = f"/ofisi/matoleo/pendekezo/{proposed.id}/"
    seen = at_work("mamlaka", "Tumaini").get(page).content.decode()
    assert "Ukaguzi hauruhusu toleo hili" in seen
    assert f"service.yaml:{line}:5" in seen
    with as_system():
        assert JournalRow.objects.filter(thing_id=proposed.id, verb="services.edition.stopped").count() == 3


def test_by_the_page_too_and_an_outsider_sets_nothing_off(
    sending: None, proposed: Proposal, authority: Find, at_work: Enter, officer: Callable[[str, str], Actor]
) -> None:
    harm(proposed)
    with pytest.raises(NotAllowedError):
        authoring.publish_edition(actor=officer("mfano", "Neema"), proposal_id=proposed.id)
    assert letters(authority) == []
    page = press_publish(at_work("mamlaka", "Zuhura"), f"/ofisi/matoleo/pendekezo/{proposed.id}/")
    assert page.status_code == 422
    assert len(letters(authority)) == 1


def test_a_refusal_reaches_its_author_without_the_reason(
    sending: None, proposed: Proposal, authority: Find, at_work: Enter
) -> None:
    authoring.refuse_edition(actor=authority("Zuhura"), proposal_id=proposed.id, reason=REASON)
    [letter] = letters(authority)
    assert "Asha" not in letter.subject + letter.text
    assert f"/ofisi/matoleo/pendekezo/{proposed.id}/" in letter.text
    seen = at_work("mamlaka", "Tumaini").get("/ofisi/matoleo/").content.decode()
    assert "Mapendekezo yako yaliyoamuliwa" in seen
    assert REASON in seen
    other = at_work("mamlaka", "Zuhura").get("/ofisi/matoleo/").content.decode()
    assert "Mapendekezo yako yaliyoamuliwa" not in other


def test_who_takes_it_back_is_not_written_to(sending: None, proposed: Proposal, authority: Find) -> None:
    authoring.refuse_edition(actor=authority("Tumaini"), proposal_id=proposed.id, reason="")
    assert letters(authority) == []


def test_publication_is_told_in_the_author_s_language(sending: None, proposed: Proposal, authority: Find) -> None:
    people.set_person(actor=authority("Tumaini"), language="en")
    authoring.publish_edition(actor=authority("Zuhura"), proposal_id=proposed.id)
    [letter] = letters(authority)
    assert letter.subject == "Your edition is published: Business licence (Group B)"
    assert "it is edition 2" in letter.text
    assert "/en/ofisi/matoleo/" in letter.text


def test_a_proposal_that_a_later_release_reads_otherwise_still_has_a_page(
    proposed: Proposal, authority: Find, at_work: Enter
) -> None:
    Proposal.objects.filter(id=proposed.id).update(hash="0" * 64)
    zuhura, page = at_work("mamlaka", "Zuhura"), f"/ofisi/matoleo/pendekezo/{proposed.id}/"
    assert zuhura.get(page).status_code == 200
    assert press_publish(zuhura, page).status_code == 422
    assert zuhura.post(page, {"do": "refuse", "reason": "Pendekeza upya"}).status_code == 302


@override_settings(JUMUISHI_MAIL="")
def test_where_no_letters_go_an_sms_does(proposed: Proposal, authority: Find) -> None:
    people.prove_phone(actor=authority("Tumaini"), phone="0700000078")
    authoring.refuse_edition(actor=authority("Zuhura"), proposal_id=proposed.id, reason=REASON)
    assert letters(authority) == []
    with as_system():
        [sms] = Message.objects.filter(person_id=authority("Tumaini").person_id, purpose="edition")
    assert "limekataliwa" in sms.text
    assert "Asha" not in sms.text
    assert isinstance(sms.id, UUID)
