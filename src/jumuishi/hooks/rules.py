"""How a notice is signed, when it is tried again, and which addresses are not asked. Pure.

The wire is that of the Standard Webhooks specification 1.0: headers `webhook-id`, `webhook-timestamp` (seconds) and
`webhook-signature`, which is `v1,` and the Base64 of HMAC-SHA256 over id.timestamp.body; several are parted by spaces.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from jumuishi.hooks.types import HookRefusedError

PREFIX = "whsec_"
LONGEST_URL = 500
# A notice is tried for three days; who was away for a day is told within an hour of coming back.
GIVE_UP = timedelta(hours=72)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_REST = timedelta(minutes=15)
# The old secret signs along for a day, as a program's old key counts for a day.
OVERLAP = timedelta(hours=24)
# IPv4 in the clothes of IPv6 (RFC 6052): what is meant is the address inside.
_NAT64 = ip_network("64:ff9b::/96")


def as_secret(key: bytes) -> str:
    """A key as it is shown, to be put into a program."""
    return PREFIX + base64.b64encode(key).decode()


def signature(keys: Iterable[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature: one signature for each key."""
    said = f"{message_id}.{timestamp}.".encode() + body
    made = (base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode() for key in keys)
    return " ".join(f"v1,{one}" for one in made)


def wait_after(attempts: int) -> timedelta:
    """How long a notice waits after so many tries: 10 seconds, then twice as long each time, at most an hour."""
    return min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(attempts, 12)))


def rest_after(failures: int) -> timedelta:
    """How long an address is left alone after so many failures in a row: all its notices wait, one is tried."""
    return min(LONGEST_REST, timedelta(seconds=5 * 2 ** min(failures, 12)))


def is_outside(address: str, *, loopback: bool = False) -> bool:
    """Whether an IP address may be spoken to: public ones only; this machine's own where a test says so."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    if loopback and found.is_loopback:
        return True
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def check_url(url: str, *, loopback: bool = False) -> str:
    """The address as it is kept. Raises HookRefusedError: https alone, no user, no fragment, not within a network."""
    said = url.strip()
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise HookRefusedError("hooks.bad_url", "url") from None
    plain = loopback and parts.scheme == "http" and host in ("127.0.0.1", "localhost")
    if not host or len(said) > LONGEST_URL or any(one.isspace() or not one.isprintable() for one in said):
        raise HookRefusedError("hooks.bad_url", "url")
    if parts.scheme != "https" and not plain:
        raise HookRefusedError("hooks.need_https", "url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise HookRefusedError("hooks.bad_url", "url")
    try:
        outside = is_outside(host, loopback=loopback)
    except ValueError:  # a name: what it stands for is looked at each time that it is asked
        outside = "." in host.strip(".") and not host.rstrip(".").endswith((".localhost", ".local", ".internal"))
    if not (outside or plain):
        raise HookRefusedError("hooks.inside_url", "url")
    return said
