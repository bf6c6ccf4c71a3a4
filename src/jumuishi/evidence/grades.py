"""How well a record is proven: promised, logged, cosigned by a quorum of witnesses; and how far that is behind."""

from dataclasses import dataclass
from datetime import datetime

from jumuishi.evidence import store
from jumuishi.evidence.cosigning import policy
from jumuishi.evidence.models import Checkpoint, Cosigned
from jumuishi.evidence.store import State
from jumuishi.evidence.verifier import VerificationError


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
    """What the keeper of an installation should look at: a quorum that has not cosigned for so many seconds."""
    found = []
    try:
        policy()
    except VerificationError as error:
        found.append(str(error))
    behind = cosigned(now).behind
    if behind > within:
        found.append(f"no quorum of witnesses has cosigned the log for {behind:.0f} s")
    return found


def best(here: State, index: int) -> State:
    """The checkpoint that proves a leaf best: the first that a quorum cosigned with the leaf in it, else the latest.

    The first and not the newest: what a record's proof says of its time does not grow worse with each day that
    its owner waits before fetching it.
    """
    found = Cosigned.objects.filter(epoch=here.epoch, size__gt=index).order_by("size").values_list("size", flat=True)
    size = found.first()
    return here if size is None else store.state(here.epoch, size) or here
