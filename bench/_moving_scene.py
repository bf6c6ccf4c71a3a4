"""Open cases of one service and its newer edition, for `bench moving`, in a running installation.

`python -m bench._moving_scene COUNT...` makes so many at a council each and prints {offering, session, edition} of
each, the session of an officer who may move them; `... look|move MOVE` goes on with a look or a move to its end, in
this process, and prints what that took.
"""

import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.db import connection, transaction

from bench.submit import memory

SERVICE = "business-licence"
# What the edits do to an open case: ask whoever has a long name, keep those under review, move the others.
EDITS = (
    (
        "      - name: lease\n",
        "      - {name: owner, type: yes_no, label: {sw: Eneo ni lako?, en: Is the place yours?}, "
        'relevant: "size(full_name) > 10", required: true}\n      - name: lease\n',
    ),
    ("  reviews:\n    kind: review", "  inspections:\n    kind: review"),
    ("{to: reviews}", "{to: inspections}"),
    ("not_by: [check, reviews", "not_by: [check, inspections"),
)


def scene(counts: list[int]) -> list[dict[str, str]]:
    """So many open cases of the licence at a council each, where its stories leave them; then edition 2."""
    from jumuishi.kernel import clock, tenancy  # noqa: PLC0415  # models load after the settings are known
    from jumuishi.project.generate import cli, country  # noqa: PLC0415
    from jumuishi.project.generate.copying import BATCH, Copier  # noqa: PLC0415

    rng, now = random.Random(1), clock.now()  # made-up cases, the same each time
    with tenancy.acting_as(tenancy.Principal.system()):
        moulds = [one for one in cli.moulds_of(rng, tries=12) if one.service == SERVICE and not one.is_ended]
        with transaction.atomic():
            model = country.models()[0][0]
            made = country.homes(len(country.models()) + 2 * len(counts))
        homes = [one for one in made if one.model == model and one.id != model][: len(counts)]
        moulds = [one for one in moulds if one.model == model]
        copier = Copier(rng, cli.columns())
        for home, count in zip(homes, counts, strict=True):
            for number in range(count):
                copier.add(rng.choice(moulds), home, now)
                if number % BATCH == BATCH - 1:
                    copier.write()
            copier.write()
        with transaction.atomic():
            _catalogue()
            return [{**_taken_up(one.id), "session": _session(one.id)} for one in homes]


def _catalogue() -> None:
    """Edition 2 of the licence."""
    from jumuishi.identity.types import Actor  # noqa: PLC0415  # after the settings
    from jumuishi.project import demo_data  # noqa: PLC0415
    from jumuishi.services import public as services  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        for file in (demo_data.SERVICES / SERVICE).iterdir():
            if file.is_file():
                source = file.read_text()
                for before, after in EDITS if file.name == "service.yaml" else ():
                    if before not in source:
                        raise RuntimeError(f"not in the licence any more: {before!r}")
                    source = source.replace(before, after)
                (Path(name) / file.name).write_text(source)
        services.add_edition(actor=Actor.system(), folder=Path(name))


def _taken_up(home: UUID) -> dict[str, str]:
    """It runs at a council, by two officers' word."""
    from jumuishi.services import adopting  # noqa: PLC0415  # after the settings
    from jumuishi.services import public as services  # noqa: PLC0415
    from jumuishi.services.models import Offering  # noqa: PLC0415

    offering = Offering.objects.get(institution_id=home, service=SERVICE)
    first, second = _heads(home)
    adopting.begin_adoption(actor=first, offering_id=offering.id)
    adopting.propose_adoption(actor=first, offering_id=offering.id)
    adopting.adopt(actor=second, offering_id=offering.id)
    found = services.offering(offering.id)
    assert found is not None
    return {"offering": str(offering.id), "edition": found.edition_hash}


def _heads(home: UUID) -> list[Any]:
    from jumuishi.identity.types import Actor, ActorKind  # noqa: PLC0415  # after the settings
    from jumuishi.institutions import public as institutions  # noqa: PLC0415

    people = [one for one in institutions.people_in(home) if {"head", "director", "ict-officer"} & set(one.roles)]
    return [
        Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name=one.name)
        for one in people[:2]
    ]


def _session(home: UUID) -> str:
    from django.test import Client  # noqa: PLC0415  # after the settings

    from jumuishi.identity import testing  # noqa: PLC0415
    from jumuishi.institutions.models import Appointment  # noqa: PLC0415

    client, head = Client(), _heads(home)[0]
    person, _ = testing.officer(head.name, f"{home.hex}@example.go.tz")  # a made-up council's staff have no accounts
    Appointment.objects.filter(id=head.appointment_id).update(person_id=person)
    testing.sign_in(client, next(one for one in _heads(home) if one.appointment_id == head.appointment_id))
    return str(client.cookies["sessionid"].value)


def goes_on(kind: str, move_id: str) -> dict[str, Any]:
    """To its end: cases, seconds, seconds of CPU here, statements a case, MB after a tenth and at most."""
    from jumuishi.cases.moving import looking, working  # noqa: PLC0415  # after the settings
    from jumuishi.cases.moving.models import Move  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415

    asked: dict[str, int] = {"n": 0}
    held: list[float] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked["n"] += 1
        if asked["n"] % 500 == 1:
            held.append(memory(os.getpid())["rss_mb"])
        return execute(sql, params, many, context)

    with tenancy.acting_as(tenancy.Principal.system()):
        with transaction.atomic():
            before = Move.objects.get(id=UUID(move_id)).seen
        began, used = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(count):
            if kind == "look":
                looking.look(UUID(move_id), 3600.0)
            else:
                working.work(UUID(move_id), 3600.0)
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        with transaction.atomic():
            row = Move.objects.get(id=UUID(move_id))
    return {
        "state": row.state, "cases": row.seen - before, "seen": row.seen, "safe": row.safe, "ask": row.ask,
        "cannot": row.cannot, "seconds": round(seconds, 2), "cpu": round(cpu, 2), "statements": asked["n"],
        "mb_early": held[len(held) // 10], "mb_most": max(held),
    }  # fmt: skip


if __name__ == "__main__":
    django.setup()
    moves = sys.argv[1] in ("look", "move")
    said: Any = goes_on(sys.argv[1], sys.argv[2]) if moves else scene([int(one) for one in sys.argv[1:]])
    print(json.dumps(said))
