"""What is asked about a body and its members. What may be kept is decided by the actions, which name the field."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import Colleague
from jumuishi.kernel.text import t
from jumuishi.meetings.bodies.sheet import place_code
from jumuishi.meetings.bodies.types import BodyRefusedError, BodySaid, MemberSaid
from jumuishi.meetings.models import Body
from jumuishi.meetings.orders.shape import ROLES
from jumuishi.meetings.orders.words import role_name


def words(limit: int, **attrs: str) -> forms.CharField:
    """A line of text."""
    return forms.CharField(max_length=limit, required=False, widget=forms.TextInput({"autocomplete": "off", **attrs}))


def day() -> forms.DateField:
    """A day."""
    return forms.DateField(required=False, widget=forms.DateInput({"type": "date", "class": "w12"}, format="%Y-%m-%d"))


class Asked(forms.Form):
    """A form whose words are the room's: `meetings.body_f_NAME`, and `meetings.body_h_NAME` where `hints` name it."""

    use_required_attribute = False
    hints: tuple[str, ...] = ()

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = t(f"meetings.body_f_{name}", lang)
            if name in self.hints:
                field.help_text = t(f"meetings.body_h_{name}", lang)
            for code in field.error_messages:
                field.error_messages[code] = t("meetings.bad_field", lang)

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What may be chosen there."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # so it is declared
        field.choices = choices


class BodyForm(Asked):
    """A body."""

    hints = ("name_en", "seats", "place", "is_public", "cases_role")
    what = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    name_sw = words(120)
    name_en = words(120, lang="en")
    seats = words(4, inputmode="numeric")
    parent = forms.ChoiceField(required=False)
    place = words(80)
    is_public = forms.BooleanField(required=False)
    cases_role = forms.ChoiceField(required=False)

    def __init__(
        self, *args: Any, lang: str, others: QuerySet[Body], committees: Mapping[str, Mapping[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        if committees:
            found = [(role, name[lang]) for role, name in committees.items()]
            self.choose("cases_role", [("", t("meetings.no_cases_role", lang)), *found])
        else:
            del self.fields["cases_role"]
        self.choose("what", [(one.value, t(f"meetings.what_{one.value}", lang)) for one in Body.What])
        self.choose("parent", [("", t("meetings.no_parent", lang)), *((str(one.id), one.name[lang]) for one in others)])

    def said(self) -> BodySaid:
        """What was typed. Raises BodyRefusedError."""
        found = self.cleaned_data
        seats = found["seats"].strip()
        if seats and not (seats.isascii() and seats.isdecimal()):
            raise BodyRefusedError("meetings.bad_seats", "seats")
        return BodySaid(
            found["what"], {"sw": found["name_sw"], "en": found["name_en"]}, int(seats) if seats else None,
            found["is_public"], place_code(found["place"]), UUID(found["parent"]) if found["parent"] else None,
            found.get("cases_role", ""),
        )  # fmt: skip


def typed_body(body: Body) -> dict[str, Any]:
    """A body as the form's first values."""
    return {
        "what": body.what, "name_sw": body.name["sw"], "name_en": body.name["en"], "seats": body.seats,
        "parent": str(body.parent_id or ""), "place": place_name(body.place), "is_public": body.is_public,
        "cases_role": body.cases_role,
    }  # fmt: skip


class MemberForm(Asked):
    """A member: who, as what, for how long, how reached."""

    hints = ("seat", "place", "phone", "officer", "until_on")
    name = words(120)
    role = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    seat = words(60)
    place = words(80)
    from_on = day()
    until_on = day()
    phone = words(20, inputmode="tel")
    email = words(120, inputmode="email")
    language = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    officer = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, lang: str, officers: list[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        self.choose("role", [(one, role_name(one, lang)) for one in ROLES])
        self.choose("language", [(one, t(f"meetings.language_{one}", lang)) for one in ("sw", "en")])
        people = [(str(one.person_id), f"{one.name} ({one.title[lang]})") for one in officers]
        self.choose("officer", [("", t("meetings.no_officer", lang)), *people])

    def said(self) -> MemberSaid:
        """What was typed. Raises BodyRefusedError."""
        found = self.cleaned_data
        if found["from_on"] is None:
            raise BodyRefusedError("meetings.bad_day", "from_on")
        return MemberSaid(
            found["name"], found["role"], found["from_on"], found["until_on"], found["seat"],
            place_code(found["place"]), found["phone"], found["email"], found["language"] or "sw",
            UUID(found["officer"]) if found["officer"] else None,
        )  # fmt: skip


def typed_member(said: MemberSaid) -> dict[str, Any]:
    """A member as the form's first values."""
    return {
        "name": said.name, "role": said.role, "seat": said.seat, "place": place_name(said.place),
        "from_on": said.from_on, "until_on": said.until_on, "phone": said.phone, "email": said.email,
        "language": said.language,
    }  # fmt: skip


class EndForm(Asked):
    """When a term ends, and why."""

    on = day()
    why = words(200)


class WhyForm(Asked):
    """A reason."""

    why = forms.CharField(max_length=300, required=False, widget=forms.Textarea({"rows": 3}))


class SheetForm(Asked):
    """Members from a sheet: a file, or its lines."""

    hints = ("sheet", "lines")
    sheet = forms.FileField(required=False)
    lines = forms.CharField(required=False, widget=forms.Textarea({"rows": 6, "spellcheck": "false"}))


class FileForm(Asked):
    """Orders from a TOML file, or its lines."""

    hints = ("file",)
    file = forms.FileField(required=False)
    lines = forms.CharField(required=False, widget=forms.Textarea({"rows": 8, "spellcheck": "false"}))


class GazetteForm(Asked):
    """The gazette number."""

    hints = ("gazette",)
    gazette = words(120)


class ProposeForm(Asked):
    """From which day."""

    hints = ("from_on_orders",)
    from_on_orders = day()

    def day(self) -> date:
        """The day. Raises BodyRefusedError."""
        found = self.cleaned_data["from_on_orders"]
        if not isinstance(found, date):
            raise BodyRefusedError("meetings.bad_day", "from_on_orders")
        return found


def place_name(code: str) -> str:
    """A place's name by its code; empty where there is none."""
    found = institutions.place(code) if code else None
    return found.name if found else ""


def uploaded(form: Asked, file: str, lines: str = "lines") -> str:
    """What was uploaded, or typed. Raises BodyRefusedError for what is no UTF-8 text."""
    found = form.cleaned_data[file]
    if found is None:
        return str(form.cleaned_data[lines])
    try:
        return str(found.read(400_000).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BodyRefusedError("meetings.not_utf8", file) from None
