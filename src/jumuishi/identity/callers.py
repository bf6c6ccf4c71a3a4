"""A machine whose form proves nothing of itself: it calls by a secret path, from networks of its own."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from django.utils.crypto import constant_time_compare

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def networks(listed: str) -> list[str]:
    """Networks as a setting lists them: "192.0.2.0/24, 198.51.100.7"."""
    return [one.strip() for one in listed.split(",") if one.strip()]


def is_caller(given: str, peer: str, *, secret: str, sources: Sequence[str], demonstration: bool) -> bool:
    """Whether a call by the path `given` from the address `peer` is the machine's that was told `secret`.

    `sources`: where it calls from; none: from anywhere, by the secret alone. Without a secret nobody is let in, but for
    a demonstration's own simulators, from this machine and by the path without one.
    """
    if not given:
        return demonstration and peer in LOOPBACK
    if not secret or not constant_time_compare(given, secret):
        return False
    try:
        return not sources or any(ip_address(peer) in ip_network(one, strict=False) for one in sources)
    except ValueError:
        return False
