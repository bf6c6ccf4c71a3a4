"""The register of business names: a number, a name, who owns it, and whether it stands."""

from pathlib import Path

from registers.answers import Answer, refused
from registers.rules import rows, rule
from registers.serving import Asked, Register, Route


class BusinessNames:
    """Its answers."""

    def __init__(self) -> None:
        self._names = {row["number"]: row for row in rows("businesses.csv")}

    def one(self, asked: Asked) -> Answer:
        """A business name by its number, with its owner."""
        found = self._names.get(asked.parts[0])
        return Answer(200, dict(found)) if found else refused(404, "unknown_business")

    def search(self, asked: Asked) -> Answer:
        """Names that hold these letters, without their owners; `more` says whether there are others."""
        letters = asked.query.get("name", "").strip().casefold()
        if len(letters) < 3:
            return refused(400, "short_name")
        found = [one for one in self._names.values() if letters in one["name"].casefold()]
        most = rule("most_found")
        shown = [{name: one[name] for name in ("number", "name", "status")} for one in found[:most]]
        return Answer(200, {"names": shown, "more": len(found) > most})


def open_at(folder: Path) -> Register:  # noqa: ARG001  # it keeps nothing
    """The register."""
    here = BusinessNames()
    return Register(
        "business-names",
        (Route("GET", "/v1/names/*", here.one), Route("GET", "/v1/names", here.search)),
    )
