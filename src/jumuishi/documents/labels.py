"""Names of claims as people read them; no Django, since the command that verifies starts without."""

from jumuishi.kernel.text import texts


def claim_label(key: str, lang: str) -> str:
    """A claim's name as people read it."""
    known = texts().get(f"documents.claim_{key}")
    return known[lang] if known else key.replace("_", " ").capitalize()
