"""Outside time-stampers say when a checkpoint was there (RFC 3161); one that is away lowers the grade, no more.

A checkpoint holds every leaf before it, so that one stamp catches up whatever was missed.
"""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from jumuishi.evidence import store
from jumuishi.evidence.gateways import asking, strict
from jumuishi.evidence.models import Cosigned, Stamp
from jumuishi.evidence.store import State
from jumuishi.evidence.verifier import VerificationError, read_certificates, read_note, stamped_at
from jumuishi.kernel import tenancy
from jumuishi.kernel.lazily import lazily

log = logging.getLogger("jumuishi.evidence")
rfc3161: Any = lazily("rfc3161_client")


def stampers() -> list[tuple[str, Path]]:
    """Whom this installation asks, from the file EVIDENCE_TIMESTAMPERS: address and file of certificates."""
    try:
        lines = Path(settings.EVIDENCE_TIMESTAMPERS).read_text("utf-8").splitlines()
    except OSError:
        return []
    words = [line.split(maxsplit=1) for line in lines if not line.lstrip().startswith("#")]
    return [(found[0], Path(*found[1:2])) for found in words if found]


def stamp_once() -> int:
    """Have a checkpoint stamped by each time-stamper that has not; how many did now.

    The newest one that a quorum of witnesses cosigned, or the latest where that one is stamped already. Never raises
    for what a time-stamper does, or does not. No transaction is open while it is asked.
    """
    done = 0
    with tenancy.acting_as(tenancy.Principal.system()):
        for address, certificates in stampers():
            with transaction.atomic():
                here = _target(address)
            if here is None:
                continue
            try:
                reply, at = ask(address, certificates, read_note(here.note)[0].encode())
            except VerificationError as error:
                log.warning("the time-stamper %s gave no stamp: %s", address, error)
                continue
            with transaction.atomic():
                stamp = Stamp(epoch=here.epoch, size=here.size, stamper=address, reply=reply, at=at)
                Stamp.objects.bulk_create([stamp], ignore_conflicts=True)
            done += 1
    return done


def _target(address: str) -> State | None:
    here = store.state()
    if here is None or here.size == 0:
        return None
    cosigned = Cosigned.objects.filter(epoch=here.epoch).order_by("-size").values_list("size", flat=True).first()
    stamped = Stamp.objects.filter(epoch=here.epoch, stamper=address).values_list("size", flat=True)
    for size in (cosigned, here.size):
        if size is not None and not stamped.filter(size=size).exists():
            return store.state(here.epoch, size)
    return None


def ask(address: str, certificates: Path, message: bytes) -> tuple[bytes, Any]:
    """A time-stamper's reply over a message, and its time, both as `evidence verify` will hold them to be true.

    Raises VerificationError when there is none, or it is not about this message and this request.
    """
    try:
        trusted = read_certificates(certificates.read_bytes())
    except OSError as error:
        raise VerificationError(f"its certificates can't be read: {error}") from error
    asked = rfc3161.TimestampRequestBuilder().data(message).hash_algorithm(rfc3161.HashAlgorithm.SHA256).build()
    answer = asking.post(address, asked.as_bytes(), "application/timestamp-query")
    if answer.status != 200:
        raise VerificationError(answer.failure or f"HTTP {answer.status}")
    reply = strict.ordered(answer.body)
    return reply, stamped_at(reply, message, trusted, nonce=asked.nonce)
