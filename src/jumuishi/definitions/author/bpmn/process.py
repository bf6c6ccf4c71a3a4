"""The stages as BPMN 2.0 elements: what each stage is there, who does it, and what follows what."""

from dataclasses import dataclass, field

from jumuishi.definitions.author.stops import Stop, stops
from jumuishi.definitions.compare.speak import within_words
from jumuishi.definitions.model import (
    ApplicantStage,
    ChoiceStage,
    Due,
    EndStage,
    Expires,
    IssueStage,
    Package,
    PaymentStage,
    Review,
    ReviewStage,
    Stage,
    TaskStage,
    Within,
)
from jumuishi.kernel.text import t

CEL, SPAN = "https://cel.dev", "urn:jumuishi:span"
_ISO = {"hours": "PT{}H", "days": "P{}D", "months": "P{}M", "years": "P{}Y"}
APPLICANT, SYSTEM = "lane-applicant", "lane-system"


@dataclass(frozen=True)
class Said:
    """An expression and the language that it is in; "" is BPMN's own."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Node:
    """A flow node: its element's name, words, lane, and column from the left.

    `event`: message, timer, escalation or nothing; `on` is the activity that a boundary event sits on, which it ends
    where `ends`. `needed` is a complex gateway's condition.
    """

    id: str
    tag: str
    name: str
    lane: str
    column: int
    event: str = ""
    timer: Said | None = None
    on: str = ""
    ends: bool = True
    needed: str = ""


@dataclass(frozen=True)
class Flow:
    """What follows what; `when` the condition, `is_default` where no other condition holds."""

    id: str
    source: str
    target: str
    name: str = ""
    when: Said | None = None
    is_default: bool = False


@dataclass
class Process:
    """A whole process; `lanes` by id in order with their words."""

    id: str
    name: str
    about: str
    lanes: dict[str, str]
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)


def process_of(package: Package, lang: str) -> Process:
    """The package's stages as a process, in one language."""
    return _Builder(package, lang).built()


