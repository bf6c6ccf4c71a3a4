"""Beside the calls: keys and the door's certificate are renewed in time, and the door shows the one that took over."""

import asyncio
import logging
import ssl
from functools import partial

from django.db import Error

from jumuishi.exchange import node, renewing
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy

log = logging.getLogger("jumuishi.exchange")
EVERY = 30.0
SYSTEM = tenancy.Principal.system()


async def follow_keys(door: ssl.SSLContext) -> None:
    """For ever. A new certificate is shown from the next connection on; those that stand go on."""
    shown = await asyncio.to_thread(_shown)
    while True:
        try:
            if await asyncio.to_thread(renewing.is_due):
                made = await asyncio.to_thread(partial(renewing.renew, actor=Actor.system()))
                log.info("exchange: keys were renewed: %s", made)
            found = await asyncio.to_thread(_shown)
            if found != shown:
                # Here, where connections are taken: beside them one could get the new certificate with the old key.
                door.load_cert_chain(*node.certificate_files())
                shown = found
        except (Error, OSError) as error:
            log.warning("exchange: keys can't be renewed now: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


def _shown() -> bytes:
    return node.certificate_files()[0].read_bytes()
