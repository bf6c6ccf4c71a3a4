"""How long a session lasts: so long as a whole, and so long without use. Both are the installation's to set."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from jumuishi.kernel import clock

SINCE = "identity.since"
SEEN = "identity.seen"
OFFICER, CITIZEN, GUEST, PROGRAM, WORK = "officer", "citizen", "guest", "program", "work"
# How exactly the last use is known, in seconds: a session is written at most so often for being used.
STEP = 60


def is_over(kept: Mapping[str, Any], kind: str) -> bool:
    """Whether a session that remembers `kept` is too old or was left unused too long."""
    most = settings.IDENTITY_LIFE.get(f"{kind}_idle_seconds")
    idle = clock.now().timestamp() - kept.get(SEEN, kept.get(SINCE, 0))
    return is_old(kept, kind) or (most is not None and not -STEP < idle <= most)


def is_old(kept: Mapping[str, Any], kind: str) -> bool:
    """Whether a session began too long ago, used or not."""
    age = clock.now().timestamp() - kept.get(SINCE, 0)
    # One that began in the time to come is of a clock that was set back since: nobody knows how old it is.
    return not -STEP < age <= longest(kind)


def longest(kind: str) -> int:
    """For how many seconds a session of a kind lasts at most."""
    return int(settings.IDENTITY_LIFE[f"{kind}_session_seconds"])


def begin(kept: Any) -> None:
    """A session begins, and is used, now."""
    kept[SINCE] = kept[SEEN] = int(clock.now().timestamp())


def use(kept: Any) -> None:
    """A session that is not over is used now."""
    now = int(clock.now().timestamp())
    if now - kept.get(SEEN, 0) >= STEP:
        kept[SEEN] = now
