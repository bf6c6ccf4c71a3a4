"""A case in one canonical form, whichever door it came by: RFC 8785 bytes, and their SHA-256 as its digest.

In it: the service, the edition's hash, the answers and what was calculated from them. Kept apart: the door, who
helped, the language, when; where an answer was looked up and how old that was; and what a file was called on its way,
for a paper that is scanned at a counter has another name than on a phone. Its size, kind and content are in.
"""

from collections.abc import Mapping
from typing import Any

from jumuishi.cases.engine import frame_of
from jumuishi.cases.models import Case
from jumuishi.definitions.types import Package
from jumuishi.kernel.canonical import digest


def canonical_form(package: Package, *, service: str, edition: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The form of a state of the machine, as JSON types; kernel.canonical gives its bytes."""
    fields = package.all_fields()
    answers = {
        name: {part: said for part, said in value.items() if part != "name"}
        if isinstance(value, Mapping) and fields[name].type == "file"
        else value
        for name, value in state["answers"].items()
    }
    return {"service": service, "edition": edition, "answers": answers, "calculated": state.get("calculated", {})}


def form_of_case(case: Case) -> dict[str, Any]:
    """A case as it stands: what was brought or corrected since is in it."""
    package = frame_of(case).edition.package
    return canonical_form(package, service=case.service, edition=case.edition_hash, state=case.state)


def digest_of(case: Case) -> str:
    """SHA-256 of the case's canonical form, 64 hexadecimal digits."""
    return digest(form_of_case(case))
