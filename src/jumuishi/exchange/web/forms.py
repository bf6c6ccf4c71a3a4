"""What is asked on this room's pages. What may be kept is decided by the register, which names the field."""

from typing import Any

from django import forms

from jumuishi.kernel.text import t


def _words(limit: int, **attrs: str) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "off", **attrs})
    return forms.CharField(max_length=limit, required=False, widget=widget)


def _number(least: int, most: int) -> forms.IntegerField:
    widget = forms.TextInput({"inputmode": "numeric", "class": "w12", "autocomplete": "off"})
    return forms.IntegerField(min_value=least, max_value=most, widget=widget)


def _day() -> forms.DateField:
    return forms.DateField(widget=forms.DateInput({"type": "date", "class": "w12"}, format="%Y-%m-%d"))


class Labelled(forms.Form):
    """A form whose labels, hints and errors are this room's texts of the fields' names."""

    use_required_attribute = False
    hints: tuple[str, ...] = ()
    # A field's error where the register's own text says it better.
    needs: dict[str, str] = {}

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang = lang
        for name, field in self.fields.items():
            field.label = t(f"exchange.f_{name}", lang)
            if name in self.hints:
                field.help_text = t(f"exchange.h_{name}", lang)
            for code in field.error_messages:
                field.error_messages[code] = t(self.needs.get(name, "exchange.bad_field"), lang)


class SystemForm(Labelled):
    """A system's name and whom to turn to; its code once."""

    hints = ("code", "contact_name")
    code = _words(60, spellcheck="false")
    name = _words(120)
    contact_name = _words(120)
    contact_email = _words(120, inputmode="email")


class AskerForm(Labelled):
    """Whom to turn to about what the institution's own services ask registers."""

    hints = ("contact_name",)
    contact_name = _words(120)
    contact_email = _words(120, inputmode="email")


class NetworkForm(Labelled):
    """Where calls come from."""

    hints = ("network",)
    network = _words(60, inputmode="text", spellcheck="false")


class ServiceForm(Labelled):
    """A service: what it is called and where it answers."""

    hints = ("code", "url", "keep_days")
    needs = {"seconds": "exchange.bad_number", "keep_days": "exchange.bad_number"}
    code = _words(60, spellcheck="false")
    title_sw = _words(120)
    title_en = _words(120, lang="en")
    url = _words(300, inputmode="url", spellcheck="false")
    seconds = _number(1, 300)
    keep_days = _number(0, 3650)
    checks_certificate = forms.BooleanField(required=False)


class DescriptionForm(Labelled):
    """A file in OpenAPI 3."""

    hints = ("file",)
    needs = {"file": "exchange.needs_file"}
    file = forms.FileField(widget=forms.FileInput({"accept": ".json,.yaml,.yml"}))


class SubjectsForm(Labelled):
    """Where in a call the key of the person stands whom it is about, one rule a line."""

    hints = ("subjects",)
    subjects = forms.CharField(
        max_length=8000, required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false"})
    )


class NoticeForm(Labelled):
    """What callers are told while a service is off."""

    notice = forms.CharField(max_length=300, required=False, widget=forms.Textarea({"rows": 2}))


class ReasonForm(Labelled):
    """Why not, or why no longer."""

    reason = forms.CharField(max_length=500, required=False, widget=forms.Textarea({"rows": 3}))


class AskForm(Labelled):
    """What is asked for, what for, on which law, until when."""

    hints = ("purpose", "purpose_sw", "legal_basis", "fields_wanted", "other_rules")
    needs = {"from_on": "exchange.bad_days", "until_on": "exchange.bad_days", "subsystem": "exchange.needs_system"}
    subsystem = forms.ChoiceField()
    purpose_sw = _words(200)
    purpose_en = _words(200, lang="en")
    purpose = _words(60, spellcheck="false")
    legal_basis = _words(300)
    rules = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    other_rules = forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea({"rows": 2, "spellcheck": "false"})
    )
    fields_wanted = forms.CharField(max_length=4000, required=False, widget=forms.Textarea({"rows": 3}))
    from_on = _day()
    until_on = _day()

    def __init__(self, *args: Any, systems: list[tuple[str, str]], rules: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("subsystem", systems), ("rules", [(one, one) for one in rules])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)  # noqa: S101  # declared above
            field.choices = choices
        if not rules:
            del self.fields["rules"]


class WriteDownForm(AskForm):
    """The same of a system of another node, as its owner has it from a contract."""

    needs = {**AskForm.needs, "subsystem": "exchange.bad_client"}

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, lang=lang, **kwargs)
        self.fields["subsystem"].label = t("exchange.f_client_elsewhere", lang)
