"""An installation of the log with its own outside copies."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from jumuishi.evidence import public
from jumuishi.evidence.types import Recorded
from jumuishi.kernel.ids import new_id

ASHA, TRADE = new_id(), new_id()


@pytest.fixture(autouse=True)
def mirror_dir(tmp_path: Path) -> Iterator[Path]:
    """Each test's own: beside copies that another test left, a young log takes itself for a restored one."""
    before = settings.EVIDENCE_MIRROR_DIR
    settings.EVIDENCE_MIRROR_DIR = tmp_path / "mirror"
    yield settings.EVIDENCE_MIRROR_DIR
    settings.EVIDENCE_MIRROR_DIR = before


@pytest.fixture
def act() -> Callable[..., Recorded]:
    def one(verb: str = "cases.case.decide", number: int = 0) -> Recorded:
        with transaction.atomic():
            return public.record(
                actor_ref={"kind": "institution", "person": str(new_id())},
                verb=verb,
                thing_kind="case",
                thing_id=new_id(),
                institution_id=TRADE,
                person_id=ASHA,
                before={"stage": "review"},
                after={"stage": "approved", "number": number},
            )

    return one
