"""May this institution collect money? Whoever approves institutions answers, registered from above."""

from collections.abc import Callable
from uuid import UUID

from jumuishi.payments.types import CannotCollectError

Check = Callable[[UUID], bool]
_checks: list[Check] = []


def register_collection_check(check: Check) -> None:
    """Name the function that knows which institutions are approved; the last one named counts."""
    _checks.append(check)


def must_collect(institution_id: UUID) -> None:
    """Raise CannotCollectError unless the institution is known to be approved; nobody is until somebody says so."""
    if not _checks or not _checks[-1](institution_id):
        raise CannotCollectError(str(institution_id))
