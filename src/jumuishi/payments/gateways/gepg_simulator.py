"""A payment gateway of the demonstration and of tests: a process of its own that speaks GePG's wire both ways.

    python -m jumuishi.payments.gateways.gepg_simulator --port 8100 --callback http://127.0.0.1:8000/payments/gepg/ \
        --data DIR [--keys DIR]

What is left out comes from JUMUISHI_PUBLIC_URL, JUMUISHI_DATA and JUMUISHI_CONFIG; its address is written into
gepg-simulator.url of the data folder, where a demonstration finds it.

It answers each request with a signed Ack and calls back later: control numbers, payments, reconciliation. Only for
loopback. POST /simulate/pay {control_number, amount?, force?} pays; POST /simulate/knobs makes it misbehave:
{delay: seconds, drop: n, repeat: n, reorder: bool, bad_signature: bool, away: bool}; GET /simulate/bills lists.
"""

import argparse
import base64
import http.client
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lxml import etree

from jumuishi.payments.gateways import gepg_codes as codes
from jumuishi.payments.gateways import gepg_keys as keys
from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.gateways.gepg import CANCEL, RECONCILE, SUBMIT
from jumuishi.payments.gateways.gepg_simulator_book import Book, Fields

ADDRESS_FILE = "gepg-simulator.url"


@dataclass(frozen=True)
class Knobs:
    """How the gateway misbehaves; all at rest by default."""

    delay: float = 0.0
    drop: int = 0
    repeat: int = 1
    reorder: bool = False
    bad_signature: bool = False
    away: bool = False


class Simulator:
    """The gateway: its book, its keys, its knobs, and a thread that delivers callbacks."""

    def __init__(self, *, data: Path, key_folder: Path, callback: str, zone: str = "Africa/Dar_es_Salaam") -> None:
        keys.make_missing(key_folder)
        self.own_key = keys.private_key(key_folder, "gateway")
        self.client_key = keys.public_key(key_folder, "client")
        self.book = Book(data, zone)
        self.callback, self.knobs = callback, Knobs()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._deliver, name="callbacks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop delivering."""
        self._stop.set()
        self._thread.join(5)
        self.book.close()

    def turn(self, values: dict[str, Any]) -> Knobs:
        """Set knobs by name; raises TypeError for an unknown one."""
        self.knobs = replace(self.knobs, **values)
        return self.knobs

    def answer(self, path: str, body: bytes) -> bytes:
        """The signed answer to a request; raises WireError."""
        envelope = wire.open_envelope(body)
        try:
            message = envelope.read(self.client_key)
        except wire.BadSignatureError:
            return self._signed(self._refused(envelope.kind, codes.BAD_SIGNATURE))
        wanted = {SUBMIT: "gepgBillSubReq", CANCEL: "gepgBillCanclReq", RECONCILE: "gepgSpReconcReq"}[path]
        if envelope.kind != wanted:
            return self._signed(self._refused(envelope.kind, codes.FAILURE))
        if path == SUBMIT:
            return self._signed(self._bill(message))
        if path == CANCEL:
            bill_id = wire.text(message, "BillId")
            code = self.book.cancel(bill_id)
            return self._signed(messages.cancel_answer(bill_id, code, done=code == codes.CANCELLED))
        return self._signed(self._day(message))

    def _refused(self, kind: str, code: str) -> bytes:
        if kind == "gepgBillCanclReq":
            return messages.cancel_answer("", code, done=False)
        return messages.acknowledgement(kind if kind in messages.ACKS else "gepgBillSubReq", code)

    def _signed(self, inner: bytes) -> bytes:
        return wire.seal(inner, self.own_key)

    def _bill(self, message: etree._Element) -> bytes:
        fields: Fields = {child.tag: (child.text or "").strip() for child in message.iterfind("BillTrxInf/*")}
        fields["SpCode"] = wire.text(message, "BillHdr/SpCode")
        items = message.iterfind("BillTrxInf/BillItems/BillItem")
        fields["ItemsTotal"] = str(sum(wire.amount(wire.text(item, "BillItemAmt")) for item in items))
        with self.book.whole():
            code, number = self.book.submit(fields)
            if number:
                self.tell(messages.bill_answer(fields["BillId"], number))
        return messages.acknowledgement("gepgBillSubReq", code)

    def _day(self, message: etree._Element) -> bytes:
        sp_code = wire.text(message, "SpCode")
        listed = self.book.payments_of(sp_code, wire.text(message, "TnxDt"))
        self.tell(messages.reconciliation_answer(wire.text(message, "SpReconcReqId"), sp_code, listed))
        return messages.acknowledgement("gepgSpReconcReq", codes.OK)

    def pay(self, number: str, amount: int | None, *, force: bool) -> dict[str, str]:
        """A person pays at an agent; the callback follows."""
        with self.book.whole():
            code, payment = self.book.pay(number, amount, force=force, now=datetime.now(UTC))
            if payment:
                self.tell(messages.payment_information(payment))
        return {"code": code, "receipt": payment.get("PayRefId", ""), "amount": payment.get("PaidAmt", "")}

    def tell(self, inner: bytes) -> None:
        """Owe a callback, as the knobs will have it."""
        knobs = self.knobs
        if knobs.drop > 0:
            self.knobs = replace(knobs, drop=knobs.drop - 1)
            return
        for _ in range(max(1, knobs.repeat)):
            self.book.owe_callback(inner, due=time.time() + knobs.delay, bad=knobs.bad_signature)

    def _deliver(self) -> None:
        while not self._stop.wait(0.05):
            waiting = self.book.due_callbacks(least=2 if self.knobs.reorder else 1)
            for callback, inner, bad in reversed(waiting) if self.knobs.reorder else waiting:
                if self._stop.is_set():
                    return
                self.book.settle_callback(callback, delivered=self._call(inner, bad))

    def _call(self, inner: bytes, bad: bool) -> bool:
        body = self._signed(inner)
        if bad:
            start = body.index(b"<gepgSignature>") + len(b"<gepgSignature>")
            body = body[:start] + base64.b64encode(bytes(256)) + b"</gepgSignature></Gepg>"
        request = urllib.request.Request(  # noqa: S310  # the address is the operator's own, on loopback
            self.callback, body, {"Content-Type": "Application/xml", "Gepg-Com": "default.sp.out"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as response:
                wire.open_envelope(response.read(wire.CALLBACK_LIMIT)).read(self.client_key)
        except (urllib.error.URLError, http.client.HTTPException, OSError, wire.WireError):
            return False  # told again later; an answer that broke off in the middle is no answer
        return True


class _Door(BaseHTTPRequestHandler):
    simulator: Simulator

    def do_POST(self) -> None:  # the standard library's name
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), wire.CALLBACK_LIMIT))
        if self.path in (SUBMIT, CANCEL, RECONCILE):
            if self.simulator.knobs.away:
                self._send(503, b"", "text/plain")
                return
            try:
                self._send(200, self.simulator.answer(self.path, body), "application/xml")
            except wire.WireError as error:
                self._send(400, str(error).encode(), "text/plain")
        elif self.path in ("/simulate/pay", "/simulate/knobs"):
            self._command(body)
        else:
            self._send(404, b"", "text/plain")

    def _command(self, body: bytes) -> None:
        try:
            said = json.loads(body or b"{}")
            if self.path == "/simulate/knobs":
                answer: dict[str, Any] = asdict(self.simulator.turn(said))
            else:
                amount = said.get("amount")
                answer = self.simulator.pay(
                    str(said["control_number"]), None if amount is None else int(amount), force=bool(said.get("force"))
                )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._send(400, json.dumps({"error": str(error)}).encode(), "application/json")
            return
        self._send(200, json.dumps(answer).encode(), "application/json")

    def do_GET(self) -> None:  # the standard library's name
        if self.path == "/simulate/bills":
            self._send(200, json.dumps(self.simulator.book.bills()).encode(), "application/json")
        elif self.path == "/healthz":
            self._send(200, b"ok", "text/plain")
        else:
            self._send(404, b"", "text/plain")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Payers' names and numbers go into no log."""


