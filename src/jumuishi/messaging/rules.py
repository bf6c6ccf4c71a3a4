"""When a message goes out, when it is tried again, and when it is too late. Pure."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

CODE = "code"
REPLY = "reply"
_LIFE = {CODE: timedelta(minutes=10), REPLY: timedelta(hours=2)}
_USUAL_LIFE = timedelta(hours=48)
# Somebody waits for it now, or must act now: codes, answers to whoever wrote, news of one's own account, and of who
# acts in one's name: whoever never agreed must hear of it.
URGENT = frozenset({CODE, REPLY, "notice", "mandate"})
# What goes out also to whoever wants no messages: what they ask for themselves, and what the law makes us tell
# (Personal Data Protection Act, No. 11 of 2022: a breach, and the answer to a request about one's data).
ALWAYS = URGENT | {"privacy"}
# What a phone makes a link of.
LINK = re.compile(r"\S*(?:https?://|www\.|[\w-]\.(?:tz|com|org|net|info|africa)\b)\S*", re.IGNORECASE)


def kind_of(purpose: str) -> str:
    """The first word of a purpose: "code" of "code.ingia"."""
    return purpose.partition(".")[0]


def expires_at(purpose: str, now: datetime) -> datetime:
    """A one-time code is no use after ten minutes, an answer after two hours, anything else not after two days."""
    return now + _LIFE.get(kind_of(purpose), _USUAL_LIFE)


def is_code(purpose: str) -> bool:
    """Whether the text is a secret that must not outlive its sending."""
    return kind_of(purpose) == CODE


def is_urgent(purpose: str) -> bool:
    """Whether it goes out at night too."""
    return kind_of(purpose) in URGENT


def goes_always(purpose: str) -> bool:
    """Whether it goes to somebody who asked for no more messages."""
    return kind_of(purpose) in ALWAYS


def without_links(text: str) -> str:
    """The text with no address to tap on: one in an SMS teaches people to tap on those of thieves."""
    return re.sub(" {2,}", " ", LINK.sub("", text)) if LINK.search(text) else text


LONGEST_WAIT = timedelta(minutes=5)


def next_attempt(attempts: int, now: datetime) -> datetime:
    """After so many failed attempts: 5, 10, 20 seconds, and never more than five minutes later."""
    return now + timedelta(seconds=min(LONGEST_WAIT.seconds, 5 * 2 ** min(max(attempts - 1, 0), 10)))


def tomorrow(now: datetime, zone: str) -> datetime:
    """The coming midnight of a zone: a day's allowance begins anew."""
    there = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(there, time(0), ZoneInfo(zone))


def quiet_until(now: datetime, quiet: tuple[time, time] | None, zone: str) -> datetime | None:
    """When the quiet hours that `now` falls into end; None outside of them. A span may go over midnight."""
    if quiet is None:
        return None
    begins, ends = quiet
    there = now.astimezone(ZoneInfo(zone))
    at, day = there.time(), there.date()
    over_midnight = begins > ends
    if over_midnight and at >= begins:
        day += timedelta(days=1)
    elif not (at < ends if over_midnight else begins <= at < ends):
        return None
    return datetime.combine(day, ends, ZoneInfo(zone))


# For how long a gateway that was silent is left to the one message that tries it.
PROBE = timedelta(seconds=30)
# Who may have a message, and knows a repeat by its id, is asked again for so long before the next one is.
HELD = timedelta(minutes=30)


def held_by(gateway: str, purpose: str, created_at: datetime, now: datetime) -> str:
    """The only gateway to ask for a message that it may have already; empty where any may be asked.

    What is urgent goes to the next at once: a code that waits is no code.
    """
    return gateway if not is_urgent(purpose) and now < created_at + HELD else ""
