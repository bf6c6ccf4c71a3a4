"""What is asked on this room's pages: one figure with its source, a reason."""

import re
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


class _Several(forms.FileField):
    """Several files under one name; a list of what came."""

    widget = type("Several", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file as Django cleans one."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(_Several, self).clean(one, initial) for one in given]


class ProposeForm(forms.Form):
    """The files of an edition, and what is new in a sentence. Once valid, `package` holds the texts by name."""

    upload = _Several(widget=_Several.widget({"multiple": True, "accept": ".yaml,.html"}))
    note = forms.CharField(max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang = lang
        self.package: dict[str, str] = {}
        for name, field in self.fields.items():
            field.label = t(f"services.edition_{name}", lang)
            field.help_text = t(f"services.edition_{name}_hint", lang)
            field.error_messages["required"] = t(f"services.need_{name}", lang)

    def clean_upload(self) -> Any:
        """Small texts with plain names, one of them service.yaml; nothing else is looked at."""
        given = self.cleaned_data["upload"]
        if len(given) > MOST_FILES or sum(one.size for one in given) > LARGEST:
            raise forms.ValidationError(t("services.files_too_large", self.lang))
        for one in given:
            name = one.name.rpartition("/")[2].rpartition("\\")[2]
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}\.(yaml|html)", name) or name in self.package:
                raise forms.ValidationError(t("services.file_name", self.lang, name=name[:80]))
            try:
                self.package[name] = one.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(t("services.file_text", self.lang, name=name)) from error
            if "\x00" in self.package[name]:
                raise forms.ValidationError(t("services.file_text", self.lang, name=name))
        if "service.yaml" not in self.package:
            raise forms.ValidationError(t("services.need_upload", self.lang))
        return given


MOST_FILES, LARGEST = 40, 3 * 1024 * 1024
