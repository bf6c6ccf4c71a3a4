"""Makes an installation ready before its first page: migrate as owner, static files, the demonstration."""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

from jumuishi.project import migrating
from jumuishi.project.network.parts import NAMES


def main() -> None:
    """Run once by the supervisor on each start; what is done already costs little."""
    django.setup()
    migrating.migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    demonstration = sys.argv[1] if len(sys.argv) > 1 else "empty"
    done = Path(os.environ["JUMUISHI_DATA"]) / "demonstration-loaded"
    # A part's registers name the address of its system, which may be another one now.
    if demonstration == "empty" or (done.exists() and demonstration not in NAMES):
        return
    call_command("load_demo", demonstration)
    done.write_text(demonstration + "\n")


if __name__ == "__main__":
    main()
