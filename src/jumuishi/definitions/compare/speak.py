"""An expression, a span, a type in words: labels for names, words for signs; what has no words stays as written."""

from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import (
    Binary,
    Call,
    Conditional,
    Index,
    Items,
    Literal,
    Macro,
    Member,
    Name,
    Node,
    Unary,
    Unsupported,
)
from jumuishi.definitions.model import Expression, Field, Package, Within
from jumuishi.kernel.spoken import say_span
from jumuishi.kernel.text import t

_TIGHTNESS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "+": 4, "-": 4, "*": 5,
              "/": 5, "%": 5}  # fmt: skip
_WORDS = {"||": "or", "&&": "and", "==": "is", "!=": "is_not", "<": "under", "<=": "at_most", ">": "over",
          ">=": "at_least", "in": "among"}  # fmt: skip
_SIGNS = {"*": "×", "/": "÷", "-": "−"}


def expression_words(one: Expression, package: Package, lang: str) -> str:
    """ "Aina ya biashara ni Chakula na Miaka ya leseni si zaidi ya 3"."""
    try:
        return _Speaker(package, lang).say(parse(one.source))
    except (ParseError, LimitError):
        return one.source


def within_words(within: Within, package: Package, lang: str) -> str:
    """A span, or by which figure of the institution it goes."""
    if within.n is not None:
        return say_span(within.n, within.unit, lang)
    setting = package.settings.get(within.setting or "")
    unit = t(f"definitions.unit_{within.unit}", lang)
    label = setting.label.in_language(lang) if setting else within.setting
    return t("definitions.say_by_setting", lang, setting=label, unit=unit)


def label_of(field: Field, lang: str) -> str:
    """A field as people know it."""
    return field.label.in_language(lang) if field.label else field.name


class _Speaker:
    def __init__(self, package: Package, lang: str) -> None:
        self.package, self.lang = package, lang
        self.fields = package.all_fields()

    def say(self, node: Node, around: int = 0) -> str:
        """The words of a node; in brackets where what stands around binds it more tightly."""
        match node:
            case Binary(operator=operator, left=left, right=right):
                tight = _TIGHTNESS[operator]
                sign = self._word(_WORDS[operator]) if operator in _WORDS else _SIGNS.get(operator, operator)
                one, other = self._sides(left, right)
                said = f"{one or self.say(left, tight)} {sign} {other or self.say(right, tight + 1)}"
                if operator in ("==", "!=") and _is_null(right):
                    said = t(f"definitions.say_{'un' if operator == '==' else ''}answered", self.lang,
                             what=self.say(left, tight))  # fmt: skip
                return f"({said})" if tight < around else said
            case Unary(operator="!", operand=operand):
                return t("definitions.say_not", self.lang, what=self.say(operand, 9))
            case Unary(operator=operator, operand=operand):
                return f"{operator}{self.say(operand, 9)}"
            case Conditional(test=test, yes=yes, no=no):
                parts = {"test": self.say(test), "yes": self.say(yes), "no": self.say(no)}
                said = t("definitions.say_if", self.lang, **parts)
                return f"({said})" if around else said
            case Call(name=name, args=args, target=target):
                given = ", ".join(self.say(one) for one in (*((target,) if target is not None else ()), *args))
                known = ("size", "years_between", "add_months", "round_to", "double", "int")
                return t(f"definitions.say_{name}", self.lang, what=given) if name in known else f"{name}({given})"
            case Macro(name=name, target=target, body=body):
                named = name if name in ("all", "exists") else "each"
                return t(f"definitions.say_{named}", self.lang, group=self.say(target), what=self.say(body))
            case _:
                return self._simple(node)

    def _simple(self, node: Node) -> str:
        match node:
            case Literal(value=value):
                return self._value(value)
            case Name(name=name):
                if name in ("today", "now"):
                    return self._word(name)
                return label_of(self.fields[name], self.lang) if name in self.fields else name
            case Member(target=Name(name="setting"), name=name) if name in self.package.settings:
                return self.package.settings[name].label.in_language(self.lang)
            case Member(target=Name(name=owner), name=name) if owner not in self.fields and name in self.fields:
                return label_of(self.fields[name], self.lang)
            case Member(target=target, name=name):
                part = self._word(f"part_{name}") if name in _PARTS else name
                return f"{self.say(target, 9)} ({part})"
            case Index(target=target, index=index):
                return f"{self.say(target, 9)}[{self.say(index)}]"
            case Items(items=items):
                return ", ".join(self.say(one) for one in items)
            case Unsupported(what=what):
                return what
            case _:
                return self.say(node)

    def _sides(self, left: Node, right: Node) -> tuple[str, str]:
        """Choice keys beside their question as the labels that people choose; empty for a side that is none."""
        return self._choice(right, left), self._choice(left, right)

    def _choice(self, asked: Node, key: Node) -> str:
        if isinstance(key, Items):
            said = [self._choice(asked, one) for one in key.items]
            return ", ".join(said) if said and all(said) else ""
        name = asked.name if isinstance(asked, Name | Member) else ""
        field = self.fields.get(name)
        if field is None or not isinstance(key, Literal) or not isinstance(key.value, str):
            return ""
        choice = field.choices.get(key.value)
        return f"“{choice.label.in_language(self.lang)}”" if choice else ""

    def _value(self, value: object) -> str:
        if value is None or isinstance(value, bool):
            return self._word({None: "nothing", True: "yes", False: "no"}[value])
        if isinstance(value, int):
            return f"{value:,}"
        return f"“{value}”" if isinstance(value, str) else str(value)

    def _word(self, name: str) -> str:
        return t(f"definitions.say_{name}", self.lang)


_PARTS = ("code", "name", "level", "region", "district", "ward")


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None
