"""Helping somebody else, with the owner's consent; and ending who helps oneself."""

from collections.abc import Iterator
from typing import cast

from jumuishi_client import shapes
from jumuishi_client.wire import Wire


class Helping(Wire):
    """What is begun under a consent is then filled in as one's own: `draft`, `save`, `attach`, `submit`, `case`."""

    def ask_to_help(
        self, phone: str, offering: str = "", *, kind: str = "", scope: str = "case", fee: int = 0, language: str = "sw"
    ) -> shapes.Mandate:
        """A code goes to the owner's phone. `kind` is a person's at home (relative, guardian), `fee` an agent's."""
        body = {"phone": phone, "kind": kind, "scope": scope, "fee": fee, "language": language}
        body |= {"offering": offering} if offering else {}
        return cast(shapes.Mandate, self._json("POST", "helping", body=body))

    def send_helping_code(self, mandate: str) -> None:
        """Another code in place of the one before."""
        self._ask("POST", f"helping/{mandate}/code")

    def consent(self, mandate: str, code: str) -> shapes.Mandate:
        """The owner told the code: from now on the consent stands. Raises AnswersError for a wrong one."""
        return cast(shapes.Mandate, self._json("POST", f"helping/{mandate}/consent", body={"code": code}))

    def helping(self) -> Iterator[shapes.Mandate]:
        """Whom I help."""
        return cast(Iterator[shapes.Mandate], self._pages("helping"))

    def mandate(self, mandate: str) -> shapes.Mandate:
        """One consent, with what was begun under it."""
        return cast(shapes.Mandate, self._json("GET", f"helping/{mandate}"))

    def begin_for(self, mandate: str, offering: str = "") -> shapes.Begun:
        """Begin for the owner; for one application the one that is there."""
        body = {"offering": offering} if offering else {}
        return cast(shapes.Begun, self._json("POST", f"helping/{mandate}/drafts", body=body))

    def let_go(self, mandate: str) -> None:
        """Be done: from then on nothing of the owner's is read."""
        self._ask("DELETE", f"helping/{mandate}")

    def helpers(self) -> Iterator[shapes.Helper]:
        """Who helps me, and who did."""
        return cast(Iterator[shapes.Helper], self._pages("helpers"))

    def end_helper(self, mandate: str, *, repudiate: bool = False) -> shapes.Helper:
        """End one at once; twice is once. `repudiate`: I never consented, of a mark and for some days."""
        found = self._json("POST", f"helpers/{mandate}/end", body={"repudiate": repudiate})
        return cast(shapes.Helper, found)
