"""`jumuishi generate`: made-up cases in bulk, into a demonstration only."""

import argparse
import random
import sys
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import IntegrityError, transaction

from jumuishi.institutions.models import Appointment
from jumuishi.kernel import clock, files, tenancy
from jumuishi.project import demo_data
from jumuishi.project.generate import country
from jumuishi.project.generate.copying import BATCH, Copier, plan
from jumuishi.project.generate.harvest import TABLES, Mould, columns_of, harvest
from jumuishi.project.generate.walks import script_of, walks
from jumuishi.services import public as services

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LONG_AGO = clock.now().date().replace(year=2015, day=1)


def generate(argv: list[str]) -> int:
    """Make so many cases; exit 0, 1 where nothing could be made, 2 in an installation that is no demonstration."""
    parser = argparse.ArgumentParser(prog="jumuishi generate", description="Made-up cases, for rehearsals.")
    parser.add_argument("--cases", type=int, required=True, metavar="N")
    parser.add_argument("--institutions", type=int, default=200, metavar="M")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--open", type=float, default=0.2, metavar="SHARE", help="share of cases not ended (0.2)")
    wish = parser.parse_args(argv)
    if not settings.DEMONSTRATION:
        print("This installation holds no demonstration: made-up cases would mix with real ones.", file=sys.stderr)
        return 2
    rng, began = random.Random(wish.seed), time.monotonic()  # noqa: S311  # made-up cases, the same for a seed
    with tenancy.acting_as(tenancy.Principal.system()):
        with transaction.atomic():
            homes = country.homes(wish.institutions)
        if not wish.cases:
            print(f"{len(homes)} institutions")
            return 0
        moulds = moulds_of(rng, tries=max(8, min(30, wish.cases // 2000)))
        if not moulds:
            print("No service is offered here, so there is nothing to copy.", file=sys.stderr)
            return 1
        print(f"{len(moulds)} cases played through the engine, {time.monotonic() - began:.0f} s", flush=True)
        try:
            made = _copy(plan(rng, moulds, homes, wish.cases, wish.open), Copier(rng, columns()), began)
        except IntegrityError as error:
            print(f"These are here already; choose another --seed. ({error})", file=sys.stderr)
            return 1
    print(f"{made} cases at {len(homes)} institutions in {time.monotonic() - began:.1f} s")
    return 0


def _copy(chosen: Iterator[tuple[Mould, country.Home]], copier: Copier, began: float) -> int:
    made, now = 0, clock.now()
    for mould, home in chosen:
        copier.add(mould, home, now)
        made += 1
        if made % BATCH == 0:
            copier.write()
        if made % 50_000 == 0:
            print(f"{made} cases, {time.monotonic() - began:.0f} s", flush=True)
    copier.write()
    return made


def columns() -> dict[str, list[str]]:
    """The columns of every table that copies are written to."""
    with transaction.atomic():
        return {table: columns_of(table) for table in TABLES}


def moulds_of(rng: random.Random, *, tries: int) -> list[Mould]:
    """Cases of every service that is offered, played and read, and undone again."""
    now, found, kept = clock.now(), [], columns()
    file_id = files.put([PAPER], len(PAPER)).id
    with transaction.atomic():
        # They have been in their posts since before the cases that are played now.
        Appointment.objects.update(from_on=LONG_AGO)
        for model, offerings in country.models():
            staff = set(Appointment.objects.filter(institution_id=model).values_list("person_id", flat=True))
            for one in offerings:
                package = services.definition(one.edition_hash).package
                script = script_of(package, demo_data.SERVICES / one.service)
                if not script.applications:
                    continue
                for walk in walks(one, script, rng, tries=tries, now=now, file_id=file_id):
                    found.append(harvest(walk, {model, one.id, *staff}, kept))
        transaction.set_rollback(True)
    return found
