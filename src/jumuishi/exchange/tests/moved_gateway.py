"""A node's gateway whose clock is ahead by as many seconds as a file says: `moved_gateway FILE WORDS`."""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django


def main(file: Path, words: list[str]) -> None:
    """The process as it is, with another clock."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
    django.setup()
    from jumuishi.exchange.gateway import app  # noqa: PLC0415  # models load after the settings are known
    from jumuishi.kernel import clock  # noqa: PLC0415

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    clock.now = now
    app.main(words)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
