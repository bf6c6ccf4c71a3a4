"""How often a thing may be tried: counters in the database, shared by every process, keyed by a hash."""

from ipaddress import IPv4Network, IPv6Address, ip_address
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from jumuishi.identity.models import Attempt
from jumuishi.identity.principal import as_system
from jumuishi.kernel import clock

DAY = 86_400
_REFUSED = "refused:"


def hit(key: str, purpose: str, limit: int, seconds: int, *, weight: int = 1) -> bool:
    """Count one try of `key` for `purpose`; False when it is one too many within a window of so many seconds.

    A window of whole days turns at the installation's own midnight.
    """
    return _count(_window(key, purpose, seconds), seconds, weight) <= limit


def allowed(purpose: str, key: str, *, weight: int = 1) -> bool:
    """As hit, with the limit that the installation sets for the purpose (settings.IDENTITY_LIMITS)."""
    limit, seconds = settings.IDENTITY_LIMITS[purpose]
    free = hit(key, purpose, limit, seconds, weight=weight)
    if not free:
        note_refusal(purpose)
    return free


def spent(purpose: str, key: str) -> bool:
    """Whether the purpose's limit is used up for a key, without counting; wrong tries are then counted by allowed."""
    limit, seconds = settings.IDENTITY_LIMITS[purpose]
    with as_system():
        return Attempt.objects.filter(key=_window(key, purpose, seconds), count__gte=limit).exists()


def note_refusal(purpose: str) -> None:
    """Count that a limit turned somebody away today: the operator's figure, which names nobody."""
    _count(f"{_REFUSED}{_day()}:{purpose}"[:64], DAY, 1)


def refused_today() -> dict[str, int]:
    """How often each purpose's limit turned somebody away today; read under the system principal."""
    begins = f"{_REFUSED}{_day()}:"
    found = Attempt.objects.filter(key__startswith=begins).values_list("key", "count")
    return {key.removeprefix(begins): count for key, count in found}


def _count(name: str, seconds: int, weight: int) -> int:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_attempt (key, count, ends_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (key) DO UPDATE SET count = identity_attempt.count + EXCLUDED.count RETURNING count",
            [name, weight, clock.now() + clock.seconds(seconds)],
        )
        return int(cursor.fetchone()[0])


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction holds this name; it is held until ours ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _window(key: str, purpose: str, seconds: int) -> str:
    window = int(clock.now().timestamp()) // seconds if seconds % DAY else _day() // (seconds // DAY)
    text = f"{purpose}|{seconds}|{window}|{key}"
    return str(salted_hmac("identity.attempt", text, algorithm="sha256").hexdigest())


def _day() -> int:
    """Today's number in the installation's own zone."""
    return clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date().toordinal()


def network_of(address: str) -> str:
    """The neighbourhood of an address_of: an IPv4 /24, an IPv6 /64; whoever moves within it is still counted."""
    try:
        return str(IPv4Network(f"{address}/24", strict=False))
    except ValueError:
        return address


def peer_of(request: HttpRequest) -> str:
    """Whence a request comes, as it is written: behind a proxy of ours its last X-Forwarded-For."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if address in settings.TRUSTED_PROXIES:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or address
    return address


def address_of(request: HttpRequest) -> str:
    """Whence a request comes, for limits: behind a proxy of ours its last X-Forwarded-For; an IPv6 house as one."""
    try:
        known = ip_address(peer_of(request))
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        return known.exploded[:19]
    return str(known)
