"""What the authority's people do at the pages of the network, and a log that has shown two histories."""

from io import BytesIO
from typing import Any

from django.test import Client

from jumuishi.evidence import public as evidence
from jumuishi.evidence.tests.logs import fork
from jumuishi.exchange import findings
from jumuishi.exchange.models import Finding
from jumuishi.exchange.tests.desk import said
from jumuishi.exchange.tests.test_network import said as statement_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy

HERE = "/ofisi/seva/"


def hand_in(client: Client, for_whom: str = "GOV/wilaya", **words: Any) -> Any:
    file = BytesIO(statement_of(**words))
    file.name = "tamko"
    return client.post(f"{HERE}mpya/", {"statement": file, "members": for_whom})


def let_in(zuhura: Client, tumaini: Client, members: str = "GOV/wilaya", **words: Any) -> str:
    made = hand_in(zuhura, members, **words)
    assert made.status_code == 302, said(made)[:2000]
    assert tumaini.post(made["Location"], {"do": "agree"}).status_code == 302
    return str(made["Location"])


def found_out() -> Finding:
    """The node "wilaya" has shown two histories of 25 records."""
    one, other = fork(20, 5, 5)
    found = evidence.follow(one.checkpoint(), other.checkpoint(), [one.signer.verifier], other.tile)
    assert found is not None
    with tenancy.acting_as(tenancy.Principal.system()):
        made = findings.raise_finding(
            actor=Actor.system(), node="wilaya", histories=found, keys=[one.vkey], found_by="kituo"
        )
    return Finding.objects.get(id=made)
