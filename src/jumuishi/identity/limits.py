"""How often a thing may be tried: counters in the database, shared by every process, keyed by a hash."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from jumuishi.identity.models import Attempt
from jumuishi.identity.principal import as_system
from jumuishi.kernel import clock


def hit(key: str, purpose: str, limit: int, seconds: int) -> bool:
    """Count one try of `key` for `purpose`; False when it is one too many within a window of so many seconds."""
    name, ends = _window(key, purpose, seconds), clock.now() + clock.seconds(seconds)
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_attempt (key, count, ends_at) VALUES (%s, 1, %s) "
            "ON CONFLICT (key) DO UPDATE SET count = identity_attempt.count + 1 RETURNING count",
            [name, ends],
        )
        row = cursor.fetchone()
    return row is not None and int(row[0]) <= limit


def allowed(purpose: str, key: str) -> bool:
    """As hit, with the limit that the installation sets for the purpose (settings.IDENTITY_LIMITS)."""
    limit, seconds = settings.IDENTITY_LIMITS[purpose]
    return hit(key, purpose, limit, seconds)


def spent(purpose: str, key: str) -> bool:
    """Whether the purpose's limit is used up for a key, without counting; wrong tries are then counted by allowed."""
    limit, seconds = settings.IDENTITY_LIMITS[purpose]
    with as_system():
        return Attempt.objects.filter(key=_window(key, purpose, seconds), count__gte=limit).exists()


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction holds this name; it is held until ours ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _window(key: str, purpose: str, seconds: int) -> str:
    window = int(clock.now().timestamp()) // seconds
    text = f"{purpose}|{seconds}|{window}|{key}"
    return str(salted_hmac("identity.attempt", text, algorithm="sha256").hexdigest())


def address_of(request: HttpRequest) -> str:
    """Whence a request comes, for limits: behind a proxy of ours its last X-Forwarded-For; an IPv6 house as one."""
    address = request.META.get("REMOTE_ADDR", "")
    if address in settings.TRUSTED_PROXIES:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or address
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        return known.exploded[:19]
    return str(known)
