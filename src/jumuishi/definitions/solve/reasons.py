"""Why something cannot be: the conditions of the definition that exclude each other."""

from dataclasses import dataclass
from typing import Literal

from jumuishi.definitions.model import Expression

Kind = Literal[
    "page", "relevant", "constraint", "required", "type", "choice", "setting", "asked", "branch", "review", "otherwise"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition: of what `kind`, of which field, setting or page `name`, and as written where it is written.

    `type`: what a value of its type may be at all (its choices, length, bounds). `asked`: the question itself.
    `branch`, `review`: a condition of a stage's, `name` where it leads or the review's key; `otherwise`: a branch
    without one.
    """

    kind: Kind
    name: str
    expression: Expression | None = None