class _Builder:
    def __init__(self, package: Package, lang: str) -> None:
        self.package = package
        self.lang = lang
        lanes = {APPLICANT: t("definitions.map_applicant_acts", lang)}
        lanes |= {f"role-{name}": role.name.in_language(lang) for name, role in package.roles.items()}
        lanes[SYSTEM] = t("definitions.bpmn_system", lang)
        about = t("definitions.bpmn_withdraw", lang) if package.withdraw else ""
        name = package.name.in_language(lang)
        self.process = Process(f"process-{package.service}", name, about, lanes)
        self.column = 0

    def built(self) -> Process:
        self.node("start", "startEvent", t("definitions.map_start", self.lang), APPLICANT, event="message")
        self.flow("start", self.package.first_stage)
        for stop in stops(self.package, self.lang):
            self.stage(stop, self.package.stages[stop.id])
        used = {one.lane for one in self.process.nodes}
        self.process.lanes = {key: name for key, name in self.process.lanes.items() if key in used}
        known = {one.id for one in self.process.nodes}
        self.process.flows = [one for one in self.process.flows if one.target in known]
        return self.process

    def node(self, key: str, tag: str, name: str, lane: str, *, shared: bool = False, **more: object) -> str:
        """Adds a node in the next column, which it leaves to another lane's too where it is shared.

        A boundary event stands where its activity does.
        """
        if tag == "boundaryEvent":
            column = next(one.column for one in self.process.nodes if one.id == more["on"])
        else:
            column, self.column = self.column, self.column + (not shared)
        self.process.nodes.append(Node(key, tag, name, lane, column, **more))  # type: ignore[arg-type]
        return key

    def flow(self, source: str, to: str, name: str = "", *, when: Said | None = None, default: bool = False) -> None:
        """Adds a flow to a node, or to the node that a stage begins with."""
        target = f"stage-{to}" if to in self.package.stages else to
        self.process.flows.append(Flow(f"flow-{len(self.process.flows) + 1}", source, target, name, when, default))

    def lane(self, role: str) -> str:
        return f"role-{role}" if role in self.package.roles else SYSTEM

    def stage(self, stop: Stop, stage: Stage) -> None:
        key = f"stage-{stop.id}"
        match stage:
            case TaskStage():
                lane = self.lane(stage.role)
                self.node(key, "userTask", stop.name, lane)
                # the officer's own lane goes on beside whoever is told
                told = self.lane(stage.due.escalate) if stage.due and stage.due.escalate else lane
                self.late(key, stage.due, shared=told != lane and len(stop.ways) > 1)
                self.choose(key, stop, lane)
            case ApplicantStage():
                self.node(key, "userTask", stop.name, APPLICANT)
                self.expires(key, stage.expires, APPLICANT)
                self.flow(key, stage.answered, stop.ways[0].words if stop.ways else "")
            case PaymentStage():
                self.node(key, "receiveTask", stop.name, APPLICANT)
                self.expires(key, stage.expires, APPLICANT)
                self.flow(key, stage.paid, t("definitions.map_paid", self.lang))
            case ReviewStage():
                self.reviews(key, stop, stage)
            case IssueStage():
                self.node(key, "serviceTask", stop.name, SYSTEM)
                self.flow(key, stage.to)
            case ChoiceStage():
                self.node(key, "exclusiveGateway", stop.name, SYSTEM)
                for way, branch in zip(stop.ways, stage.branches, strict=False):
                    when = Said(branch.when.source, CEL) if branch.when is not None else None
                    has_other = len(stage.branches) > 1
                    self.flow(key, branch.to, way.words, when=when, default=when is None and has_other)
            case EndStage():
                self.end(key, stop, stage)

    def choose(self, key: str, stop: Stop, lane: str) -> None:
        """After a task: where one action is all there is it follows, else a gateway of the officer's."""
        source = key
        if len(stop.ways) > 1:
            source = self.node(f"{key}.decision", "exclusiveGateway", "", lane)
            self.flow(key, source)
        for way in stop.ways:
            self.flow(source, way.to, way.words)

    def reviews(self, key: str, stop: Stop, stage: ReviewStage) -> None:
        self.node(key, "inclusiveGateway", stop.name, SYSTEM)
        asked: dict[str, Review] = {}
        lanes = [self.lane(review.role) for review in stage.reviews.values()]
        for n, (name, review) in enumerate(stage.reviews.items(), 1):
            role = self.package.roles.get(review.role)
            words = review.name or (role.name if role is not None else None)
            said = words.in_language(self.lang) if words is not None else name
            side_by_side = len(set(lanes)) == len(lanes) and n < len(lanes)
            one = self.node(f"{key}.{name}", "userTask", said, self.lane(review.role), shared=side_by_side)
            self.flow(key, one, when=Said(review.when.source, CEL) if review.when is not None else None)
            asked[one] = review
        for one, review in asked.items():
            self.late(one, review.due)
        join, how_many = f"{key}.joined", stop.says[0] if stop.says else ""
        if stage.needed == "all":
            self.node(join, "inclusiveGateway", how_many, SYSTEM)
        else:
            least = 1 if stage.needed == "any" else stage.needed
            self.node(join, "complexGateway", how_many, SYSTEM, needed=f"passed >= {least}")
        for one in asked:
            self.flow(one, join)
        decided = self.node(f"{key}.result", "exclusiveGateway", "", SYSTEM)
        self.flow(join, decided)
        for way in stop.ways:
            self.flow(decided, way.to, way.words)

    def end(self, key: str, stop: Stop, stage: EndStage) -> None:
        if stage.appeal is None or stage.appeal.to not in self.package.stages:
            self.node(key, "endEvent", stop.name, SYSTEM)
            return
        waits = self.node(key, "eventBasedGateway", stop.name, SYSTEM)
        filed = self.node(f"{key}.appeal", "intermediateCatchEvent", stop.ways[0].words, APPLICANT, event="message")
        over = self.node(
            f"{key}.over", "intermediateCatchEvent", within_words(stage.appeal.within, self.package, self.lang), SYSTEM,
            event="timer", timer=_duration(stage.appeal.within),
        )  # fmt: skip
        ended = self.node(f"{key}.end", "endEvent", stop.name, SYSTEM)
        self.flow(waits, filed)
        self.flow(waits, over)
        self.flow(filed, stage.appeal.to)
        self.flow(over, ended)

    def expires(self, key: str, expires: Expires | None, lane: str) -> None:
        if expires is None:
            return
        words = within_words(expires.after, self.package, self.lang)
        timer = _duration(expires.after)
        event = self.node(f"{key}.expires", "boundaryEvent", words, lane, event="timer", timer=timer, on=key)
        self.flow(event, expires.to)

    def late(self, key: str, due: Due | None, *, shared: bool = False) -> None:
        """A task that is late goes on; somebody else is told."""
        if due is None or due.escalate is None:
            return
        lane = next(one.lane for one in self.process.nodes if one.id == key)
        words = within_words(due.within, self.package, self.lang)
        event = self.node(
            f"{key}.late", "boundaryEvent", words, lane, event="timer", timer=_duration(due.within), on=key, ends=False
        )
        told, whose = t("definitions.bpmn_told", self.lang), self.lane(due.escalate)
        self.flow(event, self.node(f"{key}.told", "endEvent", told, whose, shared=shared, event="escalation"))


def _duration(within: Within) -> Said:
    """ISO 8601 where the calendar says how long that is; a span of working time or of a setting in our own words."""
    if within.n is not None and within.unit in _ISO:
        return Said(_ISO[within.unit].format(within.n))
    return Said(f"{within.n if within.setting is None else f'setting.{within.setting}'} {within.unit}", SPAN)
