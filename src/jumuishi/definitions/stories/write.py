"""Findings' stories as files, each of which fails under `service test` as the finding tells."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from jumuishi.definitions.findings import Finding


def write_stories(findings: Iterable[Finding], folder: Path) -> list[Path]:
    """Writes one file for each finding that has a story, and gives their paths; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for one in findings:
        if one.tale is None:
            continue
        path = folder / f"{one.code.lower()}-{one.line}-{one.column}.yaml"
        path.write_text(story_text(one), encoding="utf-8")
        written.append(path)
    return written


def story_text(finding: Finding) -> str:
    """A finding's story as an author's file, with its sentences as comments above it; '' for one without."""
    tale = finding.tale
    if tale is None:
        return ""
    data: dict[str, Any] = {"story": dict(tale.title), "today": tale.today}
    if tale.settings:
        data["settings"] = dict(tale.settings)
    if tale.earlier:
        data["earlier"] = dict(tale.earlier)
    data["steps"] = [dict(step) for step in tale.steps]
    where = f"{finding.file}:{finding.line}:{finding.column} {finding.code}"
    said = [f"# {line}" for line in (where, *(tale.words[lang] for lang in tale.title if lang in tale.words))]
    comments = "\n".join(said).replace("\n", "\n# ").replace("# # ", "# ")
    return comments + "\n" + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)
