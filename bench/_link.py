"""A slow link that loses packets, to a network namespace of this machine: for what a weak phone goes through.

`tc netem` does this where the kernel has it; this one's has not ("Specified qdisc kind is unknown"), so each packet
goes through a program: two TUN devices, and between them a pace in bits, a delay and a share that is lost, both ways.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
NEAR, FAR = "10.213.0.1", "10.213.0.2"
# What waits at the slow end before it is thrown away, as a mast's queue does, in seconds of the pace.
QUEUE = 4.0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _tun(space: str, name: str, own: str, other: str) -> int:
    """A device in a namespace (empty: this one), and the end by which this process takes and gives its packets."""
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    within: tuple[str, ...] = ()
    if space:
        _ip("link", "set", name, "netns", space)
        within = ("-n", space)
        _ip(*within, "link", "set", "lo", "up")
    _ip(*within, "addr", "add", own, "peer", other, "dev", name)
    _ip(*within, "link", "set", name, "up", "mtu", "1400")
    return handle


class _Way:
    """One direction: packets leave one after the other at the pace, a delay later, or never."""

    def __init__(self, out: int, *, bits: float, delay: float, lost: float, seed: int) -> None:
        self.out, self.bits, self.delay, self.lost = out, bits, delay, lost
        self.random, self.free_at, self.waiting = random.Random(seed), 0.0, []
        self.count = self.dropped = 0

    def take(self, packet: bytes, now: float) -> None:
        self.count += 1
        begins = max(now, self.free_at)
        if begins - now > QUEUE or self.random.random() < self.lost:
            self.dropped += 1
            return
        self.free_at = begins + len(packet) * 8 / self.bits
        heapq.heappush(self.waiting, (self.free_at + self.delay, self.count, packet))

    def give(self, now: float) -> float:
        while self.waiting and self.waiting[0][0] <= now:
            os.write(self.out, heapq.heappop(self.waiting)[2])
        return self.waiting[0][0] - now if self.waiting else 0.05


@contextmanager
def slow_link(*, bits: float = 32_000, delay: float = 0.15, lost: float = 0.05, seed: int = 1) -> Iterator[str]:
    """A namespace whose only way here is the link; this side has the address NEAR, it has FAR. Gives its name."""
    far = f"jfar{os.getpid()}"
    _ip("netns", "add", far)
    over = threading.Event()
    ends: tuple[int, ...] = ()
    try:
        mark = os.getpid() % 100_000
        ends = (_tun("", f"jn{mark}", NEAR, FAR), _tun(far, f"jf{mark}", FAR, NEAR))
        ways = {
            source: _Way(out, bits=bits, delay=delay, lost=lost, seed=seed + n)
            for n, (source, out) in enumerate((ends, ends[::-1]))
        }

        def carry() -> None:
            while not over.is_set():
                wait = min(one.give(time.monotonic()) for one in ways.values())
                for source in select.select(ends, (), (), max(0.0, min(wait, 0.05)))[0]:
                    ways[source].take(os.read(source, 2048), time.monotonic())

        carrier = threading.Thread(target=carry, daemon=True)
        carrier.start()
        yield far
    finally:
        over.set()
        time.sleep(0.2)
        for end in ends:
            os.close(end)
        _ip("netns", "del", far)
