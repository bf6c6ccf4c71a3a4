"""One message as both ends tell it: each node's own record and receipt, asked over HTTP and checked here.

Nothing of the two is in this node's database: what the page shows is what the agency and the council hand out.
"""

import hashlib
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from jumuishi.evidence import verifier
from jumuishi.exchange import demo
from jumuishi.kernel.lazily import lazily
from jumuishi.project.network.parts import PARTS, Reached, addresses

httpx = lazily("httpx")

# What the two buttons ask: what the agreement covers, and what it doesn't.
PATHS = {"allowed": "/wateja/100001", "refused": "/wateja/100001/deni"}
# A leaf is in the log about a second after its record; for so long the page waits for both.
PATIENCE = 6.0


@dataclass(frozen=True)
class End:
    """What one node says: where it is, its record (None: it has none), the row that its receipt proves."""

    reached: Reached | None
    node: str = ""
    record: dict[str, Any] | None = None
    proven: dict[str, Any] | None = None
    flaw: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to come: no record, or one with its proof."""
        return self.record is None or self.proven is not None or bool(self.flaw)

    @property
    def proofs(self) -> dict[str, Any]:
        """The signatures in the proven row: `request`, `answer`, and the `directory` gone by."""
        return dict(self.proven["after"]["proofs"]) if self.proven else {}

    @property
    def leaf(self) -> dict[str, Any]:
        """Where its record lies in its node's log."""
        if not self.proven or not self.record:
            return {}
        bundle = self.record["receipt"]
        head = verifier.read_checkpoint(bundle["checkpoint"])
        digest = verifier.commitment_of(b64decode(bundle["salt"]), b64decode(bundle["row"]))
        return {"index": bundle["index"], "size": head.size, "log": head.origin, "digest": digest.hex()}

    @property
    def began(self) -> datetime | None:
        """When its part began; it wrote its record at the end of it."""
        at = self.ended
        return at - timedelta(milliseconds=self.record["ms"]) if at and self.record else None

    @property
    def ended(self) -> datetime | None:
        """When it wrote its record."""
        return datetime.fromisoformat(self.record["at"]) if self.record else None


def reached(folder: str) -> Reached | None:
    """Where a part is; None while it is away."""
    part = next(one for one in PARTS if one.folder == folder)
    return addresses(part.data(Path(settings.JUMUISHI_DATA)))


def send(which: str, message: str) -> bool:
    """Ask the agency's service at the council's edge, as the council's own system would; whether the edge was there.

    A message that was sent before is not sent again.
    """
    council = reached("council")
    if council is None:
        return False
    if end("council", message).record is not None:
        return True
    headers = {"X-Road-Client": demo.wire(demo.CLIENT), "X-Road-Id": message}
    try:
        httpx.get(f"{council.edge}{line(which)}", headers=headers, timeout=30, trust_env=False)
    except httpx.HTTPError:
        return False
    return True


def line(which: str) -> str:
    """The path at the edge that a button asks for."""
    return f"/r1/{demo.wire(demo.SERVICE)}{PATHS[which]}"


def end(folder: str, message: str) -> End:
    """What a node has of a message, its receipt verified by the stand-alone verifier with the node's own keys."""
    here = reached(folder)
    if here is None:
        return End(None)
    try:
        with httpx.Client(timeout=10, trust_env=False) as client:
            said = client.get(f"{here.web}demo/exchange/told.json", params={"id": message}).raise_for_status().json()
            record = said["record"]
            if not record or not record["receipt"]:
                return End(here, said["node"], record)
            keys = verifier.read_keys(client.get(f"{here.web}keys.json").raise_for_status().text)
    except (httpx.HTTPError, ValueError):
        return End(None)
    try:
        return End(here, said["node"], record, verifier.verify_bundle(record["receipt"], keys))
    except verifier.VerificationError as error:
        return End(here, said["node"], record, flaw=str(error))


def both(message: str, patience: float = 0.0) -> tuple[End, End]:
    """The council's end and the agency's; waits so many seconds at most until both have their proof."""
    deadline = time.monotonic() + patience
    while True:
        council, agency = end("council", message), end("agency", message)
        if (council.is_settled and agency.is_settled) or time.monotonic() >= deadline:
            return council, agency
        time.sleep(0.2)


def diary(agency: End, message: str) -> dict[str, Any] | None:
    """What reached the agency's own system, as that system wrote it down; None where nothing did."""
    if agency.reached is None or not agency.reached.system:
        return None
    try:
        answer = httpx.get(f"{agency.reached.system}/diary/{message}", timeout=5, trust_env=False)
        return dict(answer.json()) if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError):
        return None


def agree(council: End, agency: End) -> bool:
    """Whether both proven rows hold the very same signatures over request and answer."""
    kept = [[one.proofs.get(part, {}).get("signature") for part in ("request", "answer")] for one in (council, agency)]
    return all(kept[0]) and kept[0] == kept[1]


def is_body_of(body: bytes, council: End) -> bool:
    """Whether these bytes are what the agency signed and the council took down as the answer."""
    digest = b64encode(hashlib.sha256(body).digest()).decode()
    return bool(council.proofs.get("answer", {}).get("content-digest") == f"sha-256=:{digest}:")


def fresh() -> str:
    """A number for a message that is not sent yet."""
    return str(uuid4())