def serve(simulator: Simulator, port: int) -> ThreadingHTTPServer:
    """The simulator's door on loopback, not yet turning; port 0 picks a free one."""
    door = type("Door", (_Door,), {"simulator": simulator})
    return ThreadingHTTPServer(("127.0.0.1", port), door)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="gepg_simulator", description="A simulated GePG on loopback")
    home, config = os.environ.get("JUMUISHI_DATA"), os.environ.get("JUMUISHI_CONFIG")
    page = os.environ.get("JUMUISHI_PUBLIC_URL", "http://127.0.0.1:8000")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one")
    parser.add_argument("--callback", default=f"{page}/payments/gepg/", help="where callbacks are posted to")
    parser.add_argument("--data", type=Path, default=Path(home) if home else None, help="folder of its book")
    parser.add_argument(
        "--keys",
        type=Path,
        default=Path(config) / "gepg" if config else None,
        help="folder of both sides' keys, made on first start (default: --data)",
    )
    said = parser.parse_args()
    if said.data is None:
        parser.error("--data or JUMUISHI_DATA is needed")
    simulator = Simulator(data=said.data, key_folder=said.keys or said.data, callback=said.callback)
    server = serve(simulator, said.port)
    # Whoever shares the data folder finds the gateway here, whatever its port.
    draft = said.data / f".{ADDRESS_FILE}.{os.getpid()}"
    draft.write_text(f"http://127.0.0.1:{server.server_address[1]}")
    draft.replace(said.data / ADDRESS_FILE)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Simulated GePG at http://127.0.0.1:{server.server_address[1]}/", flush=True)  # noqa: T201  # a program's own line
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    simulator.close()


if __name__ == "__main__":
    main()
