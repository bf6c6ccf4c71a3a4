"""Each room answers for what it holds about a person, and answers nobody else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from jumuishi.identity import testing
from jumuishi.identity.holdings import Copy, Holder, Holding, holders, register_holder
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.project.tests.scene import ASHA, SECRETS, Scene

pytestmark = [pytest.mark.database, pytest.mark.slow]


def of(actor: Actor, about: Actor) -> tuple[list[Holding], list[Copy]]:
    """What the rooms say about somebody to somebody."""
    with tenancy.acting_as(tenancy.Principal.person(actor.person_id)):
        held = [row for one in holders() for row in one.held(about.who)]
        copies = [copy for one in holders() for copy in one.copies(about.who)]
    return held, copies


def test_the_person_gets_everything_and_a_neighbour_nothing(world: Any, db: None, run_jobs: Callable[[], int]) -> None:
    scene = Scene(run_jobs)
    asha, neighbour = testing.citizen(ASHA), testing.citizen("0700 000 002")
    held, copies = of(asha, asha)
    assert {one.kind for one in held} >= {"person", "journal", "case", "draft", "bill", "message"}
    assert all(words[lang] for one in held for words in (one.what, one.purpose, one.kept) for lang in ("sw", "en"))
    said = json.dumps([one.data for one in copies])
    assert all(word in said for word in (*SECRETS[:2], SECRETS[3]))
    assert {"case", "draft", "bill", "message", "journal", "person"} <= {one.kind for one in copies}
    assert sum(len(one.files) for one in copies if one.kind == "case") >= 6
    for one in held:
        if one.kind in ("case", "bill", "message", "journal", "draft", "person"):
            found = [copy for copy in copies if (copy.kind, copy.institution_id) == (one.kind, one.institution_id)]
            assert len(found) >= one.count, one
    assert of(neighbour, asha) == ([], [])
    assert scene.paid


def test_a_room_has_one_holder() -> None:
    class Twice(Holder):
        room = "cases"

    with pytest.raises(ValueError, match="cases"):
        register_holder(Twice())
