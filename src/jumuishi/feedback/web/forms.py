"""What is asked on this room's pages."""

from typing import Any

from django import forms

from jumuishi.feedback.types import Answer, Kind
from jumuishi.identity import public as identity
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel.numbers import is_number
from jumuishi.kernel.text import t

Choices = list[tuple[str, str]]


class _Labelled(forms.Form):
    """A form whose labels, hints and errors are this room's texts of the fields' names."""

    hints: tuple[str, ...] = ()

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang = lang
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.HiddenInput):
                continue
            field.label = t(f"feedback.field_{name}", lang)
            if name in self.hints:
                field.help_text = t(f"feedback.hint_{name}", lang)
            for code in field.error_messages:
                field.error_messages[code] = t(f"feedback.need_{name}", lang)

    def offer(self, name: str, choices: Choices) -> None:
        """Fill a field of choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared below
        field.choices = choices


class SayForm(_Labelled):
    """What somebody wants to say, and how the answer reaches them. Nothing is chosen for anybody."""

    hints = ("text", "case_number", "named", "phone")
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    service = forms.ChoiceField(required=False)
    case_number = forms.CharField(
        max_length=24, required=False, widget=forms.TextInput({"inputmode": "numeric", "class": "w16"})
    )
    text = forms.CharField(max_length=4000, widget=forms.Textarea({"rows": 6}))
    role = forms.ChoiceField(required=False)
    named = forms.CharField(max_length=120, required=False, widget=forms.TextInput({"autocomplete": "off"}))
    answer = forms.ChoiceField(widget=forms.RadioSelect)
    phone = forms.CharField(
        max_length=24,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "w12"}),
    )
    once = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, services: Choices, roles: Choices, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = self.lang
        self.offer("kind", [(one.value, t(f"feedback.pick_{one}", lang)) for one in Kind])
        self.offer("service", [("", t("feedback.no_service", lang)), *services])
        self.offer("role", [("", t("feedback.no_role", lang)), *roles])
        ways = [one for one in Answer if is_known or one is not Answer.ME]
        self.offer("answer", [(one.value, t(f"feedback.answer_{one}", lang)) for one in ways])

    def clean_case_number(self) -> str:
        """A number that is given must be one."""
        typed = str(self.cleaned_data["case_number"]).strip()
        if typed and not is_number(typed):
            raise forms.ValidationError(t("feedback.need_case_number", self.lang))
        return typed

    def clean(self) -> dict[str, Any]:
        """An answer by SMS needs a number to send it to."""
        found = super().clean() or self.cleaned_data
        if found.get("answer") == Answer.SMS:
            try:
                identity.normalise_phone(found.get("phone", ""))
            except BadPhoneError:
                self.add_error("phone", t("feedback.need_phone", self.lang))
        return found


class FollowForm(_Labelled):
    """The number and the secret code."""

    hints = ("number", "code")
    number = forms.CharField(
        max_length=40, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "w16"})
    )
    code = forms.CharField(
        max_length=24, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "w12"})
    )


class TermsForm(_Labelled):
    """How soon the institution answers, by which source."""

    hints = ("days", "further_days", "source")
    days = forms.IntegerField(
        min_value=1, max_value=365, widget=forms.TextInput({"inputmode": "numeric", "class": "w5"})
    )
    further_days = forms.IntegerField(
        min_value=1, max_value=365, widget=forms.TextInput({"inputmode": "numeric", "class": "w5"})
    )
    source = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    checked_on = forms.DateField(widget=forms.DateInput({"type": "date", "class": "w12"}, format="%Y-%m-%d"))
