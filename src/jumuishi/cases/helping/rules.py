"""Who may help whom, how far, and for how much. Pure."""

from dataclasses import dataclass

from jumuishi.cases.helping.models import Mandate

Kind, Scope = Mandate.Kind, Mandate.Scope
# What each kind may ask for: nobody behind a counter gets more than the application that the person came for.
SCOPES: dict[str, tuple[str, ...]] = {
    Kind.COUNTER: (Scope.CASE,),
    Kind.EXECUTIVE: (Scope.CASE,),
    Kind.AGENT: (Scope.CASE,),
    Kind.RELATIVE: (Scope.CASE, Scope.SERVICE, Scope.ALL),
    Kind.GUARDIAN: (Scope.CASE, Scope.SERVICE, Scope.ALL),
}
AT_HOME = (Kind.RELATIVE, Kind.GUARDIAN)
# So many applications are asked for with one code.
MOST_TOGETHER = 5
# At whose counters a mark counts that a second officer saw; an agent's colleague is no witness.
MARKS = (Kind.COUNTER, Kind.EXECUTIVE)


@dataclass(frozen=True)
class Post:
    """Where somebody helps: of the institution that offers, with a role of the executive, an agreement (its cap)."""

    is_of_home: bool
    is_executive: bool
    most: int | None


def kind_at(post: Post) -> str:
    """As what somebody at work helps with a service; empty: not at all."""
    if post.is_of_home:
        return Kind.COUNTER
    if post.is_executive:
        return Kind.EXECUTIVE
    return Kind.AGENT if post.most is not None else ""


def fault(kind: str, scope: str, proof: str, fee: int, most: int | None) -> str:
    """The text's key of why this can't be asked for; empty when it can."""
    if not kind:
        return "cases.help_not_here"
    if scope not in SCOPES[kind]:
        return "cases.help_too_far"
    if proof == Mandate.Proof.MARK and kind not in MARKS:
        return "cases.help_mark_not_here"
    if fee and kind != Kind.AGENT:
        return "cases.help_no_fee"
    if most is not None and fee > most:
        return "cases.help_fee_over"
    return ""
