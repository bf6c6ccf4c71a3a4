"""What is asked on this room's pages: one figure with its source, a reason."""

from typing import Any

from django import forms

from jumuishi.definitions.types import Setting
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import t


class FigureForm(forms.Form):
    """A figure by its type, where it comes from, and the day that was checked."""

    value = forms.CharField(max_length=200)
    source = forms.CharField(max_length=200, widget=forms.TextInput({"list": "sources", "autocomplete": "off"}))
    checked_on = forms.DateField(widget=forms.DateInput({"type": "date", "class": "w12"}, format="%Y-%m-%d"))

    def __init__(self, data: Any, *, setting: Setting, lang: str, known: dict[str, Any], sources: list[str]) -> None:
        super().__init__(data, initial={**known, "value": _typed(known.get("value"))})
        self.fields["value"] = _value_field(setting, lang)
        for name, field in self.fields.items():
            field.label = t(f"services.field_{name}", lang) if name != "value" else t("services.value", lang)
            field.error_messages["required"] = field.error_messages["invalid"] = t(f"services.need_{name}", lang)
        if setting.type in _HINTED:
            self.fields["value"].help_text = t(f"services.hint_{setting.type}", lang)
        if not sources:
            self.fields["source"].help_text = t("services.hint_source", lang)


_HINTED = ("money", "integer", "decimal", "date")
_MODES = {"money": "numeric", "integer": "numeric", "decimal": "decimal"}


def _typed(value: Any) -> str:
    """A kept value as a person would type it."""
    return ("true" if value else "false") if isinstance(value, bool) else "" if value is None else str(value)


def _value_field(setting: Setting, lang: str) -> forms.Field:
    if setting.type == "yes_no":
        choices = [("true", t("services.yes", lang)), ("false", t("services.no", lang))]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    if setting.type == "institution":
        found = institutions.approved(kind=setting.kind)
        return forms.ChoiceField(choices=[("", ""), *((str(one.id), one.name[lang]) for one in found)])
    if setting.type == "date":
        return forms.CharField(widget=forms.TextInput({"type": "date", "class": "w12"}))
    mode = _MODES.get(setting.type)
    attrs = {"autocomplete": "off", **({"inputmode": mode, "class": "w12"} if mode else {})}
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs))


class WithdrawForm(forms.Form):
    """Why a service is taken back."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = t("services.reason", lang)
        self.fields["reason"].error_messages["required"] = t("services.reason_missing", lang)
