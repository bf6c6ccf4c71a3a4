"""`jumuishi service add FOLDER`: an author's package into this installation's catalogue."""

import argparse
import sys
from pathlib import Path

from django.db import transaction

from jumuishi.definitions import public as definitions
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import t
from jumuishi.services import actions
from jumuishi.services.authoring import STORIES
from jumuishi.services.models import Edition


def service_add(argv: list[str]) -> int:
    """Take a package in, checked and its stories played.

    0 when it is in the catalogue (the same again is the same edition), 1 with faults or too few stories, 2 unreadable.
    """
    parser = argparse.ArgumentParser(prog="jumuishi service add", description="Take a package into the catalogue.")
    parser.add_argument("folder", type=Path, help="the package's folder")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    given = parser.parse_args(argv)
    try:
        package = definitions.edition(given.folder).package
    except definitions.UnreadableError as error:
        print(error, file=sys.stderr)
        return 2
    except definitions.UnsoundError as error:
        print(definitions.plain([one.in_language(given.lang) for one in error.findings]), end="")
        return 1
    results = definitions.run_stories(package, given.folder)
    failed = [one for one in results if not one.holds]
    if failed or len(results) < STORIES:
        for one in failed:
            print(definitions.line_of(one, given.lang))
        print(t("services.stories_needed", given.lang, n=STORIES, held=len(results) - len(failed)), file=sys.stderr)
        return 1
    edition_id = actions.add_edition(actor=Actor.system(), folder=given.folder)
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        row = Edition.objects.get(id=edition_id)
    print(t("services.added", given.lang, service=row.service, n=row.number))
    return 0
