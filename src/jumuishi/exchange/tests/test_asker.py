"""An institution lets its own services ask registers: one form, once; the key is shown to nobody."""

from collections.abc import Callable

from django.test import Client

from jumuishi.cases.tests.conftest import at_work
from jumuishi.exchange.models import Asker, Credential
from jumuishi.exchange.registers.asker import asker_of
from jumuishi.exchange.tests.desk import HERE, said

__all__ = ["at_work"]


def test_its_services_may_ask(at_work: Callable[[str, str], Client]) -> None:
    zawadi = at_work("mfano", "Zawadi")
    page = zawadi.get(HERE)
    assert "Rejesta ya vitambulisho vya taifa haijaunganishwa" in said(page)
    wrong = zawadi.post(HERE, {"do": "asks", "asks-contact_name": "", "asks-contact_email": "x"})
    assert wrong.status_code == 422
    given = {"do": "asks", "asks-contact_name": "Zawadi", "asks-contact_email": "zawadi@mfano.example"}
    made = zawadi.post(HERE, given)
    assert made.status_code == 302, said(made)
    row = Asker.objects.get()
    assert str(row.subsystem_id) in made["Location"]
    known = asker_of(row.institution_id)
    assert known is not None
    assert known[0] == "TZ/GOV/mfano/huduma"
    assert known[1].startswith("jmx_")
    assert known[1] not in zawadi.get(made["Location"]).content.decode()
    assert "Zinauliza kupitia" in said(zawadi.get(HERE))
    # Once more is a new key, and the earlier one counts no more.
    assert zawadi.post(HERE, given).status_code == 302
    assert Credential.objects.filter(subsystem_id=row.subsystem_id, ended_at=None).count() == 1
    assert asker_of(row.institution_id) != known
    # Who doesn't look after the systems has no such page; another institution has its own only.
    assert at_work("mfano", "Juma").post(HERE, given).status_code == 403
    assert "Zinauliza kupitia" not in said(at_work("benki-mfano", "Shabani").get(HERE))
    assert Asker.objects.count() == 1
