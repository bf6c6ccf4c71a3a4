"""Words that are tried first here, and are in no list from elsewhere."""

import re

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
            raise ValidationError("a word that is tried first")

    def get_help_text(self) -> str:
        """Said by the form's own hint."""
        return ""
