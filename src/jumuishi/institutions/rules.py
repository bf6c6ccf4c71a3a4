"""Pure: names that look alike, and an institution's week."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from difflib import SequenceMatcher
from typing import Any

from jumuishi.kernel.text import fold
from jumuishi.kernel.worktime import WorkingTime

# What one character may pass for: digits, and the letters of Cyrillic and Greek that look Latin.
_OTHER_SCRIPTS = str.maketrans("аеорсухіѕјӏҺӀαερονιτκ".casefold(), "aeopcyxisjlhlaeponitk")
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "4": "a", "8": "b", "v": "u"})
CLOSE = 0.86
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
DEFAULT_HOURS = {str(day): [["08:00", "16:00"]] for day in range(5)}


def skeleton(name: str) -> str:
    """A name with look-alike characters made one, words that every institution shares left in."""
    return fold(name).translate(_OTHER_SCRIPTS).translate(_ALIKE).replace(" ", "")


def look_alikes(name: str, others: Iterable[str]) -> list[str]:
    """Those of the other names that a hurried reader could take for this one."""
    mine = skeleton(name)
    return [
        other
        for other in others
        if skeleton(other) == mine or SequenceMatcher(None, skeleton(other), mine).ratio() >= CLOSE
    ]


def domain_of(text: str) -> str:
    """A web domain as people type it ("https://www.Mfano.go.tz/x"), bare and small; empty for what is none."""
    bare = text.strip().casefold().partition("://")[2] or text.strip().casefold()
    host = bare.partition("/")[0].partition("@")[2] or bare.partition("/")[0]
    host = host.partition(":")[0].removeprefix("www.").rstrip(".")
    return host if _DOMAIN.fullmatch(host) and len(host) <= 120 else ""


def is_mail_of(email: str, domain: str) -> bool:
    """Whether an e-mail address is of a domain or of one below it; "x@notmfano.go.tz" is not of "mfano.go.tz"."""
    host = email.rpartition("@")[2].casefold()
    return bool(domain) and (host == domain or host.endswith("." + domain))


def week(hours: Mapping[str, Any], holidays: Iterable[date], zone: str) -> WorkingTime:
    """An institution's working time from its hours as stored (weekday -> spans) and its days off."""
    return WorkingTime(
        {
            int(day): tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
            for day, spans in (hours or DEFAULT_HOURS).items()
        },
        frozenset(holidays),
        zone,
    )
