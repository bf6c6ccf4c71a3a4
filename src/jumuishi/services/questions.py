"""The fields of a definition as data that crosses the wall: what a client needs to build a form. Pure."""

from collections.abc import Iterable

from jumuishi.definitions.types import Expression, Field, Text
from jumuishi.services.types import Option, Question


def question(field: Field, offered: Iterable[str] | None = None) -> Question:
    """One field; `offered` names the choices that are left with the answers so far (else all, with conditions)."""
    left = set(field.choices) if offered is None else set(offered)
    options = [
        Option(key, dict(choice.label), None if offered is not None else source(choice.relevant))
        for key, choice in field.choices.items()
        if key in left
    ]
    return Question(
        name=field.name,
        type=field.type,
        required=field.required,
        label=words(field.label),
        hint=words(field.hint),
        relevant=source(field.relevant),
        constraint=source(field.constraint),
        constraint_message=words(field.constraint_message),
        calculation=source(field.calculation),
        default=list(field.default) if isinstance(field.default, tuple) else field.default,
        max_length=field.length_limit,
        options=options or None,
        level=field.level,
        accept=list(field.accept) or None,
        max_kb=field.max_kb,
        doors=dict(field.doors) or None,
        repeat_min=field.repeat.min if field.repeat else None,
        repeat_max=field.repeat.max if field.repeat else None,
        fields=[question(one) for one in field.fields] or None,
    )


def words(text: Text | None) -> dict[str, str] | None:
    """A text in each language."""
    return dict(text) if text is not None else None


def source(expression: Expression | None) -> str | None:
    """An expression as its author wrote it (CEL)."""
    return expression.source if expression is not None else None
