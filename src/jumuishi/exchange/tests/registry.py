"""A register behind a real gateway: the water authority's customers, asked in the council's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import agreeing, registering
from jumuishi.exchange.registers.asker import set_up_asker
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests import running
from jumuishi.exchange.types import Terms
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

CONTACT = {"contact_name": "Bakari", "contact_email": "bakari@maji-mfano.example"}
SERVICE = "TZ/GOV/maji-mfano/rejesta/people"
TOML = """
[{name}]
service = "{service}"
purpose = "service-application"
ask = {{method = "POST", path = "/v1/check", body = {{nin = "{{key}}"}}}}
answer = {{method = "POST", path = "/v1/check/{{question}}", body = {{nin = "{{key}}", answer = "{{answer}}"}}}}
takes = {{full_name = "/person/full_name", born = "/person/born"}}
fresh_days = 30
[{name}.question]
status = 202
number = "/question/number"
sw = "/question/sw"
en = "/question/en"
was_wrong = "/was_wrong"
tries_left = "/tries_left"
"""


def officer(slug: str, *roles: str) -> Actor:
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        home = institutions.institution_by_slug(slug)
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if set(roles) & set(one.roles))
    return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=one.name)


@dataclass
class Registry:
    """The provider's own system, the gateway, and what was agreed."""

    system: running.System
    gateway: running.Gateway
    service: UUID
    agreement: UUID
    consumer: UUID
    file: Path

    def holds(self, **person: Any) -> None:
        """It knows this person from now on, whoever is asked for."""
        self.says(200, {"person": person})

    def says(self, status: int, body: Any) -> None:
        """What it answers from now on."""
        self.system.answer = (status, [("Content-Type", "application/json")], json.dumps(body).encode())

    def unset(self) -> None:
        """No register is connected."""
        self.file.unlink(missing_ok=True)


@contextmanager
def registry(dsn: str, name: str = "national-id", consumer: str = "mfano") -> Iterator[Registry]:
    """A register of that name, agreed on and connected, within a database that commits."""
    with tenancy.acting_as(tenancy.Principal.system()), running.system() as system:
        with transaction.atomic():
            keeper, head = officer("maji-mfano", "ict-officer"), officer("maji-mfano", "head")
            home = registering.register_subsystem(actor=keeper, code="rejesta", name="Rejesta", **CONTACT)
            service = registering.register_service(
                actor=keeper, subsystem_id=home, code="people", title={"sw": "Watu"}, url=system.url
            )
            zawadi = officer(consumer, "ict-officer")
            asker = set_up_asker(actor=zawadi, contact_name="Zawadi", contact_email="zawadi@mfano.example")
            today = institutions.today()
            terms = Terms(
                "service-application", {"sw": "Kuhakiki taarifa za mwombaji"}, "Sheria ya Mfano", ["full_name"],
                [{"method": "POST", "path": "/v1/check"}, {"method": "POST", "path": "/v1/check/*"}],
                today, today + timedelta(days=90),
            )  # fmt: skip
            agreement = agreeing.ask(actor=zawadi, subsystem_id=asker, service_id=service, terms=terms)
            agreeing.approve(actor=head, agreement_id=agreement)
        file = Path(settings.EXCHANGE_REGISTERS)
        file.write_text(TOML.format(name=name, service=SERVICE))
        before, seconds = settings.EXCHANGE_EDGE, settings.REGISTER_SECONDS
        # A busy machine is no slow register; what is slow here is so on purpose.
        settings.REGISTER_SECONDS = 20.0
        try:
            with running.gateway(dsn) as gateway:
                settings.EXCHANGE_EDGE = gateway.edge
                rest.forget()
                yield Registry(system, gateway, service, agreement, zawadi.workplace, file)
        finally:
            settings.EXCHANGE_EDGE, settings.REGISTER_SECONDS = before, seconds
            file.unlink(missing_ok=True)
            rest.forget()
