"""A case moved, so figures are behind: those of the institution whose case it is, from today on."""

from jumuishi.cases.events import CaseMoved, TaskEscalated
from jumuishi.insights import refreshing
from jumuishi.kernel.events import subscribe


@subscribe(CaseMoved)
def moved(event: CaseMoved) -> None:
    """A case was submitted, a task done, a case decided or opened again: each of them is told as a move."""
    refreshing.mark(event.institution_id, refreshing.today())


@subscribe(TaskEscalated)
def is_late(event: TaskEscalated) -> None:
    """A task passed its time, at whichever institution it lies."""
    refreshing.mark(event.institution_id, refreshing.today())
