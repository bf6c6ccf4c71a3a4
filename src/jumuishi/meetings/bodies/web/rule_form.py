"""The form of one rule, made from its shape: its values, the clause, the words."""

from collections.abc import Mapping
from typing import Any

from django import forms

from jumuishi.kernel.text import t
from jumuishi.meetings.bodies.types import WrongOrdersError
from jumuishi.meetings.orders.shape import CLAUSE, WORDS, Field, Sort, fields_of
from jumuishi.meetings.orders.words import choice_name, fault_said


class RuleForm(forms.Form):
    """One rule; nothing is chosen for the person, and an empty form is a rule that is not entered."""

    use_required_attribute = False

    def __init__(self, *args: Any, name: str, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape = fields_of(name) or ()
        for one in self.shape:
            self.fields[one.name] = _field(one, lang)
            self.fields[one.name].label = t(f"meetings.field_{one.name}", lang)
            self.fields[one.name].help_text = t("meetings.h_sections", lang) if one.sort is Sort.SECTIONS else ""
        self.fields["clause"] = forms.CharField(
            required=False, max_length=CLAUSE, label=t("meetings.field_clause", lang),
            help_text=t("meetings.h_clause", lang), widget=forms.TextInput({"autocomplete": "off"}),
        )  # fmt: skip
        self.fields["words"] = forms.CharField(
            required=False, max_length=WORDS, label=t("meetings.field_words", lang),
            help_text=t("meetings.h_words", lang), widget=forms.Textarea({"rows": 4}),
        )  # fmt: skip
        for field in self.fields.values():
            for code in field.error_messages:
                field.error_messages[code] = t("meetings.bad_field", lang)

    def rule(self) -> dict[str, Any]:
        """The table that was typed; empty where nothing was. What can't be read stays as typed, for the check."""
        found = {one.name: _value(one, self.cleaned_data[one.name]) for one in self.shape}
        found = {key: value for key, value in found.items() if value not in ("", [], None)}
        said = {key: " ".join(self.cleaned_data[key].split()) for key in ("clause", "words")}
        return {**found, **said} if found or any(said.values()) else {}

    def refuse(self, error: WrongOrdersError, lang: str) -> None:
        """Say what is wrong at its field."""
        for fault in error.faults:
            parts = set(fault.place.split("."))
            field = next((name for name in self.fields if name in parts), None)
            self.add_error(field, fault_said(fault, lang))


def _field(one: Field, lang: str) -> forms.Field:
    if one.sort is Sort.FLAG:
        choices = [("yes", t("meetings.yes", lang)), ("no", t("meetings.no", lang))]
        return forms.ChoiceField(required=False, widget=forms.RadioSelect, choices=choices)
    names = [(value, choice_name(one, value, lang)) for value in one.choices]
    if one.sort is Sort.ONE:
        return forms.ChoiceField(required=False, widget=forms.RadioSelect, choices=names)
    if one.sort is Sort.MANY:
        return forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, choices=names)
    if one.sort is Sort.SECTIONS:
        return forms.CharField(required=False, widget=forms.Textarea({"rows": 12, "spellcheck": "false"}))
    attrs = {"autocomplete": "off", "class": "w5"} | ({"inputmode": "numeric"} if one.sort is Sort.NUMBER else {})
    return forms.CharField(required=False, max_length=12, widget=forms.TextInput(attrs))


def _value(one: Field, typed: Any) -> Any:
    match one.sort:
        case Sort.NUMBER:
            text = typed.strip()
            return int(text) if text.isascii() and text.isdecimal() else text
        case Sort.SHARE:
            return "".join(typed.split())
        case Sort.FLAG:
            return {"yes": True, "no": False}.get(typed)
        case Sort.SECTIONS:
            return [_section(line) for line in typed.splitlines() if line.strip()]
        case _:
            return typed


def _section(line: str) -> dict[str, str]:
    cells = [cell.strip() for cell in line.split("|")]
    found = dict(zip(("key", "sw", "en", "comes"), cells, strict=False))
    return {key: value for key, value in found.items() if value or key != "comes"}


def typed(name: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as the form's first values."""
    found = {key: value for key, value in rule.items() if key in ("clause", "words")}
    for one in fields_of(name) or ():
        if one.name in rule:
            found[one.name] = _typed(one, rule[one.name])
    return found


def _typed(one: Field, value: Any) -> Any:
    if one.sort is Sort.FLAG:
        return "yes" if value else "no"
    if one.sort is Sort.SECTIONS:
        keys = ("key", "sw", "en", "comes")
        return "\n".join(" | ".join(each[key] for key in keys if each.get(key)) for each in value)
    return value
