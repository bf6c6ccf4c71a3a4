"""A story under way: the case as it stands, its clock, and what the last act asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jumuishi.definitions.machine.acts import Act, Acting, Context
from jumuishi.definitions.machine.effects import Effect, IssueDocument
from jumuishi.definitions.machine.life import Earlier
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.machine.step import step
from jumuishi.definitions.model import Package
from jumuishi.definitions.stories.read import StoryFault
from jumuishi.kernel.worktime import WorkingTime

HOME = "institution"


@dataclass
class Playing:
    """A story being played; a copy of it goes its own way."""

    package: Package
    settings: Mapping[str, Any]
    now: datetime
    working_time: WorkingTime = field(default_factory=WorkingTime)
    state: CaseState | None = None
    last: tuple[Effect, ...] = ()
    paid: int = 0
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    replaces: str = ""

    def context(self, actor: Acting | None = None) -> Context:
        return Context(self.now, HOME, self.settings, self.working_time, actor=actor, earlier=self.earlier)

    def act(self, act: Act, actor: Acting | None = None) -> None:
        outcome = step(self.package, self.state, act, self.context(actor))
        self.state, self.last = outcome.state, outcome.effects
        for effect in self.last:
            if isinstance(effect, IssueDocument):
                self.replaces = effect.earlier if effect.is_in_place else ""

    @property
    def case(self) -> CaseState:
        if self.state is None:
            raise StoryFault("nobody has applied yet")
        return self.state
