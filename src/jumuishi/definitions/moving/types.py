"""What the judgement of a move says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from jumuishi.definitions.forms.settle import Error
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.table import Text
from jumuishi.kernel.canonical import digest

Why: TypeAlias = Literal["new", "again", "reworded", "drop", "calculated", "fee"]
TO_ANSWER = ("new", "again")
"""What only an answer settles; the rest is settled by agreeing (or, where its words changed, by answering anew)."""


@dataclass(frozen=True)
class Reason:
    """Why a case can't move: `code` names the text definitions.cannot_CODE; `about` what it stands at, in words."""

    code: str
    about: Text | None = None


@dataclass(frozen=True)
class Ask:
    """What the applicant must say first. `field` is a field's or a fee's id.

    new: a question that has no answer yet. again: the answer no longer fits its question. reworded: the answer stays,
    its question reads otherwise. drop: the question is gone, and the answer with it. calculated: what was worked out
    comes to something else. fee: it rises, or begins to apply. `before` and `after` are canonical data, or amounts.
    """

    why: Why
    field: str
    before: Any = None
    after: Any = None
    words: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What is agreed to, fixed: of another amount, another wording or another answer the mark is another."""
        return digest([self.why, self.field, self.before, self.after, list(self.words)])[:32]


@dataclass(frozen=True)
class Verdict:
    """One of three: `state` is set where the case may move now; else `asks` come first, or `reasons` forbid it.

    `errors`: what is wrong with the answers that were given for the asks.
    """

    reasons: tuple[Reason, ...] = ()
    asks: tuple[Ask, ...] = ()
    errors: Sequence[Error] = ()
    state: CaseState | None = None

    @property
    def kind(self) -> Literal["safe", "ask", "cannot"]:
        """The verdict in a word."""
        return "cannot" if self.reasons else "ask" if self.asks or self.errors else "safe"


@dataclass(frozen=True)
class Carried:
    """`kept` answers go along; those `aside` have no place in the newer edition and are kept for the person to read.

    `same`: pages that ask just what they asked, with every answer kept; all others are to be looked at again.
    """

    kept: Mapping[str, Any]
    aside: Mapping[str, Any]
    same: frozenset[str]
