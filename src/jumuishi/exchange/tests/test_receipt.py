"""What proves one call: first our promise, then a bundle that is checked without us."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from jumuishi.evidence import public as evidence
from jumuishi.evidence.verifier import read_keys, verify_bundle, verify_promise
from jumuishi.exchange.tests.desk import HERE, call
from jumuishi.identity.testing import sign_in
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy


@pytest.fixture
def db(committed_db: None) -> None:
    """Rows are committed, for the sequencer works in transactions of its own."""


@pytest.mark.slow
def test_a_call_is_proven_without_us(world: Any, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Copies of another test's log would open an epoch of their own.
    monkeypatch.setattr(settings, "EVIDENCE_MIRROR_DIR", tmp_path)
    bakari = Client()
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        home = institutions.institution_by_slug("maji-mfano")
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == "Bakari")
        sign_in(bakari, Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=one.name))
        row = call("maji-mfano")
    at = f"{HERE}kumbukumbu/{row.id}/stakabadhi/"
    promised = json.loads(bakari.get(at).content)
    keys = read_keys("\n".join(evidence.verifier_keys()))
    assert verify_promise(promised, keys)
    evidence.sequence_once()
    answer = bakari.get(at)
    assert str(row.request_id) in answer["Content-Disposition"]
    assert verify_bundle(json.loads(answer.content), keys)["thing"]["id"] == str(row.id)
