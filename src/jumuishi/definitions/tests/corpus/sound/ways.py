"""The stages of a generated definition: every way has clocks and an end, and is paid before an issue."""

from typing import Any

from jumuishi.definitions.tests.corpus.sound.questions import question
from jumuishi.definitions.tests.corpus.sound.words import Growing

HOURS = {"hours": 1, "working_hours": 1, "working_days": 8, "days": 24}


class Ways:
    """One chain from submission to `granted`, with forks that meet again, loops that end, and ways out."""

    def __init__(self, grow: Growing, fees: list[str], documents: list[str], steps: int) -> None:
        self.grow = grow
        self.fees = fees
        self.documents = documents
        self.steps = steps
        self.stages: dict[str, Any] = {}
        self.pauses: list[str] = []
        self.actors: list[tuple[str, frozenset[str]]] = []  # task or review stages with their roles
        self.hours = 0

    def make(self) -> dict[str, Any]:
        """All stages, the first where a case begins."""
        chain = [self.step_name(index) for index in range(self.steps)]
        pays_first = bool(self.fees) and self.grow.chance(0.25)
        names = (["pay"] if pays_first else []) + chain + (["pay"] if self.fees and not pays_first else [])
        names.append("issue")
        for index, name in enumerate(names[:-1]):
            following = names[index + 1]
            if name == "pay":
                self.payment("pay", following)
            else:
                self.step(index, name, following, before=names[:index], after_payment=pays_first)
        self.issue(appeal_pays=pays_first)
        return self.stages

    def step_name(self, index: int) -> str:
        return f"step-{index + 1}"

    def step(self, index: int, name: str, following: str, *, before: list[str], after_payment: bool) -> None:
        random = self.grow.random
        kind = (
            "task" if index == 0 and random.randrange(2) else random.choice(("task", "task", "review", "fork", "fork"))
        )
        if kind == "review":
            self.review(name, following)
        elif kind == "fork":
            self.fork(name, following)
        else:
            self.task(name, following, before, asks=not after_payment)

    # -- kinds ---------------------------------------------------------------------------------------------------------

    def due(self, role: str) -> dict[str, Any]:
        unit = self.grow.random.choice(list(HOURS))
        n = self.grow.random.randrange(1, 5)
        self.hours += n * HOURS[unit]
        return {"within": f"{n} {unit}", "escalate": self.grow.other_role(role)}

    def not_by(self, roles: frozenset[str]) -> list[str]:
        """Earlier stages whose people are others."""
        fit = [name for name, others in self.actors if not others & roles]
        return fit[: self.grow.random.randrange(len(fit) + 1)] if fit else []

    def task(self, name: str, following: str, before: list[str], *, asks: bool, fields: bool = True) -> None:
        grow, role = self.grow, self.grow.role()
        made: dict[str, Any] = {"kind": "task", "name": grow.text(), "role": role, "due": self.due(role)}
        excluded = self.not_by(frozenset({role}))
        if excluded:
            made["not_by"] = excluded
        made["actions"] = {"forward": {"label": grow.text(), "to": following}}
        if grow.chance(0.6):
            made["actions"]["refuse"] = {"label": grow.text(), "to": "refused", "requires": ["reason"]}
        if asks and grow.chance(0.5):
            self.request(f"ask-{name}", name)
            made["actions"]["ask"] = {"label": grow.text(), "to": f"ask-{name}", "requires": ["message"]}
        tasks = [one for one in before if self.stages.get(one, {}).get("kind") == "task"]
        if asks and tasks and grow.chance(0.3):
            made["actions"]["back"] = {"label": grow.text(), "to": grow.random.choice(tasks), "requires": ["message"]}
        if fields and grow.chance(0.4):
            made["fields"] = [question(grow, officer=True) for _ in range(grow.random.randrange(1, 3))]
        self.actors.append((name, frozenset({role})))
        self.stages[name] = made

    def request(self, name: str, back: str) -> None:
        """The applicant is asked: what may be changed is what nothing else hangs on, and what is new."""
        grow = self.grow
        made: dict[str, Any] = {"kind": "applicant", "name": grow.text(), "answered": back}
        field = {"name": grow.name("q"), "type": "text", "label": grow.text(), "required": True, "max_length": 60}
        made["fields"] = [field]
        setting = grow.setting("answer_days", "integer", "NAME >= 1 && NAME <= 60") if grow.chance(0.5) else ""
        after: Any = {"setting": setting, "unit": "days"} if setting else f"{grow.random.randrange(1, 30)} days"
        made["expires"] = {"after": after, "to": "lapsed"}
        if grow.chance(0.8):
            self.pauses.append(name)
        else:
            self.hours += 60 * 24
        self.stages[name] = made

    def review(self, name: str, following: str) -> None:
        grow, reviews, roles = self.grow, {}, set()
        always = grow.random.randrange(1, 3)
        for number in range(always + grow.random.randrange(3)):
            role = grow.role()
            roles.add(role)
            reviews[f"r{number}"] = {"role": role, "due": self.due(role)}
            if number >= always:
                condition = grow.condition()
                if condition is not None:
                    reviews[f"r{number}"]["when"] = condition[0]
        passing: Any = grow.random.choice(("all", "any", "all", always))
        made: dict[str, Any] = {
            "kind": "review", "name": grow.text(), "reviews": reviews, "pass": passing, "passed": following,
            "failed": "refused",
        }  # fmt: skip
        excluded = self.not_by(frozenset(roles))
        if excluded:
            made["not_by"] = excluded
        self.actors.append((name, frozenset(roles)))
        self.stages[name] = made

    def fork(self, name: str, following: str) -> None:
        """Branches that cover everything, some through a task of their own; all meet at what follows."""
        grow, random = self.grow, self.grow.random
        branches: list[dict[str, str]] = []
        selects = [
            one for one in grow.known if one.keys and one.always and one.kind == "select_one" and len(one.keys) > 1
        ]
        numbers = [one for one in grow.known if one.whole and one.kind in ("integer", "money") and one.always]
        way = random.choice(("select", "number", "else", "both"))
        if way == "select" and selects and not any(one.name in ("rare", "usual") for one in selects):
            one = random.choice(selects)
            branches = [{"when": f"{one.name} == '{key}'"} for key in one.keys[:-1]]
            branches.append({"when": " && ".join(f"{one.name} != '{key}'" for key in one.keys[:-1])})
        elif way == "number" and numbers:
            one = random.choice(numbers)
            low, high = one.whole or (0, 0)
            edge = random.randrange(low, high)
            branches = [{"when": f"{one.name} <= {edge}"}, {"when": f"{one.name} > {edge}"}]
        else:
            condition = grow.condition()
            if condition is not None:
                branches = [{"when": condition[0]}]
                other = grow.condition(3, condition[1])
                if other is not None and way == "both":
                    branches.append({"when": other[0]})
                branches.append({"when": f"!({condition[0]})"} if len(branches) == 1 and grow.chance(0.5) else {})
        if not branches:
            branches = [{}]
        for number, branch in enumerate(branches):
            branch["to"] = following
            if number == 0 and grow.chance(0.7):
                branch["to"] = f"{name}-more"
        self.stages[name] = {"kind": "choice", "name": grow.text(), "branches": branches}
        if branches[0]["to"] != following:
            self.task(f"{name}-more", following, [], asks=False, fields=False)

    def payment(self, name: str, following: str) -> None:
        grow = self.grow
        days = grow.setting("payment_days", "integer", "NAME >= 1 && NAME <= 90")
        self.stages[name] = {
            "kind": "payment", "name": grow.text(), "fees": list(self.fees), "paid": following,
            "expires": {"after": {"setting": days, "unit": "days"}, "to": "lapsed"},
        }  # fmt: skip
        self.pauses.append(name)

    def issue(self, *, appeal_pays: bool) -> None:
        grow = self.grow
        if len(self.documents) > 1:
            condition = grow.condition()
            branches = (
                [{"when": condition[0], "to": "issue-a"}, {"to": "issue-b"}] if condition else [{"to": "issue-b"}]
            )
            self.stages["issue"] = {"kind": "choice", "name": grow.text(), "branches": branches}
            for letter, document in zip("ab", self.documents, strict=False):
                if letter == "b" or condition:
                    made = {"kind": "issue", "name": grow.text(), "document": document, "to": "granted"}
                    self.stages[f"issue-{letter}"] = made
        else:
            self.stages["issue"] = {
                "kind": "issue", "name": grow.text(), "document": self.documents[0], "to": "granted",
            }  # fmt: skip
        self.stages["granted"] = {"kind": "end", "name": grow.text(), "outcome": "granted"}
        led = {str(one) for one in _targets(self.stages)}
        if "lapsed" in led:
            self.stages["lapsed"] = {"kind": "end", "name": grow.text(), "outcome": "lapsed"}
        if "refused" in led:
            self.refused(appeal_pays=appeal_pays)

    def refused(self, *, appeal_pays: bool) -> None:
        grow = self.grow
        refused: dict[str, Any] = {"kind": "end", "name": grow.text(), "outcome": "refused"}
        self.stages["refused"] = refused
        if not grow.chance(0.6):
            return
        refused["appeal"] = {"within": f"{grow.random.randrange(10, 60)} days", "to": "appeal"}
        judge = f"officer-{len(grow.roles) + 1}"
        grow.roles[judge] = grow.text()
        target = "pay-again" if appeal_pays else "pay" if self.fees else "issue"
        before, self.hours = self.hours, self.hours
        self.stages["appeal"] = {
            "kind": "task", "name": grow.text(), "role": judge, "due": self.due(judge),
            "not_by": [name for name, _ in self.actors],
            "actions": {
                "uphold": {"label": grow.text(), "to": target},
                "reject": {"label": grow.text(), "to": "refused", "requires": ["reason"]},
            },
        }  # fmt: skip
        self.hours = before
        if not self.stages["appeal"]["not_by"]:
            del self.stages["appeal"]["not_by"]
        if appeal_pays:
            self.payment("pay-again", "issue")


def _targets(stages: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for stage in stages.values():
        found += [action["to"] for action in stage.get("actions", {}).values()]
        found += [stage[key] for key in ("answered", "passed", "failed", "paid", "to") if key in stage]
        found += [branch["to"] for branch in stage.get("branches", ())]
        found += [stage["expires"]["to"]] if "expires" in stage else []
    return found
