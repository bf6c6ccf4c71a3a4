"""Conditions and spans of a definition in words that its officers use."""

from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import Binary, Items, Literal, Name, Node, Unary
from jumuishi.definitions.model import Expression, Field, Package, Within
from jumuishi.kernel.spoken import say_span
from jumuishi.kernel.text import t

_SAID = {"==": "is", "!=": "is_not", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}


def span_words(package: Package, within: Within, lang: str) -> str:
    """ "siku 3 za kazi"; of a setting its label."""
    if within.n is not None:
        return say_span(within.n, within.unit, lang)
    setting = package.settings.get(within.setting or "")
    return setting.label.in_language(lang) if setting else str(within.setting)


def condition_words(package: Package, condition: Expression, lang: str) -> str:
    """What a condition asks, by the labels of its questions and choices; the expression itself where it is no plain
    comparison."""
    try:
        said = _Words(package, lang).of(parse(condition.source))
    except (ParseError, LimitError):
        said = None
    return said if said is not None else condition.source


class _Words:
    def __init__(self, package: Package, lang: str) -> None:
        self.fields = package.all_fields()
        self.settings = package.settings
        self.lang = lang

    def of(self, node: Node) -> str | None:
        match node:
            case Binary(operator="&&" | "||" as operator, left=left, right=right):
                one, other = self.of(left), self.of(right)
                if one is None or other is None:
                    return None
                if operator == "&&":
                    one, other = (self._in_brackets(part, said) for part, said in ((left, one), (right, other)))
                joined = t("definitions.say_and" if operator == "&&" else "definitions.say_or", self.lang)
                return f"{one} {joined} {other}"
            case Binary(operator="in", left=Name(name=name), right=Items(items=items)):
                values = [self._value(name, one) for one in items]
                if name not in self.fields or any(one is None for one in values):
                    return None
                either = f" {t('definitions.say_or', self.lang)} ".join(filter(None, values))
                return self._say("is", self._label(name), either)
            case Binary(operator=operator, left=Name(name=name), right=right) if operator in _SAID:
                return self._comparison(operator, name, right)
            case Unary(operator="!", operand=Name(name=name)) if name in self.fields:
                return self._say("is", self._label(name), t("definitions.say_no", self.lang))
            case Name(name=name) if name in self.fields:
                return self._say("is", self._label(name), t("definitions.say_yes", self.lang))
            case _:
                return None

    def _comparison(self, operator: str, name: str, right: Node) -> str | None:
        if name not in self.fields:
            return None
        if isinstance(right, Literal) and right.kind == "null":
            return self._say("unanswered" if operator == "==" else "answered", self._label(name), "")
        value = self._value(name, right)
        return None if value is None else self._say(_SAID[operator], self._label(name), value)

    def _value(self, name: str, node: Node) -> str | None:
        match node:
            case Literal(kind="bool", value=value):
                return t("definitions.say_yes" if value else "definitions.say_no", self.lang)
            case Literal(kind="string", value=value):
                field = self.fields.get(name)
                choice = field.choices.get(str(value)) if field is not None else None
                return choice.label.in_language(self.lang) if choice is not None else f"“{value}”"
            case Literal(kind="int" | "double", value=value):
                return f"{value:,}"
            case Name(name=other) if other in self.fields:
                return self._label(other)
            case _:
                return None

    def _label(self, name: str) -> str:
        field: Field = self.fields[name]
        return f"“{field.label.in_language(self.lang)}”" if field.label else name

    def _say(self, how: str, what: str, value: str) -> str:
        return t(f"definitions.say_{how}", self.lang, what=what, value=value)

    def _in_brackets(self, node: Node, said: str) -> str:
        return f"({said})" if isinstance(node, Binary) and node.operator == "||" else said
