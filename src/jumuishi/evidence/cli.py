"""`jumuishi evidence verify` and `jumuishi evidence audit`."""

import argparse
import json
from pathlib import Path

from django.conf import settings

from jumuishi.evidence import verifier
from jumuishi.evidence.audit import Audit, audit
from jumuishi.evidence.mirror import Mirror


def evidence_verify(argv: list[str]) -> int:
    """Verify a receipt or a promise without database or network; exit code 0 when it holds, else 1."""
    return verifier.main(argv)


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
