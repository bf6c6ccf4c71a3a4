"""The register of taxpayers: a number of 9 digits (printed 123-456-789), whose it is, and whether it stands."""

import re
from pathlib import Path

from registers.answers import Answer, refused
from registers.rules import rows
from registers.serving import Asked, Register, Route


class TaxNumbers:
    """Its answers."""

    def __init__(self) -> None:
        self._taxpayers = {row["tin"]: row for row in rows("taxpayers.csv")}

    def one(self, asked: Asked) -> Answer:
        """A taxpayer by number, which stands in the query."""
        tin = re.sub(r"[\s-]", "", asked.query.get("tin", ""))
        if not re.fullmatch(r"[0-9]{9}", tin):
            return refused(400, "bad_tin")
        found = self._taxpayers.get(tin)
        printed = f"{tin[:3]}-{tin[3:6]}-{tin[6:]}"
        return Answer(200, {**found, "printed": printed}) if found else refused(404, "unknown_tin")


def open_at(folder: Path) -> Register:  # noqa: ARG001  # it keeps nothing
    """The register."""
    return Register("tax-numbers", (Route("GET", "/v1/taxpayers", TaxNumbers().one),))
