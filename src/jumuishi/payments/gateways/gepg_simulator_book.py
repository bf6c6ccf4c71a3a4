"""What the simulated gateway knows: bills, payments, and callbacks still to be delivered; in a file, so it survives."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from jumuishi.payments.gateways import gepg_codes as codes
from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire

Fields = dict[str, str]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS bill (bill_id TEXT PRIMARY KEY, number TEXT UNIQUE, fields TEXT, cancelled INTEGER);
CREATE TABLE IF NOT EXISTS payment (receipt TEXT PRIMARY KEY, number TEXT, amount INTEGER, at TEXT, trx TEXT);
CREATE TABLE IF NOT EXISTS callback (id INTEGER PRIMARY KEY, inner BLOB, due REAL, attempts INTEGER, bad INTEGER);
"""


class Book:
    """The ledger; every method is one short turn under one lock."""

    def __init__(self, folder: Path, zone: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.zone = zone
        self._lock = threading.RLock()
        self._base = sqlite3.connect(folder / "gepg-simulator.sqlite", check_same_thread=False, isolation_level=None)
        self._base.executescript(_SCHEMA)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._base.close()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is written within is there together or not at all: no payment without the callback that tells it."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def submit(self, fields: Fields) -> tuple[str, str]:
        """(code, control number) for a bill; a bill heard of before is a duplicate, and gets its number told again."""
        with self._lock:
            known = self._base.execute("SELECT number FROM bill WHERE bill_id = ?", [fields["BillId"]]).fetchone()
            if known:
                return codes.DUPLICATE_BILL, str(known[0])
            if fields["BillAmt"] != fields["ItemsTotal"]:
                return codes.ITEMS_MISMATCH, ""
            number = f"99{secrets.randbelow(10**10):010d}"
            self._base.execute("INSERT INTO bill VALUES (?, ?, ?, 0)", [fields["BillId"], number, json.dumps(fields)])
            return codes.OK, number

    def cancel(self, bill_id: str) -> str:
        """The code for taking a bill back."""
        with self._lock:
            row = self._base.execute("SELECT number FROM bill WHERE bill_id = ?", [bill_id]).fetchone()
            if row is None:
                return codes.NO_BILL
            if self._base.execute("SELECT 1 FROM payment WHERE number = ?", row).fetchone():
                return codes.SETTLED
            self._base.execute("UPDATE bill SET cancelled = 1 WHERE bill_id = ?", [bill_id])
            return codes.CANCELLED

    def pay(self, number: str, amount: int | None, *, force: bool, now: datetime) -> tuple[str, Fields]:
        """(code, the payment as a gepgPmtSpInfo names it). `force` pays what the gateway would refuse to take."""
        with self._lock:
            row = self._base.execute("SELECT fields, cancelled FROM bill WHERE number = ?", [number]).fetchone()
            if row is None:
                return codes.NO_BILL, {}
            fields: Fields = json.loads(row[0])
            paid = amount if amount is not None else self._left(number, int(fields["BillAmt"]))
            refusal = "" if force else self._refusal(number, fields, bool(row[1]), paid, now)
            if refusal:
                return refusal, {}
            receipt, trx = f"{secrets.randbelow(10**12):012d}", f"SIM{secrets.randbelow(10**10):010d}"
            at = wire.local(now, self.zone)
            self._base.execute("INSERT INTO payment VALUES (?, ?, ?, ?, ?)", [receipt, number, paid, at, trx])
            return codes.OK, self._payment(fields, number, paid, receipt, trx, at)

    def _paid(self, number: str) -> int:
        found = self._base.execute("SELECT sum(amount) FROM payment WHERE number = ?", [number]).fetchone()
        return int(found[0] or 0)

    def _left(self, number: str, asked: int) -> int:
        """What is still to be paid; of a bill that is paid, all of it once more."""
        before = self._paid(number)
        return asked - before if before < asked else asked

    def _refusal(self, number: str, fields: Fields, cancelled: bool, paid: int, now: datetime) -> str:
        asked = int(fields["BillAmt"])
        before = self._paid(number)
        if cancelled:
            return codes.CANCELLED
        if wire.local(now, self.zone) >= fields["BillExprDt"]:
            return codes.EXPIRED
        if before >= asked:
            return codes.SETTLED
        if fields["BillPayOpt"] == messages.EXACT and paid != asked - before:
            return codes.TOO_LITTLE if paid < asked - before else codes.WRONG_AMOUNT
        return ""

    def _payment(self, fields: Fields, number: str, paid: int, receipt: str, trx: str, at: str) -> Fields:
        return {
            "TrxId": trx,
            "SpCode": fields["SpCode"],
            "PayRefId": receipt,
            "BillId": fields["BillId"],
            "PayCtrNum": number,
            "BillAmt": fields["BillAmt"],
            "PaidAmt": str(paid),
            "BillPayOpt": fields["BillPayOpt"],
            "CCy": fields["Ccy"],
            "TrxDtTm": at,
            "UsdPayChnl": "SIMULATOR",
            "PyrCellNum": fields["PyrCellNum"],
            "PyrName": fields["PyrName"],
            "PspReceiptNumber": trx,
            "PspName": "SIMULATED PSP",
            "CtrAccNum": "0000000000",
        }

    def payments_of(self, sp_code: str, day: str) -> list[Mapping[str, str]]:
        """A day's payments as a gepgSpReconcResp lists them."""
        with self._lock:
            rows = self._base.execute(
                "SELECT p.receipt, p.number, p.amount, p.at, p.trx, b.fields FROM payment p JOIN bill b USING (number) "
                "WHERE substr(p.at, 1, 10) = ? ORDER BY p.at",
                [day],
            ).fetchall()
        found: list[Mapping[str, str]] = []
        for receipt, number, amount, at, trx, text in rows:
            fields: Fields = json.loads(text)
            if fields["SpCode"] == sp_code:
                found.append(
                    {
                        "SpBillId": fields["BillId"],
                        "BillCtrNum": number,
                        "pspTrxId": trx,
                        "PaidAmt": str(amount),
                        "CCy": fields["Ccy"],
                        "PayRefId": receipt,
                        "TrxDtTm": at,
                        "UsdPayChnl": "SIMULATOR",
                        "PspName": "SIMULATED PSP",
                    }
                )
        return found

    def bills(self) -> list[dict[str, str | int]]:
        """The newest 200 bills with what was paid on each, for the demonstration's page."""
        with self._lock:
            rows = self._base.execute(
                "SELECT bill_id, number, fields, cancelled, "
                "(SELECT coalesce(sum(amount), 0) FROM payment p WHERE p.number = b.number) "
                "FROM bill b ORDER BY rowid DESC LIMIT 200"
            ).fetchall()
        return [
            {
                "bill_id": bill_id,
                "control_number": number,
                "payer": (fields := json.loads(text))["PyrName"],
                "for": fields["BillDesc"],
                "amount": int(fields["BillAmt"]),
                "cancelled": cancelled,
                "paid": paid,
            }
            for bill_id, number, text, cancelled, paid in rows
        ]

    def owe_callback(self, inner: bytes, *, due: float, bad: bool) -> None:
        """A callback to be delivered, and again until it is acknowledged."""
        with self._lock:
            self._base.execute(
                "INSERT INTO callback (inner, due, attempts, bad) VALUES (?, ?, 0, ?)", [inner, due, bad]
            )

    def due_callbacks(self, *, least: int) -> list[tuple[int, bytes, bool]]:
        """Callbacks whose time has come, oldest first; none while fewer than `least` wait."""
        with self._lock:
            rows = self._base.execute(
                "SELECT id, inner, bad FROM callback WHERE due <= ? ORDER BY id", [time.time()]
            ).fetchall()
        return [(a, b, bool(c)) for a, b, c in rows] if len(rows) >= least else []

    def settle_callback(self, callback: int, *, delivered: bool) -> None:
        """Forget a delivered callback; try the others again, ever later, thirty times at most."""
        with self._lock:
            if not delivered:
                self._base.execute(
                    "UPDATE callback SET attempts = attempts + 1, due = ? + min(60, 1 << attempts) WHERE id = ?",
                    [time.time(), callback],
                )
            self._base.execute("DELETE FROM callback WHERE id = ? AND (? OR attempts > 30)", [callback, delivered])
