"""Run beside another node's database: the water authority offers its system there, to a bank that it knows by name.

`python -m jumuishi.exchange.tests.second_node URL [DAYS]`, for how long it is agreed on
"""

import sys
from datetime import timedelta

import django


def main(url: str, days: int = 30) -> None:
    """Register, write down what was agreed with the bank's system of another node, approve."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.exchange import agreeing, registering  # noqa: PLC0415
    from jumuishi.exchange.tests.test_gateway import CLIENT, CONTACT, officer  # noqa: PLC0415
    from jumuishi.exchange.types import Terms  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415

    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        bakari, today = officer("maji-mfano", "Bakari"), institutions.today()
        home = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
        service = registering.register_service(
            actor=bakari, subsystem_id=home, code="customers", title={"sw": "Wateja"}, url=url
        )
        made = agreeing.offer(
            actor=bakari,
            service_id=service,
            client=CLIENT,
            terms=Terms(
                purpose="credit-check",
                purpose_words={"sw": "Mkopo"},
                legal_basis="Mkataba",
                fields=[],
                rules=[{"method": one, "path": "/customers/*"} for one in ("GET", "POST")],
                from_on=today,
                until_on=today + timedelta(days=days),
            ),
        )
        agreeing.approve(actor=officer("maji-mfano", "Aisha"), agreement_id=made)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
