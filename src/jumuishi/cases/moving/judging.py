"""One case held against a newer edition, with the figures it would go by there."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from jumuishi.cases import engine
from jumuishi.cases.models import Case
from jumuishi.definitions.machine.types import Context
from jumuishi.definitions.moving import public as moving
from jumuishi.definitions.moving.types import Reason, Verdict
from jumuishi.definitions.types import Package, Place
from jumuishi.institutions import public as institutions
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.services import public as services


class Judge:
    """Judges cases for one edition; what many cases share is asked for once. A look comes before figures do."""

    def __init__(self, edition_hash: str, now: datetime, *, is_look: bool = False) -> None:
        self.edition_hash, self.now, self.is_look = edition_hash, now, is_look
        self._figures: dict[UUID, dict[str, Any]] = {}
        self._times: dict[UUID, WorkingTime] = {}
        self._places: dict[str, Place | None] = {}
        self._same: dict[str, frozenset[str]] = {}

    @cached_property
    def package(self) -> Package:
        """The newer edition's."""
        return services.definition(self.edition_hash).package

    def verdict(self, case: Case, *, given: Mapping[str, Any] | None = None, agreed: Collection[str] = ()) -> Verdict:
        """May it move, and what first; a figure that is missing forbids it once somebody moves, or if it is needed."""
        old = services.definition(case.edition_hash).package
        settings = self.settings(case)
        is_complete = all(name in settings for name in self.package.settings)
        if not is_complete and not self.is_look:
            return Verdict(reasons=(Reason("settings"),))
        before = self._context(case, case.settings)
        found = moving.judge(
            old, self.package, engine.state_of(case), before=before, after=replace(before, settings=settings),
            given=given, agreed=agreed, same_meaning=self._same_meaning(case.edition_hash),
        )  # fmt: skip
        is_fault = any(one.code == "fault" for one in found.reasons)
        return Verdict(reasons=(Reason("settings"),)) if is_fault and not is_complete else found

    def settings(self, case: Case) -> dict[str, Any]:
        """The figures it would go by: its own of the day of submission, where both editions mean the same by them."""
        if case.offering_id not in self._figures:
            self._figures[case.offering_id] = services.figures_under(case.offering_id, self.edition_hash)
        old = services.definition(case.edition_hash).package
        own = services.kept_values(old, self.package, case.settings)
        today = self._figures[case.offering_id]
        return {name: own.get(name, today.get(name)) for name in self.package.settings if name in {**own, **today}}

    def _context(self, case: Case, settings: Mapping[str, Any]) -> Context:
        home = case.institution_id
        if home not in self._times:
            self._times[home] = institutions.working_time(home)
        return Context(
            now=self.now, institution=str(home), settings=settings, working_time=self._times[home], places=self._place
        )

    def _place(self, code: str) -> Place | None:
        if code not in self._places:
            if len(self._places) > 20_000:
                self._places.clear()
            self._places[code] = engine.place(code)
        return self._places[code]

    def _same_meaning(self, old_hash: str) -> frozenset[str]:
        if old_hash not in self._same:
            self._same[old_hash] = services.same_meaning(old_hash, self.edition_hash)
        return self._same[old_hash]


def whys(found: Verdict, old: Package, new: Package) -> list[dict[str, Any]]:
    """Reasons or asks as data: {kind, code, field, about}; `about` is {sw:, en:} of a question, fee or stage."""
    if found.reasons:
        return [
            {"kind": "cannot", "code": one.code, "field": "", "about": dict(one.about) if one.about else {}}
            for one in found.reasons
        ]
    return [
        {"kind": "ask", "code": one.why, "field": one.field, "about": _label(one.field, one.why, old, new)}
        for one in found.asks
    ]


def _label(name: str, why: str, old: Package, new: Package) -> dict[str, str]:
    if why == "fee":
        return dict(new.fees[name].label)
    field = new.all_fields().get(name) or old.all_fields().get(name)
    return dict(field.label) if field is not None and field.label else {"sw": name, "en": name}
