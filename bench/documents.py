"""Certificates rendered and signed a second, verifications a second, on one core; no database."""

import json
import platform
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jumuishi.documents import code, lists, pades, verifier
from jumuishi.documents.offline import build
from jumuishi.documents.rendering import paper
from jumuishi.documents.types import Code, Node, Result, Signer

# The other way that was tried (HTML to PDF, then signed) gave 15 a second and core: this one has to be better.
GOAL = 15.0
AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def _rate(work: Callable[[int], object], seconds: float) -> float:
    work(0)
    count, cpu, wall = 0, time.process_time(), time.perf_counter()
    while time.perf_counter() - wall < seconds:
        count += 1
        work(count)
    return count / (time.process_time() - cpu)


def _fact(label: str, value: str) -> Node:
    cells = (Node("header", (Node("text", (), label),)), Node("cell", (Node("text", (), value),)))
    return Node("row", cells)


def _paper(number: str, payload: str) -> paper.Paper:
    rows = tuple(_fact(label, "Mgahawa wa Asha") for label in ("Biashara", "Aina", "Kata", "Ada", "Mwanzo", "Mwisho"))
    keys = (
        "qr_alt",
        "signed_by",
        "number",
        "day",
        "motto",
        "how",
        "how_other",
        "issued_to",
        "issued_to_other",
        "seal",
        "seal_note",
    )
    return paper.Paper(
        "certificate", "sw", "Jamhuri ya Mfano", "Halmashauri ya Wilaya ya Mfano", "Leseni ya Biashara",
        "Business Licence", number, "Asha Juma", [Node("table", rows)], Signer("Neema", "Mkurugenzi"), AT,
        "25 Novemba 2026", "25 Novemba 2026, saa 5:00 asubuhi", "", "Ufunguo 0102 0304", payload,
        dict.fromkeys(keys, "Hakiki kabla ya kuamini"),
    )  # fmt: skip


def main(short: bool) -> dict[str, Any]:
    """Measure; the figure is certificates (code, page, PAdES) a second and core."""
    seconds = 4.0 if short else 20.0
    key, root, issuer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate(), code.short_id(UUID(int=1))
    authority = pades.make_authority("Mfano", at=AT - timedelta(days=1), years=30)
    hand = pades.make_certificate(authority, "Halmashauri", at=AT, until=AT + timedelta(days=700))
    claims = {"holder": "Asha Juma", "business": "Mgahawa wa Asha"}

    def payload(n: int) -> str:
        return code.sign(
            Code(issuer, f"{n:016d}", "licence", "Leseni", date(2026, 11, 25), None, claims), b"12345678", key
        )

    def page(n: int) -> bytes:
        return paper.render(_paper(f"{n:016d}", payload(n)))

    def certificate(n: int) -> bytes:
        return pades.sign_pdf(page(n), hand, authority.certificate, at=AT, reason="Leseni")

    public = key.public_key().public_bytes_raw()
    until = AT + timedelta(days=700)
    published = lists.PublishedKey(b"12345678", issuer, {"sw": "H", "en": "C"}, public, hand.certificate, AT, until)
    keys = lists.read_keys(lists.write_keys([published], authority=authority.certificate, root=root, at=AT))
    text, pdf = payload(1), certificate(1)
    if verifier.verify_pdf(pdf, keys, None, AT).result is not Result.GENUINE:
        raise SystemExit("what was signed does not verify")
    rates: dict[str, float] = {}
    for name, work in {
        "certificates": certificate,
        "pages_unsigned": page,
        "codes_signed": payload,
        "codes_verified": lambda _: verifier.verify_payload(text, keys, None, AT),
        "pdfs_verified": lambda _: verifier.verify_pdf(pdf, keys, None, AT),
    }.items():
        rates[name] = round(_rate(work, seconds), 1)
        print(f"{name}: {rates[name]} a second and core", flush=True)
    found = {
        "bench": "documents",
        "figure": rates["certificates"],
        "unit": "certificates rendered and signed a second and core",
        "goal": GOAL,
        "ok": rates["certificates"] >= GOAL,
        "detail": {
            **rates,
            "pdf_bytes": len(pdf),
            "code_characters": len(text),
            "page_gzip": build.weight(build.page()),
        },
        "machine": f"{platform.machine()} {platform.python_version()}",
    }
    print(json.dumps(found))
    return found
