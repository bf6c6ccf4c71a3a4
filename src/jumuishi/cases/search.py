"""What a case is found by: a narrow table of folded words with the tenant first, so that an index serves it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jumuishi.cases.models import Case, Find
from jumuishi.definitions.types import Package
from jumuishi.kernel.statements import Soon
from jumuishi.kernel.text import fold, number_in

MOST = 24
LEAST, LONGEST = 6, 60
# After every letter that a word is folded to.
LAST = "\U0010ffff"
# A beginning that more words than this share is asked as a range; a word in more cases than this is frequent.
SHARED, FREQUENT = 50, 3000
# Each step goes to the next word that differs, however many cases the last one stands in.
_TOKENS = """
WITH RECURSIVE word(token) AS (
  (SELECT token FROM cases_find WHERE institution_id = %(home)s AND token >= %(word)s AND token < %(end)s
   ORDER BY token LIMIT 1)
  UNION ALL
  SELECT (SELECT f.token FROM cases_find f WHERE f.institution_id = %(home)s AND f.token > word.token
          AND f.token < %(end)s ORDER BY f.token LIMIT 1)
  FROM word WHERE word.token IS NOT NULL)
SELECT token FROM word WHERE token IS NOT NULL LIMIT %(most)s
"""


def title_of(package: Package, answers: Mapping[str, Any]) -> str:
    """How a case is called in lists: the first short text that was answered, else the service."""
    for field in package.page_fields():
        if field.type == "text" and answers.get(field.name):
            return str(answers[field.name])[:120]
    return str(package.name[package.language])[:120]


def words_of(case: Case) -> set[str]:
    """Folded words of the title and of short answers, the reference, and the phone with its last nine digits."""
    texts = [case.title, *(value for value in case.state["answers"].values() if isinstance(value, str))]
    found = {word[:LONGEST] for text in texts for word in fold(text[:200]).split() if len(word) > 1}
    # A number in groups is looked for whole: its groups stand in many cases.
    numbers = {whole for text in texts if len(whole := number_in(text)) >= LEAST}
    digits = "".join(c for c in case.phone if c.isdigit())
    return {
        case.reference,
        *sorted(numbers)[:MOST],
        *((digits, digits[-9:], "0" + digits[-9:]) if digits else ()),
        *sorted(found)[:MOST],
    }


_INDEX = Soon(
    "INSERT INTO cases_find (institution_id, token, case_id) SELECT %s::uuid, unnest(%s::text[]), %s::uuid "
    "ON CONFLICT DO NOTHING"
)


def index(case: Case) -> None:
    """Write the case's words in one statement; again does no harm."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, [case.institution_id, sorted(words_of(case)), case.id])


def beginning(word: str) -> Q:
    """Tokens that begin with a word: a range and no LIKE, since comparing is leakproof: policies leave it the index."""
    return Q(token__gte=word, token__lt=word + LAST)


def rarest_first(institution_id: UUID, words: Sequence[str]) -> list[Q]:
    """For each word typed, the tokens of the institution's cases that begin with it; what stands in fewest cases first.

    Equal tokens let the index give its cases in their order; a range could not.
    """
    found = []
    with connection.cursor() as cursor:
        for word in words:
            given: dict[str, UUID | str | int] = {
                "home": institution_id,
                "word": word,
                "end": word + LAST,
                "most": SHARED + 1,
            }
            cursor.execute(_TOKENS, given)
            tokens = [token for (token,) in cursor.fetchall()]
            found.append(Q(token__in=tokens) if len(tokens) <= SHARED else beginning(word))
    if len(found) == 1:
        return found
    rows = Find.objects.filter(institution_id=institution_id)
    sizes = [rows.filter(one)[:FREQUENT].count() for one in found]
    return [found[n] for n in sorted(range(len(found)), key=sizes.__getitem__)]
