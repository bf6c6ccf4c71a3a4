"""A story's file as plain values: what was typed stays text, read by its field's type and never by YAML's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jumuishi.definitions.findings import Findings
from jumuishi.definitions.read import yamlfile

_TYPED = ("apply", "answer", "set", "settings", "claims")
"""Keys whose values are answers, figures or claims."""


class StoryFault(Exception):
    """The story does not hold, or can't be read."""


@dataclass(frozen=True)
class Step:
    """One step and the line it stands on."""

    line: int
    says: Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """A story as its author wrote it; `settings` are texts as typed, as are `earlier`: documents by number."""

    title: Mapping[str, str]
    today: str
    settings: Mapping[str, Any]
    steps: tuple[Step, ...]
    earlier: Mapping[str, Any] = field(default_factory=dict)


def read_story(path: Path) -> Story:
    """A story from its file; raises StoryFault, with the line, for what is not one."""
    try:
        return story_of(yamlfile.decode(path.read_bytes(), path.name), path.name)
    except (yamlfile.UnreadableError, OSError) as error:
        raise StoryFault(str(error)) from error


def story_of(text: str, name: str) -> Story:
    """A story from its text; raises StoryFault as read_story does."""
    findings = Findings()
    tree = yamlfile.load(text, name, findings)
    for one in sorted(findings.found):
        raise StoryFault(f"{one.file}:{one.line}: {one.message}")
    if not isinstance(tree, yamlfile.Mapping):
        raise StoryFault(f"{name}:1: a story is a mapping")
    steps = tree.get("steps")
    if not isinstance(steps, yamlfile.Sequence):
        raise StoryFault(f"{name}:1: a story has a list of steps")
    found: list[Step] = []
    for node in steps.items:
        if not isinstance(node, yamlfile.Mapping):
            raise StoryFault(f"{name}:{node.at.line}: a step is a mapping")
        found.append(Step(node.at.line, _plain(node, typed=False)))
    title, today, settings = tree.get("story"), tree.get("today"), tree.get("settings")
    earlier = tree.get("earlier")
    return Story(
        _plain(title, typed=True) if isinstance(title, yamlfile.Mapping) else {},
        today.text if isinstance(today, yamlfile.Scalar) else "",
        _plain(settings, typed=True) if isinstance(settings, yamlfile.Mapping) else {},
        tuple(found),
        _plain(earlier, typed=True) if isinstance(earlier, yamlfile.Mapping) else {},
    )


def _plain(node: yamlfile.Node, *, typed: bool) -> Any:
    if isinstance(node, yamlfile.Mapping):
        return {one.key.text: _plain(one.value, typed=typed or one.key.text in _TYPED) for one in node}
    if isinstance(node, yamlfile.Sequence):
        return [_plain(one, typed=typed) for one in node.items]
    if node.is_null:
        return None
    if typed:
        return node.text
    return node.boolean if node.boolean is not None else node.integer if node.integer is not None else node.text
