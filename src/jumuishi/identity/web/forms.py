"""What the sign-in pages ask, checked field by field."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from jumuishi.identity.passwords import reason
from jumuishi.identity.rules import normalise_phone
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20", "class": "w12"}


class PageForm(forms.Form):
    """A form whose labels, hints and errors are the room's texts: identity.<field>, identity.<field>_hint."""

    hints: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = language()
        for name, field in self.fields.items():
            field.label = t(f"identity.field_{name}", lang)
            field.error_messages["required"] = t(f"identity.need_{name}", lang)
            if name in self.hints:
                field.help_text = t(f"identity.hint_{name}", lang)

    def refuse(self, field: str, key: str) -> None:
        """Add an error to a field by the key of its text."""
        self.add_error(field, t(key, language()))


class PhoneForm(PageForm):
    """A citizen's phone."""

    hints = ("phone",)
    phone = forms.CharField(
        max_length=24,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "w12"}),
    )

    def clean_phone(self) -> str:
        """The phone as +255XXXXXXXXX."""
        try:
            return normalise_phone(self.cleaned_data["phone"])
        except BadPhoneError:
            raise forms.ValidationError(t("identity.bad_phone", language())) from None


class CodeForm(PageForm):
    """The code that came to the phone."""

    hints = ("code",)
    code = forms.CharField(max_length=20, widget=forms.TextInput(_CODE))


class ResumeForm(PageForm):
    """A guest's resume code."""

    hints = ("resume",)
    resume = forms.CharField(
        max_length=24, widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "w12"})
    )


class Secret(forms.PasswordInput):
    """A password's field: identity/password.js adds a look at what is typed and, with `near`, a meter of strength."""

    def __init__(self, autocomplete: str, *, near: tuple[str, ...] | None = None) -> None:
        super().__init__({"autocomplete": autocomplete})
        self.near = near

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The words of the script stand in the page, in its language."""
        lang = language()
        words = {"data-show": t("identity.look_show", lang), "data-hide": t("identity.look_hide", lang)}
        if self.near is not None:
            keys = ("short", "poor", "near", "enough", "strong")
            words |= {f"data-{key}": t(f"identity.meter_{key}", lang) for key in keys}
            words["data-words"] = " ".join(self.near).lower()
            words["data-least"] = str(settings.IDENTITY_PASSWORD_LEAST)
        return super().get_context(name, value, {**(attrs or {}), **words})


class PasswordForm(PageForm):
    """An officer's name and password."""

    name = forms.CharField(max_length=200, widget=forms.TextInput({"autocomplete": "username webauthn"}))
    password = forms.CharField(max_length=200, widget=Secret("current-password"))


class EmailForm(PageForm):
    """The e-mail that an officer signs in with."""

    email = forms.EmailField(max_length=200, widget=forms.EmailInput({"autocomplete": "email"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["invalid"] = t("identity.need_email", language())


class FactorForm(PageForm):
    """A code of an authenticator app, or a recovery code."""

    hints = ("factor",)
    factor = forms.CharField(max_length=20, widget=forms.TextInput(_CODE))


class TotpForm(PageForm):
    """The first code of an authenticator app that is being added."""

    totp = forms.CharField(max_length=12, widget=forms.TextInput(_CODE))


class NewPasswordForm(PageForm):
    """A password of one's own, typed twice; `near` are words about its owner that make it easy to guess."""

    hints = ("new_password",)
    new_password = forms.CharField(max_length=200, widget=Secret("new-password", near=()))
    again = forms.CharField(max_length=200, widget=Secret("new-password"))

    def __init__(self, *args: Any, near: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = {part for word in near for part in word.replace("@", " ").split() if len(part) > 3}
        self.fields["new_password"].widget.near = tuple(sorted(parts))

    def refuse_weak(self, error: ValidationError) -> None:
        """Say what is wrong with the new password."""
        self.add_error("new_password", t(reason(error), language(), n=settings.IDENTITY_PASSWORD_LEAST))

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        found = super().clean() or {}
        if found.get("new_password") and found.get("again") and found["new_password"] != found["again"]:
            self.refuse("again", "identity.not_the_same")
        return found


class ChangePasswordForm(NewPasswordForm):
    """The password of now, and another in its place."""

    old_password = forms.CharField(max_length=200, widget=Secret("current-password"))
    field_order = ("old_password", "new_password", "again")
