"""The government payment gateway (GePG), XML version 4 over HTTP: requests out, each answered at once by an Ack.

Field names, paths, headers and codes come from public client libraries, not from an official document.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from jumuishi.kernel.lazily import lazily
from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.gateways.gepg_keys import KeysAbsentError, private_key, public_key
from jumuishi.payments.gateways.protocol import Account, BillRequest, Exchange, GatewayAwayError

httpx = lazily("httpx")

SUBMIT, CANCEL = "/api/bill/sigqrequest", "/api/bill/sigcancel_request"
RECONCILE = "/api/reconciliations/sig_sp_qrequest"


@dataclass(frozen=True)
class GepgGateway:
    """A client of GePG at a base URL, with the folder of keys and the zone in which the gateway writes its times."""

    url: str
    keys: Path
    zone: str

    def submit(self, request: BillRequest) -> Exchange:
        """Ask for a control number; it comes later, by callback."""
        return self._ask(SUBMIT, messages.bill_request(request, self.zone), request.account, "TrxStsCode")

    def cancel(self, *, bill_id: UUID, account: Account, reason: str) -> Exchange:
        """Take a bill back; the answer says at once whether."""
        inner = messages.cancel_request(bill_id, account, reason)
        return self._ask(CANCEL, inner, account, "BillCanclTrxDt/TrxStsCode")

    def reconcile(self, *, number: int, account: Account, day: date) -> Exchange:
        """Ask for a day's payments; they come later, by callback."""
        inner = messages.reconciliation_request(number, account, day)
        return self._ask(RECONCILE, inner, account, "ReconcStsCode")

    def _ask(self, path: str, inner: bytes, account: Account, code_at: str) -> Exchange:
        kind = inner[1 : inner.index(b">")].decode()
        try:
            sent = wire.seal(inner, private_key(self.keys, "client"))
            trusted = public_key(self.keys, "gateway")
            received = self._post(path, sent, account)
            envelope = wire.open_envelope(received)
            if envelope.kind != messages.answer_to(kind):
                raise wire.WireError(f"{envelope.kind} does not answer {kind}")
            answer = envelope.read(trusted)
        except KeysAbsentError as error:
            raise GatewayAwayError(f"no key: {error}") from error
        except httpx.HTTPError as error:
            raise GatewayAwayError(type(error).__name__) from error
        except wire.WireError as error:
            raise GatewayAwayError(f"an answer that cannot be trusted: {error}") from error
        return Exchange(kind, wire.text(answer, code_at), sent, received)

    def _post(self, path: str, body: bytes, account: Account) -> bytes:
        headers = {
            "Content-Type": "Application/xml",
            "Gepg-Com": "default.sp.in",
            "Gepg-Code": account.sp_code,
        }
        with (
            httpx.Client(timeout=10, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", self.url + path, content=body, headers=headers) as response,
        ):
            response.raise_for_status()
            received = b""
            for piece in response.iter_bytes():
                received += piece
                if len(received) > wire.CALLBACK_LIMIT:
                    raise wire.WireError("too large")
            return received
