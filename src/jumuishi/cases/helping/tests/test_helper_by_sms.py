"""The owner reads by SMS who may act, and ends it at once: by a word, without a PIN; nobody else's phone does."""

import pytest
from django.test import override_settings

from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.tests.conftest import Enter, consented, filled, mandate, sms
from jumuishi.cases.helping.tests.test_marks import ELDER, marked
from jumuishi.cases.models import Draft
from jumuishi.cases.tests.test_sms import write
from jumuishi.kernel import gsm, tenancy
from jumuishi.messaging.models import Message, Stopped

pytestmark = pytest.mark.database
SYSTEM = tenancy.Principal.system()
ASHA, BARAKA = "+255700000041", "+255700000042"


@pytest.mark.parametrize("word", ["ACHA MSAIDIZI", "acha msaidizi juma.", "Sitisha: msaidizi", "STOP HELPER all"])
def test_a_word_ends_the_only_helper_at_once(at_work: Enter, licence: str, word: str) -> None:
    juma = at_work("mfano", "Juma")
    at = consented(juma, licence)
    assert "Juma" in write("MSAIDIZI", ASHA)
    assert "ACHA MSAIDIZI" in write("MSAIDIZI", ASHA)
    before = len(sms("700000041"))
    said = write(word, ASHA)
    assert "Juma" in said
    assert said.startswith(("Umesitisha", "You stopped"))
    assert gsm.measure(said).parts == 1
    assert len(sms("700000041")) == before + 1, "the answer says it; nothing says it twice"
    row = mandate()
    assert (row.ended_why, row.ended_by) == (Mandate.Why.OWNER, row.owner_id)
    assert juma.get(f"{at}jaza/").status_code == 404, "the helper reads nothing from now on"
    with tenancy.acting_as(SYSTEM):
        assert not Stopped.objects.exists(), "messages go on"
    assert write(word, ASHA).startswith(("Hakuna anayeruhusiwa", "Nobody may apply"))


def test_another_phone_ends_and_learns_nothing(at_work: Enter, licence: str) -> None:
    consented(at_work("mfano", "Juma"), licence)
    for word in ("MSAIDIZI", "ACHA MSAIDIZI", "ACHA MSAIDIZI JUMA", "ACHA MSAIDIZI WOTE"):
        assert write(word, BARAKA) == "Hakuna anayeruhusiwa kukuombea kwa simu hii."
    assert mandate().ended_at is None


def test_of_several_the_one_who_is_named(at_work: Enter, licence: str) -> None:
    consented(at_work("mfano", "Juma"), licence)
    consented(at_work("mfano", "Salma"), licence)
    which = write("ACHA MSAIDIZI", ASHA)
    assert which.startswith("Andika jina la unayemsitisha: ")
    assert "Juma" in which
    assert "Salma" in which
    assert write("ACHA MSAIDIZI Rehema", ASHA).startswith("Andika jina")
    said = write("ACHA MSAIDIZI salma", ASHA)
    assert "Salma" in said
    assert "Juma" not in said
    with tenancy.acting_as(SYSTEM):
        assert [one.helper_name.split()[0] for one in Mandate.objects.filter(ended_at=None)] == ["Juma"]
    consented(at_work("mfano", "Salma"), licence)
    write("ACHA MSAIDIZI WOTE", ASHA)
    with tenancy.acting_as(SYSTEM):
        assert not Mandate.objects.filter(ended_at=None).exists()


def test_heard_also_once_no_answer_is_left(at_work: Enter, licence: str) -> None:
    consented(at_work("mfano", "Juma"), licence)
    with override_settings(IDENTITY_LIMITS={"sms.in": (1, 3600), "sms.unknown": (9, 3600)}):
        assert write("MSAADA", ASHA)
        assert write("ACHA MSAIDIZI", ASHA) == ""
    assert mandate().ended_why == Mandate.Why.OWNER


def test_a_mark_is_ended_by_the_phone_that_was_named_and_not_repudiated(at_work: Enter, licence: str) -> None:
    """Nobody is known by that phone yet. What was begun stays: to throw it away takes a sign-in, and that is said."""
    juma, at = marked(at_work, licence, f"0{ELDER}")
    filled(juma, at)
    said = write("ACHA MSAIDIZI", f"+255{ELDER}")
    assert "Kama hukukubali kamwe" in said
    assert mandate().ended_why == Mandate.Why.OWNER
    with tenancy.acting_as(SYSTEM):
        assert Draft.objects.count() == 1


def test_who_wants_no_messages_hears_who_acts_in_their_name(at_work: Enter, licence: str) -> None:
    write("ACHA", f"+255{ELDER}")
    marked(at_work, licence, f"0{ELDER}")
    with tenancy.acting_as(SYSTEM):
        assert Message.objects.get(purpose="mandate", to=f"+255{ELDER}").state != "failed"


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"SMS_NUMBER": "15200"}, "tuma ACHA MSAIDIZI kwa 15200"), ({"USSD_CODE": "*152*00#"}, "piga *152*00#"),
     ({}, "ingia Jumuishi")],
)  # fmt: skip
def test_a_consent_says_the_nearest_way_to_end_it(
    at_work: Enter, licence: str, settings: dict[str, str], said: str
) -> None:
    with override_settings(**settings):
        consented(at_work("mfano", "Juma"), licence)
    assert said in sms("700000041")[-1]
