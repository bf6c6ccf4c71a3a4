"""`jumuishi verify FILE|TEXT --keys FILE [--revoked FILE] [--format json]`: needs no network and no database."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from jumuishi.documents import lists, verifier
from jumuishi.documents.code import PREFIX
from jumuishi.documents.labels import claim_label
from jumuishi.documents.types import ListError, Result, Verdict
from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t

EXIT = {
    Result.GENUINE: 0,
    Result.ALTERED: 1,
    Result.UNKNOWN_KEY: 1,
    Result.STALE: 1,
    Result.REVOKED: 3,
    Result.SUSPENDED: 3,
    Result.EXPIRED: 4,
}


def verify(argv: list[str]) -> int:
    """Run the command: 0 genuine, 1 altered, unknown, not confirmed, 2 unusable, 3 revoked or suspended, 4 expired."""
    parser = argparse.ArgumentParser(prog="jumuishi verify", description="Verify a document with no network.")
    parser.add_argument(
        "document",
        metavar="FILE|TEXT",
        help="a PDF, a picture with the QR code, a signed package (ZIP), or the code's text",
    )
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
    now = datetime.now().astimezone()
    verdict = verifier.verify_bytes(data, keys, revoked, now)
    if given.format == "json":
        print(json.dumps(as_json(verdict, keys, revoked), ensure_ascii=False, indent=1))
    else:
        print("\n".join(_lines(verdict, keys, revoked, now, given.lang)))
    return EXIT[verdict.result]


def as_json(verdict: Verdict, keys: lists.KeyList, revoked: lists.RevocationList | None) -> dict[str, Any]:
    """The verdict as JSON: `result`, what the document says, by whom, and what the answer rests on."""
    found = verdict.code
    return {
        "result": verdict.result.value,
        "reason": verdict.reason,
        "warnings": list(verdict.warnings),
        "since": verdict.since.isoformat() if verdict.since else None,
        "until": verdict.until.isoformat() if verdict.until else None,
        "issuer": dict(verdict.issuer),
        "key": verdict.key,
        "root": lists.fingerprint(keys.root),
        "keys_issued_at": keys.issued_at.isoformat(),
        "keys_expire_at": keys.expires_at.isoformat(),
        "revoked_issued_at": revoked.issued_at.isoformat() if revoked else None,
        "revoked_expire_at": revoked.expires_at.isoformat() if revoked else None,
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


def _lines(
    verdict: Verdict, keys: lists.KeyList, revoked: lists.RevocationList | None, now: datetime, lang: str
) -> list[str]:
    word = verdict.result.value
    lines = [f"{t(f'documents.result_{word}', lang)}: {t(f'documents.say_{word}', lang)}"]
    lines += [t(f"documents.warn_{key}", lang) for key in verdict.warnings]
    if verdict.code is not None:
        found = verdict.code
        facts = {
            t("documents.title", lang): found.title,
            t("documents.number", lang): group(found.number),
            **{claim_label(key, lang): str(value) for key, value in sorted(found.claims.items())},
            t("documents.issuer", lang): verdict.issuer.get(lang, ""),
            t("documents.issued", lang): found.issued_on.isoformat(),
            t("documents.until", lang): found.expires_on.isoformat() if found.expires_on else "-",
        }
        lines += [f"  {key}: {value}" for key, value in facts.items()]
    if verdict.until:
        lines.append(f"  {t('documents.suspended_until', lang)}: {verdict.until.isoformat()}")
    if verdict.reason:
        lines.append(f"  ({verdict.reason})")
    lines += [f"  {_age(held, now, lang)}" for held in (keys, revoked) if held is not None]
    lines.append(f"  {t('documents.root', lang)}: {lists.fingerprint(keys.root)}")
    return lines


def _age(held: lists.KeyList | lists.RevocationList, now: datetime, lang: str) -> str:
    name = "list_keys" if isinstance(held, lists.KeyList) else "list_revoked"
    return t(
        f"documents.{name}" if lists.is_fresh(held, now) else f"documents.{name}_old",
        lang,
        days=max(0, (now - held.issued_at).days),
        issued=held.issued_at.date().isoformat(),
        until=held.expires_at.date().isoformat(),
    )
