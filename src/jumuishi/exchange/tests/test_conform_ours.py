"""Our own edge keeps every rule of the public kit."""

from typing import Any

import pytest
from django.db import transaction

from jumuishi.exchange import registering
from jumuishi.exchange.conform import kit
from jumuishi.exchange.conform.asking import Edge
from jumuishi.exchange.conform.model import Result, Scene
from jumuishi.exchange.conform.provider import provider
from jumuishi.exchange.describing import describe_service
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.desk import YAML
from jumuishi.exchange.tests.test_gateway import CLIENT, CONTACT, SERVICE, agree, officer
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("profile", ["xroad-7.7", "xroad-7.8"])
def test_our_own_edge_keeps_every_rule(database: Any, world: Any, profile: str) -> None:
    with (
        database.committing(world),
        tenancy.acting_as(tenancy.Principal.system()),
        provider("127.0.0.1", 0) as (behind, port),
    ):
        with transaction.atomic():
            bakari, shabani = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani")
            home = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
            made = {
                code: registering.register_service(
                    actor=bakari, subsystem_id=home, code=code, title={"sw": code}, url=f"http://127.0.0.1:{port}/ndani"
                )
                for code in ("customers", "siri", "described")
            }
            describe_service(actor=bakari, service_id=made["described"], text=YAML)
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
            agree(made["customers"], bank, rules=[])
        with running.gateway(database.app, JUMUISHI_EXCHANGE_PROFILE=profile) as gateway:
            scene = Scene(
                edge=Edge(gateway.edge), client=CLIENT, service=SERVICE, provider=behind, profile=profile,
                denied=f"{SERVICE.rpartition('/')[0]}/siri", described="described", seed=7, examples=25,
            )  # fmt: skip
            found = list(kit.run(scene))
    assert [(one.check.name, one.seen) for one in found if one.result is not Result.PASS] == []
    assert len(found) > 35
