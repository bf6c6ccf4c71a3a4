"""How well a record is proven: promised, logged, cosigned, time-stamped; and how far that is behind."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jumuishi.evidence import store
from jumuishi.evidence.cosigning import policy
from jumuishi.evidence.models import Checkpoint, Contradiction, Cosigned, Stamp
from jumuishi.evidence.stamping import stampers
from jumuishi.evidence.store import State
from jumuishi.evidence.verifier import VerificationError

_BEST = """
SELECT size FROM (
  (SELECT 3 AS rank, c.size FROM evidence_cosigned c JOIN evidence_stamp s ON s.epoch = c.epoch AND s.size = c.size
    WHERE c.epoch = %(epoch)s AND c.size > %(index)s ORDER BY c.size LIMIT 1)
  UNION ALL
  (SELECT 2, size FROM evidence_cosigned WHERE epoch = %(epoch)s AND size > %(index)s ORDER BY size LIMIT 1)
  UNION ALL
  (SELECT 1, size FROM evidence_stamp WHERE epoch = %(epoch)s AND size > %(index)s ORDER BY size LIMIT 1)
) found ORDER BY rank DESC LIMIT 1
"""


@dataclass(frozen=True)
class Standing:
    """How old the newest checkpoint of a kind is, in seconds, and for how long the oldest one without has waited.

    `age` is None before the first; `behind` is 0 where the newest checkpoint is of the kind, or nobody is asked.
    """

    age: float | None
    behind: float


def cosigned(now: datetime) -> Standing:
    """How the quorum of witnesses stands."""
    here = store.state()
    if here is None:
        return Standing(None, 0.0)
    last = Cosigned.objects.filter(epoch=here.epoch).order_by("-size").first()
    return _standing(here, last.size if last else 0, last.at if last else None, asked=_is_asked(), now=now)


def stamped(now: datetime) -> Standing:
    """How the time-stampers stand."""
    here = store.state()
    if here is None:
        return Standing(None, 0.0)
    last = Stamp.objects.filter(epoch=here.epoch).order_by("-size", "-id").first()
    asked = bool(stampers())
    return _standing(here, last.size if last else 0, last.at if last else None, asked=asked, now=now)


def stamps(here: State) -> list[bytes]:
    """The time-stampers' replies over a checkpoint."""
    rows = Stamp.objects.filter(epoch=here.epoch, size=here.size).order_by("id").values_list("reply", flat=True)
    return [bytes(reply) for reply in rows]


def _is_asked() -> bool:
    """Whether a quorum is wished for; a policy that can't be read was a wish."""
    try:
        trusted = policy()
    except VerificationError:
        return True
    return trusted is not None and trusted.quorum != "none"


def _standing(here: State, size: int, at: datetime | None, *, asked: bool, now: datetime) -> Standing:
    age = None if at is None else max(0.0, (now - at).total_seconds())
    later = Checkpoint.objects.filter(epoch_id=here.epoch, size__gt=size).order_by("size") if asked else None
    since = later.values_list("at", flat=True).first() if later is not None else None
    return Standing(age, 0.0 if since is None else max(0.0, (now - since).total_seconds()))


def warnings(now: datetime, within: float) -> list[str]:
    """What the keeper of an installation should look at: nobody has vouched for so long, or somebody's log lies."""
    found = []
    try:
        policy()
    except VerificationError as error:
        found.append(str(error))
    behind = cosigned(now).behind
    if behind > within:
        found.append(f"no quorum of witnesses has cosigned the log for {behind:.0f} s")
    behind = stamped(now).behind
    if behind > within:
        found.append(f"no time-stamper has stamped the log for {behind:.0f} s")
    named = Contradiction.objects.order_by("origin").values_list("origin", flat=True).distinct()
    return found + [f"{origin} has shown two histories" for origin in named[:10]]


def best(here: State, index: int) -> State:
    """The checkpoint that proves a leaf best: cosigned and stamped, else cosigned, else stamped, else the latest.

    Of each kind the first and not the newest: what a proof says of its time does not grow worse with each day that the
    record's owner waits before fetching it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEST, {"epoch": here.epoch, "index": index})
        found = cursor.fetchone()
    return (store.state(here.epoch, found[0]) if found else None) or here
