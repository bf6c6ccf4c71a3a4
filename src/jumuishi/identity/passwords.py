"""Words that are tried first here, and are in no list from elsewhere; and why a password is refused."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError

# With any numbers and signs round it such a word is no secret: Tanzania2026!
_WORDS = """
jumuishi tanzania zanzibar dodoma dar daressalaam arusha mwanza nywila nenosiri siri password passw passwd admin karibu
welcome serikali halmashauri ofisi afisa mkurugenzi simba yanga mungu yesu allah uhuru umoja amani qwerty letmein habari
mambo asante nakupenda
"""
WORDS = frozenset(_WORDS.split())


class NearbyPasswordValidator:
    """Refuses one such word, or the same one twice, with numbers and signs only."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  # Django's shape
        """Raises ValidationError."""
        letters = re.sub(r"[\W\d_]+", "", password.casefold())
        if letters in WORDS or (letters[: len(letters) // 2] * 2 == letters and letters[: len(letters) // 2] in WORDS):
            raise ValidationError("a word that is tried first", code="password_nearby")

    def get_help_text(self) -> str:
        """Said by the form's own hint."""
        return ""


_REASONS = {
    "password_too_short": "identity.weak_short",
    "password_too_similar": "identity.weak_similar",
    "password_too_common": "identity.weak_common",
    "password_nearby": "identity.weak_common",
}


def reason(error: ValidationError) -> str:
    """The text's key that says what is wrong with a refused password, the plainest thing first; {n} is the least."""
    codes = [one.code for one in error.error_list]
    return next((key for code, key in _REASONS.items() if code in codes), "identity.weak_common")


def is_short(password: str) -> bool:
    """Whether a password is of the time when fewer signs were enough."""
    return len(password) < settings.IDENTITY_PASSWORD_LEAST
