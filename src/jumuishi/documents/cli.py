"""`jumuishi verify FILE|TEXT --keys FILE [--revoked FILE] [--format json]`: needs no network and no database."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jumuishi.documents import lists, verifier
from jumuishi.documents.code import PREFIX
from jumuishi.documents.types import ListError, Result, Verdict
from jumuishi.kernel.text import t

EXIT = {
    Result.GENUINE: 0,
    Result.ALTERED: 1,
    Result.UNKNOWN_KEY: 1,
    Result.STALE: 1,
    Result.REVOKED: 3,
    Result.EXPIRED: 4,
}


def verify(argv: list[str]) -> int:
    """Run the command; 0 genuine, 1 altered, unknown or not to be confirmed, 2 unusable input, 3 revoked, 4 expired."""
    parser = argparse.ArgumentParser(prog="jumuishi verify", description="Verify a document with no network.")
    parser.add_argument("document", metavar="FILE|TEXT", help="a PDF, a picture with the QR code, or the code's text")
    parser.add_argument("--keys", required=True, type=Path, help="the key list (keys.json of the installation)")
    parser.add_argument("--revoked", type=Path, help="the revocation list (revoked.json)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    given = parser.parse_args(argv)
    try:
        keys = lists.read_keys(given.keys.read_bytes())
        revoked = lists.read_revoked(given.revoked.read_bytes(), keys.root) if given.revoked else None
        data = given.document.encode() if given.document.startswith(PREFIX) else Path(given.document).read_bytes()
    except (OSError, ListError) as error:
        print(error, file=sys.stderr)
        return 2
    verdict = verifier.verify_bytes(data, keys, revoked, datetime.now().astimezone())
    if given.format == "json":
        print(json.dumps(as_json(verdict, keys), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(verdict, keys, given.lang)))
    return EXIT[verdict.result]


def as_json(verdict: Verdict, keys: lists.KeyList) -> dict[str, Any]:
    """The verdict as JSON: `result`, what the document says, by whom, and what the answer rests on."""
    found = verdict.code
    return {
        "result": verdict.result.value,
        "reason": verdict.reason,
        "warnings": list(verdict.warnings),
        "since": verdict.since.isoformat() if verdict.since else None,
        "issuer": dict(verdict.issuer),
        "key": verdict.key,
        "root": lists.fingerprint(keys.root),
        "keys_issued_at": keys.issued_at.isoformat(),
        "document": found
        and {
            "number": found.number,
            "kind": found.kind,
            "title": found.title,
            "issued_on": found.issued_on.isoformat(),
            "expires_on": found.expires_on.isoformat() if found.expires_on else None,
            "claims": dict(found.claims),
        },
    }


def _lines(verdict: Verdict, keys: lists.KeyList, lang: str) -> list[str]:
    lines = [
        f"{t(f'documents.result_{verdict.result.value}', lang)}: {t(f'documents.say_{verdict.result.value}', lang)}"
    ]
    lines += [t(f"documents.warn_{key}", lang) for key in verdict.warnings]
    if verdict.code is not None:
        found = verdict.code
        facts = {
            t("documents.title", lang): found.title,
            t("documents.number", lang): found.number,
            t("documents.issuer", lang): verdict.issuer.get(lang, ""),
            t("documents.issued", lang): found.issued_on.isoformat(),
            t("documents.until", lang): found.expires_on.isoformat() if found.expires_on else "-",
            **{key: str(value) for key, value in found.claims.items()},
        }
        lines += [f"  {key}: {value}" for key, value in facts.items()]
    if verdict.reason:
        lines.append(f"  ({verdict.reason})")
    lines.append(f"  {t('documents.root', lang)}: {lists.fingerprint(keys.root)}")
    return lines
