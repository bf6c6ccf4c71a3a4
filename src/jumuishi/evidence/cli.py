"""`jumuishi evidence verify` and `jumuishi evidence audit`."""

import argparse
import json
import sys
from pathlib import Path

from django.conf import settings

from jumuishi.evidence import accusing, verifier
from jumuishi.evidence.audit import Audit, audit
from jumuishi.evidence.mirror import Mirror


def evidence_verify(argv: list[str]) -> int:
    """Verify a receipt or a promise without database or network; exit code 0 when it holds, else 1."""
    return verifier.main(argv)


def evidence_histories(argv: list[str]) -> int:
    """Did a log contradict itself? Without database or network: exit 0 when it is proven, 1 when not, 2 unreadable."""
    parser = argparse.ArgumentParser(prog="jumuishi evidence histories", description="Did a log contradict itself?")
    parser.add_argument("file", type=Path, help="what a finding was exported as")
    parser.add_argument("--keys", type=Path, required=True, help="the log's public keys, one a line")
    given = parser.parse_args(argv)
    try:
        found = accusing.imported(json.loads(given.file.read_text()))
        keys = [line for line in given.keys.read_text().splitlines() if line]
    except (OSError, ValueError) as error:
        print(f"unreadable: {error}", file=sys.stderr)
        return 2
    if not accusing.proves(found, keys):
        print(f"not proven: these notes say nothing against {found.origin} under these keys")
        return 1
    print(f"two histories: {found.origin} signed both of these, and one of them is false")
    for note in (found.one, found.other):
        print("\n" + note.strip())
    return 0


def evidence_audit(argv: list[str]) -> int:
    """Compare our rows with the outside copies; exit code 0 when clean, 1 with each touched row named."""
    parser = argparse.ArgumentParser(prog="jumuishi evidence audit", description="Our own rows against the log.")
    parser.add_argument("--mirror", type=Path, help="the folder of outside copies")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    given = parser.parse_args(argv)
    mirror = Mirror(given.mirror or Path(settings.EVIDENCE_MIRROR_DIR))
    found = audit(mirror, grace_seconds=int(getattr(settings, "EVIDENCE_MAX_MERGE_DELAY", 300)))
    print(json.dumps(found.as_json(), indent=1) if given.format == "json" else _text(found))
    return 0 if found.clean else 1


def _text(found: Audit) -> str:
    lines = [
        " ".join(
            part
            for part in (
                f"{finding.kind}:",
                "" if finding.index is None else f"leaf {finding.index}",
                finding.journal_id,
                finding.thing,
                finding.what,
            )
            if part
        )
        for finding in found.findings
    ]
    state = "clean" if found.clean else f"{len(found.findings)} findings"
    return "\n".join(
        [*lines, f"{state}: {found.rows} rows compared, {len(found.erased)} erased, {found.recent} not outside yet"]
    )
