"""One exchange as one side sees it, from its first byte to its record."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jumuishi.evidence import public as evidence
from jumuishi.exchange.gateway.ledger import Entry, Kept, Row
from jumuishi.exchange.gateway.looking import Seen
from jumuishi.exchange.signing import base
from jumuishi.exchange.types import Role
from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad.errors import Fault, Profile, Where, XRoadError
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.request import Request
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id


class Faulty(XRoadError):
    """A refusal with the number under which the node that refused has it, and why in a word of ours."""

    def __init__(self, where: Where, *faults: Fault, message: str, detail: str = "", reason: str = "") -> None:
        super().__init__(where, *faults, message=message)
        self.detail, self.reason = detail, reason


# What a signature is over, so that it can be checked years later from the record alone.
_PROOF = frozenset({
    rules.CLIENT, rules.SERVICE, rules.MESSAGE_ID, base.PURPOSE, base.AGREEMENT, base.CHECKPOINT, base.MESSAGE,
    base.DIGEST, "signature-input", "signature",
})  # fmt: skip


def proof_of(*headers: Headers) -> dict[str, str]:
    """The signed fields and the signature over them, as they travelled."""
    return {name.lower(): value for some in headers for name, value in some if name.lower() in _PROOF}


@dataclass
class Call:
    """Facts gathered on the way. `proofs` are the signatures that were given and got, as they travelled."""

    role: Role
    institution_id: UUID
    request: Request
    request_bytes: int
    id: UUID = field(default_factory=new_id)
    purpose: str = ""
    agreement_id: UUID | None = None
    request_hash: str = ""
    status: int = 0
    error: str = ""
    reason: str = ""
    response_bytes: int = 0
    proofs: dict[str, Any] = field(default_factory=dict)
    kept: Kept | None = None
    seen: Seen | None = None
    started: float = field(default_factory=time.monotonic)

    def under(self, agreement: str) -> None:
        """The agreement that covers it; "" for none."""
        self.agreement_id = UUID(agreement) if agreement else None

    def ended(self, status: int, response_bytes: int) -> None:
        """The provider's own system answered."""
        self.status, self.response_bytes = status, response_bytes

    def failed(self, error: XRoadError, profile: Profile) -> None:
        """The exchange refused or failed."""
        self.status = 400 if error.where is Where.CLIENT else 500
        self.error, self.reason = error.type(profile), str(getattr(error, "reason", ""))

    def entry(self) -> Entry:
        """The record and its proof."""
        asked, at = self.request, clock.now()
        proof = evidence.prepare(
            at=at, actor_ref={"kind": "system", "subsystem": asked.client.wire},
            verb=f"exchange.{'request.send' if self.role is Role.CONSUMER else 'request.answer'}",
            thing_kind="exchange", thing_id=self.id, institution_id=self.institution_id,
            after={
                "client": asked.client.wire, "service": asked.service.wire, "message": asked.message_id,
                "request": asked.request_id, "method": asked.verb, "request_hash": self.request_hash,
                "purpose": self.purpose, "agreement": self.agreement_id, "status": self.status, "error": self.error,
                "proofs": self.proofs, **(self.seen.said() if self.seen else {}),
            },
        )  # fmt: skip
        row = Row(
            id=self.id, institution_id=self.institution_id, journal_id=proof.journal_id, role=self.role,
            message_id=asked.message_id, request_id=UUID(asked.request_id), at=at, client=asked.client.wire,
            service=asked.service.wire, agreement_id=self.agreement_id, purpose=self.purpose, method=asked.verb,
            path=(self.seen and self.seen.path) or asked.path, status=self.status, error=self.error[:120],
            reason=self.reason[:40], ms=round((time.monotonic() - self.started) * 1000),
            request_bytes=self.request_bytes, response_bytes=self.response_bytes,
        )  # fmt: skip
        return Entry(row, proof, self.kept, self.seen.rows(row) if self.seen else ())
