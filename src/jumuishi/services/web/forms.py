"""What is asked on this room's pages: one figure with its source, a reason."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import NotAPackageError, Setting
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
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(_Several, self).clean(one, initial) for one in given]


class ProposeForm(forms.Form):
    """An edition as one zip of its folder or as its files, and what is new in a sentence.

    Once valid, `package` holds the texts by their paths in the folder.
    """

    upload = _Several(widget=_Several.widget({"multiple": True, "accept": ".zip,.yaml,.html"}))
    stories = _Several(required=False, widget=_Several.widget({"multiple": True, "accept": ".yaml"}))
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
        """A zip alone, or small texts with plain names, one of them service.yaml; nothing is written anywhere."""
        given = self.cleaned_data["upload"]
        self._bounded(given)
        if len(given) == 1:
            try:
                files = definitions.files_of_upload(given[0].read())
            except NotAPackageError as error:
                raise forms.ValidationError(t(f"services.package_{error.code}", self.lang)) from error
        elif any(one.name.lower().endswith(".zip") for one in given):
            raise forms.ValidationError(t("services.package_mixed", self.lang))
        else:
            files = self._read(given, "yaml|html")
            if "service.yaml" not in files:
                raise forms.ValidationError(t("services.need_upload", self.lang))
        self._keep(files)
        return given

    def clean_stories(self) -> Any:
        """The author's stories, beside those that a zip holds."""
        given = self.cleaned_data["stories"]
        self._bounded(given)
        self._keep(self._read(given, "yaml"))
        return given

    def _bounded(self, given: list[Any]) -> None:
        if len(given) > MOST_FILES or sum(one.size for one in given) > definitions.MOST_SENT:
            raise forms.ValidationError(t("services.files_too_large", self.lang))

    def _read(self, given: list[Any], kinds: str) -> dict[str, bytes]:
        """By their paths in the folder: yaml beside service.yaml can only be a story."""
        files: dict[str, bytes] = {}
        for one in given:
            name = one.name.rpartition("/")[2].rpartition("\\")[2]
            path = f"tests/{name}" if name.endswith(".yaml") and name != "service.yaml" else name
            if not re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,60}}\.({kinds})", name) or path in files:
                raise forms.ValidationError(t("services.file_name", self.lang, name=name[:80]))
            files[path] = one.read()
        return files

    def _keep(self, files: Mapping[str, bytes]) -> None:
        for name, content in files.items():
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(t("services.file_text", self.lang, name=name[:80])) from error
            if "\x00" in text or name in self.package:
                key = "services.file_text" if "\x00" in text else "services.file_name"
                raise forms.ValidationError(t(key, self.lang, name=name[:80]))
            self.package[name] = text


MOST_FILES = 60
