"""What is asked on this room's pages."""

from typing import Any

from django import forms

from jumuishi.institutions.types import KINDS
from jumuishi.kernel.text import t

LETTER_LIMIT = 5 * 1024 * 1024
_BEGINNINGS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_DAY = forms.DateInput(attrs={"type": "date", "class": "w12"})


class _Labelled(forms.Form):
    """A form whose labels are this room's texts of the fields' names."""

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang = lang
        for name, field in self.fields.items():
            field.label = t(f"institutions.{name}", lang)


class JoinForm(_Labelled):
    """A request to be let in, with its proof."""

    kind = forms.ChoiceField()
    name_sw = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120)
    domain = forms.CharField(max_length=120, required=False)
    contact_name = forms.CharField(max_length=120)
    contact_email = forms.EmailField(max_length=120)
    contact_phone = forms.CharField(max_length=16)
    letter = forms.FileField()

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101  # declared above
        kind.choices = [(one, t(f"institutions.kind_{one}", lang)) for one in KINDS]

    def clean_letter(self) -> Any:
        """Type by content, not by name."""
        file = self.cleaned_data["letter"]
        if file.size > LETTER_LIMIT or not file.read(8).startswith(_BEGINNINGS):
            raise forms.ValidationError(t("institutions.err_letter", self.lang))
        file.seek(0)
        return file


class StaffForm(_Labelled):
    """A person to invite, and the post."""

    name = forms.CharField(max_length=120)
    email = forms.EmailField(max_length=120)
    title_sw = forms.CharField(max_length=80)
    title_en = forms.CharField(max_length=80)
    roles = forms.RegexField(r"^[a-z][a-z-]*( [a-z][a-z-]*)*$", max_length=200)
    unit = forms.ChoiceField(required=False)


class DelegateForm(_Labelled):
    """Whom to lend which roles, and how long."""

    to_person = forms.ChoiceField()
    roles = forms.RegexField(r"^[a-z][a-z-]*( [a-z][a-z-]*)*$", max_length=200)
    from_on = forms.DateField(widget=_DAY)
    until_on = forms.DateField(widget=_DAY)


class UnitForm(_Labelled):
    """A unit's name."""

    name_sw = forms.CharField(max_length=80)
    name_en = forms.CharField(max_length=80)


class HolidayForm(_Labelled):
    """A day off and who announced it."""

    day = forms.DateField(widget=_DAY)
    name_sw = forms.CharField(max_length=80)
    name_en = forms.CharField(max_length=80)
    source = forms.CharField(max_length=200)
