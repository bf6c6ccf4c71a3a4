"""What gateways call us with: how each proves itself, and what it says. One more gateway is one more class."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.identity import public as identity
from jumuishi.messaging import options
from jumuishi.messaging.gateways import africastalking_wire, mgov_wire

LONGEST_ID, LONGEST_TEXT = 100, 2000


@dataclass(frozen=True)
class Call:
    """A request as it came: its body and form, its `hash` header, the secret of its path, whence it comes."""

    body: bytes
    form: Mapping[str, str]
    hash: str
    secret: str
    peer: str


@dataclass(frozen=True)
class Report:
    """A message, by the gateway's name for it or by ours, reached its phone or never will."""

    their_id: str
    is_delivered: bool


@dataclass(frozen=True)
class Inbound:
    """A phone wrote; `phone` as it stands there. `at` is when, as the gateway says."""

    their_id: str
    phone: str
    text: str
    at: datetime | None


@dataclass(frozen=True)
class Nothing:
    """On its way and the like: heard, and no news."""


Said: TypeAlias = Report | Inbound | Nothing


class Caller(Protocol):
    """One gateway's way of calling."""

    def is_genuine(self, call: Call) -> bool:
        """Whether it is the gateway that calls."""
        ...

    def read(self, call: Call) -> Said | None:
        """What it says; None for what is no call of its."""
        ...


def _instant(said: object, zone: ZoneInfo) -> datetime | None:
    """When something happened; a time without a zone is the gateway's own."""
    try:
        found = datetime.fromisoformat(str(said).strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


class Mgov:
    """JSON with the same `hash` over its bytes as our own messages carry.

    A delivery report is `{"messageId", "status"}`, a message `{"messageId", "sender", "message", "datetime"}`. No
    document of either form was at hand: they are our assumption, to be compared before going live.
    """

    def is_genuine(self, call: Call) -> bool:
        """The body is signed under the gateway's key."""
        return mgov_wire.is_signed(options.option("JUMUISHI_MGOV_KEY", ""), call.body, call.hash)

    def read(self, call: Call) -> Said | None:
        """A message has words, a report a status."""
        try:
            said = json.loads(call.body)
            their_id = str(said["messageId"])
            if not 0 < len(their_id) <= LONGEST_ID:
                return None
            if "message" in said:
                at = _instant(said.get("datetime"), ZoneInfo(settings.TIME_ZONE))
                return Inbound(their_id, str(said["sender"]), str(said["message"])[:LONGEST_TEXT], at)
            status = str(said["status"]).upper()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return Report(their_id, status == "DELIVERED") if status in ("DELIVERED", "FAILED") else None


class AfricasTalking:
    """Forms that prove nothing of themselves: a secret in the path, and the networks that the aggregator calls from.

    A report has `id status phoneNumber`, a message `id from to text date`.
    """

    def is_genuine(self, call: Call) -> bool:
        """The secret fits and the address is one of theirs; in a demonstration, this machine without a secret."""
        return identity.is_caller(
            call.secret, call.peer, secret=options.option("JUMUISHI_SMS_SECRET", ""),
            sources=identity.networks(options.option("JUMUISHI_SMS_SOURCES", "")),
            demonstration=options.is_demonstration(),
        )  # fmt: skip

    def read(self, call: Call) -> Said | None:
        """A message has a text, a report a status."""
        form = call.form
        their_id = form.get("id", "").strip()
        if not 0 < len(their_id) <= LONGEST_ID:
            return None
        if "text" in form and "from" in form:
            return Inbound(their_id, form["from"], form["text"][:LONGEST_TEXT], _instant(form.get("date"), _UTC))
        status = form.get("status", "")
        if status in africastalking_wire.DELIVERED | africastalking_wire.LOST:
            return Report(their_id, status in africastalking_wire.DELIVERED)
        return Nothing() if status else None


_UTC = ZoneInfo("UTC")
CALLERS: dict[str, Caller] = {"mgov": Mgov(), "africastalking": AfricasTalking()}
