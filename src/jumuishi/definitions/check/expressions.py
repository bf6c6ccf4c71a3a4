"""Checks of every expression in a package: it parses, knows its names, has the right type, names nothing later."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jumuishi.definitions.check.graph import circles
from jumuishi.definitions.expressions.checker import TypeFault, type_of
from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import Node, names
from jumuishi.definitions.expressions.types import ANY, TIMESTAMP, Type, type_of_field, type_of_setting
from jumuishi.definitions.model import (
    ApplicantStage,
    ChoiceStage,
    Expression,
    Field,
    Package,
    Path,
    Position,
    ReviewStage,
    TaskStage,
)
from jumuishi.definitions.read.reading import Reading

SCALARS = ("string", "int", "double", "bool", "timestamp", "duration")


@dataclass(slots=True)
class Asked:
    """A field with where it stands: `stage` is '' on pages, `group` the group whose item it belongs to."""

    field: Field
    path: Path
    order: int
    stage: str = ""
    group: str = ""
    around: tuple[Expression, ...] = ()


@dataclass(slots=True)
class ExpressionChecks:
    """One pass over a package."""

    package: Package
    reading: Reading
    asked: dict[str, Asked] = field(default_factory=dict)
    types: dict[str, dict[str, Type]] = field(default_factory=dict)  # by group, '' outside of all
    setting_types: dict[str, Type] = field(default_factory=dict)
    uses: list[tuple[str, str, Expression]] = field(default_factory=list)

    def run(self) -> None:
        """Notes J101 to J107, J501 and J802 as far as types tell."""
        self.collect()
        self.setting_types = {name: type_of_setting(one) for name, one in self.package.settings.items()}
        for path in self.reading.doubtful:
            if path[:1] == ("settings",) and len(path) > 1:
                self.setting_types[str(path[1])] = ANY
        self.fields()
        self.outside()

    def collect(self) -> None:
        """Every field by name, in the order of asking; J107 for a name that stands twice."""
        pages: set[str] = set()
        for number, page in enumerate(self.package.pages):
            if page.page and page.page in pages:
                self.note("J107", ("pages", number, "page"), f"the page {page.page!r} is there already")
            pages.add(page.page)
            around = (page.relevant,) if page.relevant else ()
            for index, one in enumerate(page.fields):
                self.add(one, ("pages", number, "fields", index), "", "", around)
        for name, stage in self.package.stages.items():
            if isinstance(stage, TaskStage | ApplicantStage):
                for index, entry in enumerate(stage.fields):
                    if isinstance(entry, Field):
                        self.add(entry, ("stages", name, "fields", index), name, "", ())

    def add(self, one: Field, path: Path, stage: str, group: str, around: tuple[Expression, ...]) -> None:
        if one.name and one.name in self.asked:
            self.note("J107", (*path, "name"), f"a field named {one.name!r} is there already")
            self.reading.doubtful.add((*path, "name"))  # the name it should have is then named elsewhere
        elif one.name:
            self.asked[one.name] = Asked(one, path, len(self.asked), stage, group, around)
        inside = (*around, one.relevant) if one.relevant else around
        for index, member in enumerate(one.fields):
            item = one.name if one.repeat is not None else ""
            self.add(member, (*path, "fields", index), stage, item, inside)

    def note(self, code: str, path: Path, message: str) -> None:
        self.reading.findings.add(code, self.reading.at(path), message)

    def fault(self, code: str, expression: Expression, message: str, missing: str = "") -> None:
        at = Position("service.yaml", expression.line, expression.column)
        self.reading.findings.add(code, at, f"{message}, in: {expression.source[:80]}", missing=missing)

    @property
    def lenient(self) -> bool:
        """Some field's or setting's name could not be read: then an unknown name may well be it."""
        unnamed = (("name",), ("fields",), ("pages",))
        return ("settings",) in self.reading.misnamed or any(path[-1:] in unnamed for path in self.reading.doubtful)

    def env(self, group: str = "") -> Mapping[str, Type]:
        """What an expression may name, inside an item of that group or outside of all."""
        around = {"today": TIMESTAMP, "now": TIMESTAMP, "setting": Type("setting", members=self.setting_types)}
        return ChainMap(around, self.types.get(group, {}), self.types.get("", {}))

    def type_is(self, one: Asked, found: Type) -> None:
        """What may be named is typed; a group without repeat is not: its members are ordinary fields."""
        if one.field.type != "group" or one.field.repeat is not None:
            self.types.setdefault(one.group, {})[one.field.name] = found

    def typed(self, expression: Expression | None, env: Mapping[str, Type]) -> Type:
        """The type of an expression; ANY, once its fault is noted."""
        if expression is None:
            return ANY
        tree = self.parsed(expression)
        if tree is None:
            return ANY
        try:
            return type_of(tree, env)
        except TypeFault as fault:
            if fault.code != "J102" or not self.lenient:
                there = fault.missing.removeprefix("field ") in self.asked  # only not here
                self.fault(fault.code, expression, str(fault), "" if there else fault.missing)
            return ANY

    def parsed(self, expression: Expression) -> Node | None:
        try:
            return parse(expression.source)
        except ParseError as error:
            self.fault("J101", expression, f"{error} (at sign {error.at + 1})")
        except LimitError as error:
            self.fault("J104", expression, str(error))
        return None

    def wants(
        self, expression: Expression | None, env: Mapping[str, Type], kinds: Iterable[str], code: str = "J103"
    ) -> Type:
        """Checks that an expression gives one of the kinds."""
        found = self.typed(expression, env)
        if expression is not None and found.kind not in (*kinds, "any"):
            called = "group" if found.source == "group" else str(found)
            self.fault(code, expression, f"this gives a {called}; wanted is {' or '.join(kinds)}")
        return found

    def fields(self) -> None:
        for one in self.asked.values():
            self.type_is(one, self.first_type(one))
        for one in self.asked.values():
            if one.field.type == "calculate" and one.field.calculation is not None:
                kind = self.quiet(one.field.calculation, self.env(one.group))
                self.type_is(one, Type(kind) if kind else ANY)
        self.groups()
        for name, one in self.asked.items():
            env = self.env(one.group)
            item = one.field
            for condition in (item.relevant, *(choice.relevant for choice in item.choices.values()), item.constraint):
                self.wants(condition, env, ("bool",))
                self.use(name, condition, own=condition is item.constraint)
            self.wants(item.calculation, env, SCALARS)
            self.use(name, item.calculation)
            for outer in one.around:
                self.use(name, outer)
            if item.lookup is not None:
                self.lookup(name, item.lookup.key, (*one.path, "lookup", "key"), env)
        for page in self.package.pages:
            self.wants(page.relevant, self.env(), ("bool",))
        self.order()

    def lookup(self, name: str, key: str, path: Path, env: Mapping[str, Type]) -> None:
        """A register is asked by an answer that is there already."""
        if key in env and key in self.asked:
            at = self.reading.at(path)
            self.uses.append((name, key, Expression(key, at.line, at.column)))
        elif not self.lenient:
            at = self.reading.at(path)
            self.reading.findings.add("J102", at, f"there is no field {key!r}", missing=f"field {key}")

    def first_type(self, one: Asked) -> Type:
        if (*one.path, "type") in self.reading.doubtful:
            return ANY
        found = type_of_field(one.field, {})
        choices = (*one.path, "choices")
        if (choices in self.reading.doubtful or choices in self.reading.misnamed) and found.kind in ("string", "list"):
            return Type(found.kind, Type("string") if found.kind == "list" else None)
        return found

    def groups(self) -> None:
        for name, one in self.asked.items():
            if (
                one.field.type == "group"
                and one.field.repeat is not None
                and (*one.path, "type") not in self.reading.doubtful
            ):
                inside = self.types.get(name, {})
                members = {member.name: inside.get(member.name, ANY) for member in one.field.fields}
                most = (*one.path, "repeat", "max")
                bounded = one.field.repeat.max is not None or most in self.reading.doubtful
                self.type_is(one, Type("list", Type("item", members=members), bounded=bounded, source="group"))

    def quiet(self, expression: Expression, env: Mapping[str, Type]) -> str:
        try:
            kind = type_of(parse(expression.source), env).kind
        except (TypeFault, ParseError, LimitError):
            return ""
        return kind if kind in SCALARS else ""

    def use(self, name: str, expression: Expression | None, *, own: bool = False) -> None:
        if expression is None:
            return
        try:
            named = set(names(parse(expression.source)))
        except (ParseError, LimitError):
            return
        for other in named:
            if other in self.asked and not (own and other == name):
                self.uses.append((name, other, expression))

    def order(self) -> None:
        """J105 for each circle, once; J106 for what names a field that is asked later."""
        after: dict[str, set[str]] = {name: set() for name in self.asked}
        for name, other, _ in self.uses:
            after[name].add(other)
        for name, one in self.asked.items():
            if one.field.type == "group" and one.field.repeat is not None:
                after[name] |= {member.name for member in one.field.fields if member.name in self.asked}
        circle = circles(after)
        noted: set[tuple[str, ...]] = set()
        # a page's condition is used by each of its fields: where one of them closes a circle, that is the fault
        closing = {(one.line, one.column, other) for name, other, one in self.uses if circle[name] is circle[other]}
        for name, other, expression in sorted(self.uses, key=lambda use: (use[2].line, use[2].column, use[1])):
            here, there = self.asked[name], self.asked[other]
            if (expression.line, expression.column, other) in closing:
                if circle[name] is circle[other] and circle[name] not in noted:
                    noted.add(circle[name])
                    listed = ", ".join(sorted(circle[name], key=lambda one: self.asked[one].order)[:20])
                    self.fault("J105", expression, f"these depend on each other in a circle: {listed}")
                continue
            later = there.order > here.order and here.stage in ("", there.stage)
            if later and there.group in ("", here.group):
                self.fault("J106", expression, f"{other!r} is asked later")

    def outside(self) -> None:
        env = self.env()
        for name, setting in self.package.settings.items():
            own = {"today": TIMESTAMP, "now": TIMESTAMP, "setting": env["setting"], name: self.setting_types[name]}
            self.wants(setting.constraint, own, ("bool",))
        for fee in self.package.fees.values():
            self.wants(fee.when, env, ("bool",))
            amount = self.wants(fee.amount, env, ("int", "double"))
            if amount.kind == "double":
                self.fault("J501", fee.amount, "an amount is a whole number: round_to(x, 1)")
        for stage in self.package.stages.values():
            if isinstance(stage, ReviewStage):
                for review in stage.reviews.values():
                    self.wants(review.when, env, ("bool",))
            elif isinstance(stage, ChoiceStage):
                for branch in stage.branches:
                    self.wants(branch.when, env, ("bool",))
        for document in self.package.documents.values():
            self.wants(document.valid_for, env, ("int",))
            self.wants(document.valid_until, env, ("timestamp",))
            for claim in document.claims.values():
                found = self.wants(claim, env, (*SCALARS, "null"), "J802")
                if found.source in ("national_id", "tax_id", "phone"):
                    self.fault("J802", claim, f"a {found.source} is not carried in the code")
