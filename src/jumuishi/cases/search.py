"""What a case is found by: a narrow table of folded words with the tenant first, so that an index serves it."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from jumuishi.cases.models import Case
from jumuishi.definitions.types import Package
from jumuishi.kernel.text import fold, number_in

MOST = 24
LEAST = 6


def title_of(package: Package, answers: Mapping[str, Any]) -> str:
    """How a case is called in lists: the first short text that was answered, else the service."""
    for field in package.page_fields():
        if field.type == "text" and answers.get(field.name):
            return str(answers[field.name])[:120]
    return str(package.name[package.language])[:120]


def words_of(case: Case) -> set[str]:
    """Folded words of the title and of short answers, the reference, and the phone with its last nine digits."""
    texts = [case.title, *(value for value in case.state["answers"].values() if isinstance(value, str))]
    found = {word[:60] for text in texts for word in fold(text[:200]).split() if len(word) > 1}
    # A number in groups is looked for whole: its groups stand in many cases.
    numbers = {whole for text in texts if len(whole := number_in(text)) >= LEAST}
    digits = "".join(c for c in case.phone if c.isdigit())
    return {
        case.reference,
        *sorted(numbers)[:MOST],
        *((digits, digits[-9:], "0" + digits[-9:]) if digits else ()),
        *sorted(found)[:MOST],
    }


def index(case: Case) -> None:
    """Write the case's words in one statement; again does no harm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_find (institution_id, token, case_id) SELECT %s, unnest(%s::text[]), %s "
            "ON CONFLICT DO NOTHING",
            [case.institution_id, sorted(words_of(case)), case.id],
        )
