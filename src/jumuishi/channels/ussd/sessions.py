"""Sessions as they are kept: one row a phone, sealed, for a day; what was typed is never kept.

An operator sends with each callback all that was typed since the session began ("1*2*Asha"), a PIN too. Of that text
only its length and a keyed hash are kept: enough to tell a repeat, and to cut what is new from what is old.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac

from jumuishi.channels.models import UssdSession
from jumuishi.channels.ussd import engine
from jumuishi.channels.ussd.engine import Answer, Spot, State
from jumuishi.channels.ussd.first import RESUME
from jumuishi.channels.ussd.screens import REGISTRY, Visit
from jumuishi.kernel import clock, seal, seldom, tenancy
from jumuishi.kernel.jobs import every
from jumuishi.kernel.statements import Often, Soon
from jumuishi.kernel.text import t

KEPT = timedelta(hours=24)
# Longer than any operator lets a session stand; who comes with its id later is asked anew who it is.
IDLE = timedelta(minutes=10)
# Of a short code that was dialled with what comes after it (*152*00*1*3#), so many answers are taken at once.
AT_ONCE = 8
_PURPOSE = "channels.ussd"


@dataclass(frozen=True)
class Callback:
    """One callback of an operator: the session, the phone (+255XXXXXXXXX), all that was typed so far."""

    session: str
    phone: str
    text: str


@dataclass
class _Kept:
    session: str = ""
    before: str = ""
    length: int = 0
    text: str = ""
    number: int = 0
    lang: str = "sw"
    person: str = ""
    marks: list[str] = field(default_factory=list)
    state: Any = None
    answer: str = ""
    ends: bool = False
    # How often the phone answered within one window of time.
    window: int = 0
    calls: int = 0


def answer(
    said: Callback, *, language: Callable[[str], str] | None = None, limit: tuple[int, int] = (120, 600)
) -> Answer | None:
    """The screen that follows, kept before it is sent; in the transaction that is open.

    The session is the system's, what the places read and do is the person's. The same callback again gives the same
    answer and does nothing. `language` tells that of a phone not known here. None for a phone that answered more often
    than `limit` says (times, seconds).
    """
    with tenancy.acting_as(tenancy.Principal.system()):
        return _answer(said, language, limit)


def _answer(said: Callback, language: Callable[[str], str] | None, limit: tuple[int, int]) -> Answer | None:
    now = clock.now()
    phone_hash = _mac("phone", said.phone)
    sealed, seen_at, mark = _locked(phone_hash)
    kept = _opened(sealed) if sealed and seen_at > now - KEPT else None
    if kept is None:
        kept = _Kept(lang=language(said.phone) if language is not None else "sw")
    session = _mac("session", said.session)[:32]
    is_new = kept.session != session
    if is_new and kept.before == session:
        return Answer(t("channels.ussd_over", kept.lang), ends=True)
    if not is_new:
        if kept.length > len(said.text) or _is_text(kept, said.text):
            # A repeat, or one that came late: what was answered last stands.
            return Answer(kept.answer, kept.ends)
        if seen_at < now - IDLE:
            kept.marks = []
    else:
        kept = replace(kept, session=session, before=kept.session, length=0, text=_mac("text", ""), number=0, marks=[])
    window = int(now.timestamp()) // limit[1]
    calls = kept.calls + 1 if kept.window == window else 1
    if calls > limit[0]:
        return None
    visit = Visit(said.phone, kept.lang, kept.person, set(kept.marks), session, kept.number)
    person = tenancy.Principal.person(UUID(visit.person) if visit.person else None)
    with tenancy.acting_as(person), seldom.under(mark):
        state, found = _answered(visit, State.from_data(kept.state), _fresh(kept, said.text), is_new=is_new)
    fresh = _Kept(
        session=session, before=kept.before, length=len(said.text), text=_mac("text", said.text),
        number=visit.number, lang=visit.lang, person=visit.person, marks=sorted(visit.marks),
        state=state.to_data() if state.stack or not found.ends else None, answer=found.text, ends=found.ends,
        window=window, calls=calls,
    )  # fmt: skip
    _keep(phone_hash, fresh, now)
    return found


def _answered(visit: Visit, state: State, fresh: str, *, is_new: bool) -> tuple[State, Answer]:
    if is_new:
        # What was dialled with the short code begins at the menu; else whoever was cut off may go on.
        stack = () if fresh else tuple(spot for spot in state.stack if spot.name in REGISTRY.places)
        if not any(REGISTRY.places[spot.name].goes_on for spot in stack):
            stack = ()
        elif stack[-1].name != RESUME:
            stack = (*stack, Spot(RESUME))
        state, found = engine.open_at(REGISTRY, visit, State(stack))
        if not fresh:
            return state, found
    else:
        found = Answer("")
    for turn in range(AT_ONCE):
        part, star, rest = (fresh, "", "") if engine.takes_whole(state) else fresh.partition("*")
        visit.number += 1
        state, found = engine.step(REGISTRY, visit, state, part if turn < AT_ONCE - 1 else fresh)
        fresh = rest
        if not star or found.ends:
            break
    return state, found


def _fresh(kept: _Kept, text: str) -> str:
    """What is new in all that was typed. Where what is old is not what we know, only the last answer counts."""
    known = kept.length == 0 or (
        text[kept.length : kept.length + 1] == "*"
        and constant_time_compare(kept.text, _mac("text", text[: kept.length]))
    )
    return text[kept.length :].removeprefix("*") if known else text.rpartition("*")[2]


def _is_text(kept: _Kept, text: str) -> bool:
    return kept.length == len(text) and constant_time_compare(kept.text, _mac("text", text))


def ended(session: str, phone: str) -> None:
    """The operator says that a session is over: nothing more may come under its id. As the system."""
    row = UssdSession.objects.select_for_update().filter(phone_hash=_mac("phone", phone)).first()
    kept = _opened(row.kept) if row is not None and row.kept else None
    if row is None or kept is None or kept.session != _mac("session", session)[:32]:
        return
    row.kept = _sealed(replace(kept, session="", before=kept.session, marks=[], answer=""))
    row.save(update_fields=["kept"])


def seen_at(phone: str) -> datetime | None:
    """When a phone (+255XXXXXXXXX) called last, as far as that is kept; as the system."""
    return UssdSession.objects.filter(phone_hash=_mac("phone", phone)).values_list("seen_at", flat=True).first()


@every(3600, "channels.ussd.drop")
def drop_old() -> None:
    """Throw away what nobody went on with for a day."""
    UssdSession.objects.filter(seen_at__lt=clock.now() - KEPT).delete()


_READ = Often(
    f"SELECT kept, seen_at, {seldom.MARK} FROM channels_ussd_session "  # noqa: S608  # ours
    "WHERE phone_hash = %(phone)s FOR UPDATE"
)
# No row where another callback of the phone began one at the same moment: then that is read.
_BEGIN = Often(
    "INSERT INTO channels_ussd_session (phone_hash, kept, seen_at) VALUES (%(phone)s, '', %(now)s) "  # noqa: S608
    f"ON CONFLICT (phone_hash) DO NOTHING RETURNING kept, seen_at, {seldom.MARK}"
)
_KEEP = Soon("UPDATE channels_ussd_session SET kept = %s, seen_at = %s WHERE phone_hash = %s")


def _locked(phone_hash: str) -> tuple[bytes, datetime, str | None]:
    """What is kept of a phone, and since when: ours alone until the transaction ends; nothing for a new phone.

    And the mark under which the catalogue is read.
    """
    with connection.cursor() as cursor:
        for statement in (_READ, _BEGIN, _READ):
            cursor.execute(statement, {"phone": phone_hash, "now": clock.now()})
            row = cursor.fetchone()
            if row is not None:
                break
    return bytes(row[0]), row[1], row[2]


def _keep(phone_hash: str, kept: _Kept, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [_sealed(kept), now, phone_hash])


def _sealed(kept: _Kept) -> bytes:
    return seal.seal(json.dumps(vars(kept), separators=(",", ":")).encode(), _PURPOSE)


def _opened(sealed: bytes | memoryview) -> _Kept | None:
    """What was kept; None for what another release wrote, or was sealed under another key: a new session begins."""
    try:
        return _Kept(**json.loads(seal.unseal(bytes(sealed), _PURPOSE)))
    except (seal.BrokenSealError, TypeError, ValueError):
        return None


def _mac(purpose: str, text: str) -> str:
    return str(salted_hmac(f"channels.ussd.{purpose}", text, algorithm="sha256").hexdigest())
