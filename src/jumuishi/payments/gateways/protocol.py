"""What this room asks of a payment gateway, whichever it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from jumuishi.payments.types import BillLine


class GatewayAwayError(Exception):
    """The gateway did not answer, or not with what can be trusted; the same request may be sent again."""


@dataclass(frozen=True)
class Account:
    """How the gateway knows the institution: service provider, its subdivision, its system, its revenue code."""

    sp_code: str
    sub_sp_code: str
    system_id: str
    gfs_code: str


@dataclass(frozen=True)
class BillRequest:
    """A bill to be named. Amounts are whole units of the currency; the lines add up to `amount`."""

    bill_id: UUID
    account: Account
    lines: tuple[BillLine, ...]
    amount: int
    currency: str
    partial: bool
    payer_id: str
    payer_name: str
    phone: str
    description: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Exchange:
    """One request and its answer: the code, and both bodies as they went over the wire."""

    kind: str
    code: str
    sent: bytes
    received: bytes


class Gateway(Protocol):
    """Each call is one request with its immediate answer; what follows later comes by callback."""

    def submit(self, request: BillRequest) -> Exchange:
        """Ask for a control number. Raises GatewayAwayError."""

    def cancel(self, *, bill_id: UUID, account: Account, reason: str) -> Exchange:
        """Take a bill back. Raises GatewayAwayError."""

    def reconcile(self, *, number: int, account: Account, day: date) -> Exchange:
        """Ask for all payments of a day. Raises GatewayAwayError."""
