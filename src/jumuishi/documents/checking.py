"""An institution's program looks at documents, for a purpose that it says; whose they are sees that it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.utils import timezone

from jumuishi.documents import queries, verifier
from jumuishi.documents.models import Document
from jumuishi.documents.types import VERIFIED, Checked, Result, Verdict
from jumuishi.identity.public import action, hit, looked, must, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import normalise

SYSTEM = tenancy.Principal.system()
CHECKS_AN_HOUR = 30
Answer = Checked | Verdict | Literal["not_found", "too_often"]


@dataclass(frozen=True)
class Asked:
    """One document: its number with a detail of the holder, or the text of its QR code."""

    number: str = ""
    detail: str = ""
    text: str = ""


@action("documents.document.verify")
def verify_for(*, actor: Actor, client_id: UUID, purpose: str, documents: Sequence[Asked]) -> list[Answer]:
    """What each document is, no more than is printed on it; not_found where number and detail do not go together.

    A number that was tried over 30 times within the hour, here or on the page, is too_often.

    One journal row says who asked about how many and what for; each document that was found is a look at it.
    """
    thing = Thing("verification", new_id(), actor.workplace)
    must(actor, "documents.document.verify", thing)
    with tenancy.acting_as(SYSTEM):
        keys, revoked = queries.trusted_now()
        at = timezone.localtime(clock.now())
        answers: list[Answer] = []
        numbers: set[str] = set()
        for one in documents:
            if one.text.strip():
                verdict = verifier.verify_payload(one.text, keys, revoked, at)
                answers.append(verdict)
                if verdict.code is not None and verdict.result not in (Result.ALTERED, Result.UNKNOWN_KEY):
                    numbers.add(verdict.code.number)
                continue
            if not hit(normalise(one.number), "documents.check", CHECKS_AN_HOUR, 3600):
                answers.append("too_often")
                continue
            checked = queries.find_public(one.number, one.detail)
            answers.append(checked or "not_found")
            if checked is not None:
                numbers.add(normalise(one.number))
        record(actor, thing, after={"purpose": purpose, "documents": len(documents), "client": client_id})
        for row in Document.objects.filter(number__in=numbers):
            looked(actor, Thing("document", row.id, row.institution_id, row.person_id), f"{VERIFIED}{purpose}")
    return answers
