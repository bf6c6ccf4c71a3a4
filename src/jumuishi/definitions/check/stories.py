"""J001 and J002 of the author's stories: their keys are checked, they are not played."""

import time
from collections.abc import Mapping as Files

from jumuishi.definitions.findings import Findings
from jumuishi.definitions.model import Package, Position
from jumuishi.definitions.read import yamlfile
from jumuishi.definitions.read.yamlfile import Mapping, Node, Scalar, Sequence, UnreadableError

_TOP = ("story", "today", "settings", "earlier", "steps")
STEPS: dict[str, tuple[str, ...]] = {
    "apply": ("apply", "door", "refused"),
    "do": ("as", "do", "set", "message", "reason", "refused"),
    "review": ("as", "review", "pass", "reason", "refused"),
    "answer": ("answer", "refused"),
    "pay": ("pay", "refused"),
    "wait": ("wait",),
    "withdraw": ("withdraw", "refused"),
    "appeal": ("appeal", "refused"),
    "expect": ("expect",),
}
EXPECT = ("stage", "due", "bill", "document", "valid_until", "replaces", "claims", "sms")


def check_stories(files: Files[str, bytes], package: Package, findings: Findings, *, lenient: bool) -> None:
    """Notes each fault in tests/*.yaml; `lenient` where the definition's own names are in doubt."""
    until = time.monotonic() + yamlfile.SECONDS / 2  # for all stories together
    for name in sorted(files):
        if name.startswith("tests/") and name.endswith(".yaml"):
            try:
                tree = yamlfile.load(yamlfile.decode(files[name], name), name, findings, until)
            except UnreadableError as error:
                findings.add("J001", Position(name, 1, 1), str(error))
                continue
            if tree is not None:
                _Story(package, findings, lenient).check(tree)


class _Story:
    def __init__(self, package: Package, findings: Findings, lenient: bool) -> None:
        self.package = package
        self.findings = findings
        self.lenient = lenient

    def keys(self, node: Node | None, allowed: tuple[str, ...]) -> dict[str, Node]:
        if not isinstance(node, Mapping):
            if node is not None:
                self.findings.add("J003", node.at, "this must have keys of its own: " + " ".join(allowed))
            return {}
        found = {}
        for entry in node:
            if entry.key.text in allowed:
                found[entry.key.text] = entry.value
            else:
                known = " ".join(allowed[:30])
                self.findings.add("J002", entry.key.at, f"unknown key {entry.key.text!r}; known here: {known}")
        return found

    def check(self, tree: Node) -> None:
        top = self.keys(tree, _TOP)
        if isinstance(tree, Mapping):
            for key in ("story", "steps"):
                if tree.get(key) is None:
                    self.findings.add("J003", tree.at, f"the key {key!r} is missing")
        if "story" in top and not self.lenient:
            self.keys(top["story"], self.package.languages)
        if "settings" in top and not self.lenient:
            self.keys(top["settings"], tuple(self.package.settings))
        steps = top.get("steps")
        if isinstance(steps, Sequence):
            for one in steps.items:
                self.step(one)
        elif steps is not None:
            self.findings.add("J003", steps.at, "steps is a list")

    def step(self, node: Node) -> None:
        verb = next((one for one in STEPS if isinstance(node, Mapping) and node.get(one) is not None), None)
        if verb is None:
            known = {key for keys in STEPS.values() for key in keys}
            strange = [one.key for one in node if one.key.text not in known] if isinstance(node, Mapping) else []
            for one in strange:
                self.findings.add("J002", one.at, f"unknown key {one.text!r}; a step says one of: {' '.join(STEPS)}")
            if not strange:
                self.findings.add("J003", node.at, "a step says one of: " + " ".join(STEPS))
            return
        found = self.keys(node, STEPS[verb])
        if verb == "expect":
            expected = self.keys(found["expect"], EXPECT)
            claims = {claim for document in self.package.documents.values() for claim in document.claims}
            if "claims" in expected and not self.lenient:
                self.keys(expected["claims"], tuple(sorted(claims)))
        if verb == "appeal" and not isinstance(found["appeal"], Scalar):
            self.keys(found["appeal"], ("reason",))
        for key in ("apply", "answer", "set"):
            if key in found and not self.lenient:
                self.answers(found[key])

    def answers(self, node: Node) -> None:
        """Each answer is that of a field, each item's of a member of its group."""
        fields = self.package.all_fields()
        for name, given in self.keys(node, tuple(fields)).items():
            if fields[name].type == "group" and isinstance(given, Sequence):
                for item in given.items:
                    self.keys(item, tuple(member.name for member in fields[name].fields))
