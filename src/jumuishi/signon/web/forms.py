"""What is asked on this room's pages. What may be kept is decided by the register, which names the field."""

from typing import Any

from django import forms

from jumuishi.kernel.text import t
from jumuishi.signon import rules
from jumuishi.signon.types import Audience, ClientKind, Terms


def _words(limit: int, **attrs: str) -> forms.CharField:
    return forms.CharField(max_length=limit, required=False, widget=forms.TextInput({"autocomplete": "off", **attrs}))


def _lines() -> forms.CharField:
    return forms.CharField(
        max_length=4000, required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false", "inputmode": "url"})
    )


class ClientForm(forms.Form):
    """A system, whom it lets in, where people are sent, what it is told."""

    use_required_attribute = False
    hints = ("name", "kind", "redirects", "after_logout", "told_at", "purpose_sw", "basis", "scopes")
    name = _words(80)
    kind = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    audience = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    redirects = _lines()
    after_logout = _lines()
    told_at = _words(300, inputmode="url", spellcheck="false")
    scopes = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    purpose_sw = _words(200)
    purpose_en = _words(200, lang="en")
    basis = _words(300)

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "kind": [(one.value, t(f"signon.kind_{one.value}", lang)) for one in ClientKind],
            "audience": [(one.value, t(f"signon.audience_{one.value}", lang)) for one in Audience],
            "scopes": [(one, t(f"signon.fact_{one}", lang)) for one in (*rules.FACTS, rules.OFFLINE)],
        }
        for name, field in self.fields.items():
            field.label = t(f"signon.f_{name}", lang)
            if name in self.hints:
                field.help_text = t(f"signon.h_{name}", lang)
            if isinstance(field, forms.ChoiceField):
                field.choices = choices[name]
            for code in field.error_messages:
                field.error_messages[code] = t("signon.bad_field", lang)

    def terms(self) -> Terms:
        """What was typed, as the register takes it."""
        said = self.cleaned_data
        return Terms(
            audience=said["audience"], redirects=said["redirects"].split(), scopes=said["scopes"],
            purpose={"sw": said["purpose_sw"], "en": said["purpose_en"]}, basis=said["basis"],
            after_logout=said["after_logout"].split(), told_at=said["told_at"],
        )  # fmt: skip


def typed(terms: Terms) -> dict[str, Any]:
    """Terms as the form's first values."""
    return {
        "audience": terms.audience, "redirects": "\n".join(terms.redirects), "scopes": terms.scopes,
        "purpose_sw": terms.purpose.get("sw", ""), "purpose_en": terms.purpose.get("en", ""), "basis": terms.basis,
        "after_logout": "\n".join(terms.after_logout), "told_at": terms.told_at,
    }  # fmt: skip


class ReasonForm(forms.Form):
    """Why not."""

    use_required_attribute = False
    reason = forms.CharField(max_length=300, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = t("signon.f_reason", lang)
