"""What is asked on this room's pages."""

from typing import Any
from uuid import UUID

from django import forms

from jumuishi.institutions.types import KINDS
from jumuishi.kernel.text import t

LETTER_LIMIT = 5 * 1024 * 1024
_BEGINNINGS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "w12"}
Choices = list[tuple[str, str]]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "w12"}, format="%Y-%m-%d")


class _Labelled(forms.Form):
    """A form whose labels, hints and errors are this room's texts of the fields' names."""

    hints: tuple[str, ...] = ()

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang = lang
        for name, field in self.fields.items():
            field.label = t(f"institutions.{name}", lang)
            if name in self.hints:
                field.help_text = t(f"institutions.hint_{name}", lang)
            for code in field.error_messages:
                field.error_messages[code] = t(f"institutions.need_{name}", lang)

    def offer(self, name: str, choices: Choices) -> None:
        """Fill a field of choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared below
        field.choices = choices


def _words(limit: int, **attrs: str) -> forms.CharField:
    return forms.CharField(max_length=limit, widget=forms.TextInput({"autocomplete": "off", **attrs}))


class JoinForm(_Labelled):
    """A request to be let in, with its proof."""

    hints = ("domain", "contact_email", "letter", "name_sw")
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    name_sw = _words(120)
    name_en = _words(120)
    domain = forms.CharField(
        max_length=160, required=False, widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"})
    )
    contact_name = forms.CharField(max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    contact_email = forms.EmailField(max_length=120, widget=forms.EmailInput({"autocomplete": "email"}))
    contact_phone = forms.CharField(
        max_length=16, widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "class": "w12"})
    )
    letter = forms.FileField(widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"}))

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        self.offer("kind", [(one, t(f"institutions.kind_{one}", lang)) for one in KINDS])

    def clean_letter(self) -> Any:
        """Type by content, not by name."""
        file = self.cleaned_data["letter"]
        if file.size > LETTER_LIMIT or not file.read(8).startswith(_BEGINNINGS):
            raise forms.ValidationError(t("institutions.err_letter", self.lang))
        file.seek(0)
        return file


class FollowForm(_Labelled):
    """The code by which an asker follows the request."""

    hints = ("follow",)
    follow = forms.CharField(
        max_length=24, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "w12"})
    )


class MailCodeForm(_Labelled):
    """The code that came to the official e-mail."""

    hints = ("mail_code",)
    mail_code = forms.CharField(max_length=12, widget=forms.TextInput(_CODE))


class PostForm(_Labelled):
    """A post: title, roles, unit, last day."""

    hints: tuple[str, ...] = ("roles", "until_on")
    title_sw = _words(80)
    title_en = _words(80)
    roles = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    unit = forms.ChoiceField(required=False)
    until_on = forms.DateField(widget=_day(), required=False)

    def post(self) -> dict[str, Any]:
        """What the verbs of staff take."""
        given = self.cleaned_data
        return {
            "title": {"sw": given["title_sw"], "en": given["title_en"]},
            "roles": list(given["roles"]),
            "unit_id": UUID(given["unit"]) if given["unit"] else None,
            "until_on": given["until_on"],
        }


class StaffForm(PostForm):
    """A person to invite, and the post."""

    hints = ("roles", "until_on", "email")
    name = forms.CharField(max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    email = forms.EmailField(max_length=120, widget=forms.EmailInput({"autocomplete": "off"}))
    from_on = forms.DateField(widget=_day(), required=False)
    field_order = ("name", "email", "title_sw", "title_en", "roles", "unit", "from_on", "until_on")


class DelegateForm(_Labelled):
    """Whom to lend which roles, and how long."""

    to_person = forms.ChoiceField()
    lent = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    from_on = forms.DateField(widget=_day())
    until_on = forms.DateField(widget=_day())


class HandOverForm(_Labelled):
    """Who takes over as head, under which title."""

    successor = forms.ChoiceField()
    title_sw = _words(80)
    title_en = _words(80)


class UnitForm(_Labelled):
    """A unit's name, and the one that it lies in."""

    name_sw = _words(80)
    name_en = _words(80)
    parent = forms.ChoiceField(required=False)


class HeadForm(_Labelled):
    """Who heads an institution from now on, and why."""

    hints = ("head_email",)
    head_name = _words(120)
    head_email = forms.EmailField(max_length=120, widget=forms.EmailInput({"autocomplete": "off"}))
    reason = _words(500)


class HolidayForm(_Labelled):
    """A day off and who announced it."""

    day = forms.DateField(widget=_day())
    name_sw = _words(80)
    name_en = _words(80)
    source = _words(200)
