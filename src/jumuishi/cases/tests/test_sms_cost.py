"""What messages about a case cost stands on its page, for its own office alone; the month of it goes to the books."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client, override_settings

from jumuishi.cases.models import Case
from jumuishi.cases.tests.test_sms import case, write
from jumuishi.kernel import tenancy
from jumuishi.messaging import sending
from jumuishi.messaging.models import Message

__all__ = ["case"]
pytestmark = pytest.mark.database
Enter = Callable[[str, str], Client]
SYSTEM = tenancy.Principal.system()


def hand_over() -> None:
    with tenancy.acting_as(SYSTEM):
        ids = list(Message.objects.filter(state="queued").values_list("id", flat=True))
    with override_settings(JUMUISHI_SMS_GATEWAY="outbox"):
        for one in ids:
            sending.send(one)


def test_the_cost_of_a_case_is_on_its_page(case: Case, at_work: Enter) -> None:
    juma, at = at_work("mfano", "Juma"), f"/ofisi/ombi/{case.id}/"
    assert "SMS kwa mwombaji" not in juma.get(at).content.decode(), "nothing went out yet"
    hand_over()
    write(f"HALI {case.reference}")
    hand_over()
    with tenancy.acting_as(SYSTEM):
        ours = Message.objects.filter(case_id=case.id)
        count, parts = ours.count(), sum(one.parts for one in ours)
        assert count >= 2, "the receipt and the answer"
        first = ours.earliest("created_at")
        ours.update(cost=Decimal("12.5"))
    page = juma.get(at).content.decode()
    assert f"{count}, vipande {parts}, gharama TZS {12.5 * count:.2f}." in page
    assert "havina bei" not in page
    with tenancy.acting_as(SYSTEM):
        Message.objects.filter(id=first.id).update(cost=None)
    page = juma.get(at).content.decode()
    assert f"gharama TZS {12.5 * (count - 1):.2f}. Vipande {first.parts} havina bei." in page
    assert at_work("jirani", "Baraka").get(at).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_month_goes_to_the_books(case: Case, at_work: Enter, kind: str) -> None:
    hand_over()
    with tenancy.acting_as(SYSTEM):
        Message.objects.filter(institution_id=case.institution_id).update(cost=Decimal("7.25"))
    path = f"/ofisi/sms/mwezi.{kind}"
    answer = at_work("mfano", "Amani").get(path)
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file goes out in pieces
    assert answer.status_code == 200
    if kind == "csv":
        lines = body.decode("utf-8-sig").splitlines()
        assert lines[0] == "Siku,Mlango wa SMS,Ujumbe,Vipande,Gharama (TZS),Vipande visivyo na bei"
        assert len(lines) == 2
        _, gateway, n, _parts, amount, unpriced = lines[1].split(",")
        assert (gateway, Decimal(amount), unpriced) == ("outbox", Decimal("7.25") * int(n), "0")
        assert case.reference not in body.decode()
    else:
        assert body.startswith(b"PK")
    assert at_work("mfano", "Juma").get(path).status_code == 403
    assert at_work("jirani", "Baraka").get(path).status_code == 403
    if kind == "csv":
        others = at_work("jirani", "Subira").get(path)
        assert len(b"".join(others.streaming_content).splitlines()) == 1, "another's month is another's"  # type: ignore[attr-defined]
