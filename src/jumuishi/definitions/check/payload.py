"""J803: a document's claims, keys and longest values, have room for 300 bytes in its code."""

from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import Binary, Call, Conditional, Literal, Member, Name, Node
from jumuishi.definitions.model import Field, Package, Setting
from jumuishi.definitions.read.reading import Reading

ROOM = 300
_NUMBER, _DATE, _WORDS = 20, 10, 60
# A place's parts are as long as its table allows.
_PLACE = {"code": 12, "level": 8}
_NAME_OF_A_PLACE = 80
_OF_TYPE = {
    "integer": _NUMBER, "money": _NUMBER, "decimal": 24, "yes_no": 5, "date": _DATE, "time": 5, "email": 254,
}  # fmt: skip


def check_payload(package: Package, reading: Reading) -> None:
    """Notes J803 at `claims`; one byte is reckoned for a character, what is longer is cut at issue."""
    for name, document in package.documents.items():
        at = ("documents", name, "claims")
        if any(path[: len(at)] == at or path[-1:] == ("max_length",) for path in reading.doubtful):
            continue
        lengths = _Lengths(package)
        weight = sum(len(key) + lengths.of(one.source) for key, one in document.claims.items())
        if weight > ROOM:
            message = f"the claims may be {weight} bytes long; the code has room for {ROOM}"
            reading.findings.add("J803", reading.at(at), message)


class _Lengths:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.fields = package.all_fields()

    def of(self, source: str) -> int:
        """The longest that an expression's value may be, in characters; 0 for one that is at fault elsewhere."""
        try:
            return self.longest(parse(source), 0)
        except (ParseError, LimitError):
            return 0

    def longest(self, node: Node, depth: int) -> int:
        match node:
            case Literal(value=value):
                return 0 if value is None else len(str(value))
            case Conditional(yes=yes, no=no):
                return max(self.longest(yes, depth), self.longest(no, depth))
            case Binary(operator="+", left=left, right=right) if self.is_text(node):
                return self.longest(left, depth) + self.longest(right, depth)
            case Binary(operator=operator):
                return 5 if operator in ("==", "!=", "<", "<=", ">", ">=", "&&", "||", "in") else _NUMBER
            case Call(name="string", args=(one,)):
                return self.longest(one, depth)
            case Call(name="timestamp" | "add_months"):
                return _DATE
            case Member(target=Name(name="setting"), name=name):
                setting = self.package.settings.get(name)
                return self.field(setting, depth) if setting is not None else 0
            case Member(name=name):
                return _PLACE.get(name, _NAME_OF_A_PLACE)
            case Name(name="today" | "now"):
                return _DATE
            case Name(name=name):
                return self.field(self.fields[name], depth + 1) if name in self.fields else 0
            case _:
                return _NUMBER

    def is_text(self, node: Node) -> bool:
        """Whether a sum joins texts: some part of it is one."""
        match node:
            case Literal(kind=kind):
                return kind == "string"
            case Binary(operator="+", left=left, right=right):
                return self.is_text(left) or self.is_text(right)
            case Conditional(yes=yes):
                return self.is_text(yes)
            case Call(name=name):
                return name == "string"
            case Member(target=Name(name="setting"), name=name):
                setting = self.package.settings.get(name)
                return setting is not None and setting.type not in _OF_TYPE
            case Member():
                return True
            case Name(name=name):
                return name in self.fields and self.fields[name].type not in (*_OF_TYPE, "calculate")
            case _:
                return False

    def field(self, one: Field | Setting, depth: int) -> int:
        if isinstance(one, Setting):
            return _OF_TYPE.get(one.type, _WORDS)
        if one.type == "calculate":
            if one.calculation is None or depth > 30:
                return 0
            try:
                return self.longest(parse(one.calculation.source), depth)
            except (ParseError, LimitError):
                return 0
        if one.type == "select_one":
            return max(map(len, one.choices), default=0)
        return one.length_limit or _OF_TYPE.get(one.type, _WORDS)
