"""A gateway whose clock is wrong: `python -m jumuishi.exchange.tests.skewed SECONDS --edge ... --door ...`."""

import sys
from datetime import UTC, datetime, timedelta

from jumuishi.kernel import clock
from jumuishi.project import gateway


def main() -> None:
    """Run it as ever, so many seconds off."""
    off = timedelta(seconds=float(sys.argv.pop(1)))
    clock.now = lambda: datetime.now(UTC) + off
    gateway.main()


if __name__ == "__main__":
    main()
