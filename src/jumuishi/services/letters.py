"""What the author of an edition is told when somebody else decides: by letter, by SMS where no letters go.

Of people it holds nothing: no name, no reason in a person's words. Those stand on the proposal's page, behind sign-in.
"""

from collections.abc import Iterator, Sequence

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Finding, StoryResult
from jumuishi.identity import public as identity
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.services.models import Proposal
from jumuishi.services.types import EditionRefusedError

MOST = 50
"""So many findings stand in a letter; the page has them all."""


def sent_back(row: Proposal, found: Sequence[Finding]) -> None:
    """The approver refused it; `found` is what the check says of it."""
    _tell(row, "refused", found)


def stopped(row: Proposal, error: EditionRefusedError) -> None:
    """The check that runs at the door when it is approved did not let it through."""
    _tell(row, "stopped", error.findings, error.stories, error)


def published(row: Proposal, number: int, found: Sequence[Finding]) -> None:
    """It stands in the catalogue as that edition; `found` are warnings."""
    _tell(row, "published", found, number=number)


def _tell(
    row: Proposal, what: str, found: Sequence[Finding], stories: Sequence[StoryResult] = (),
    error: EditionRefusedError | None = None, number: int = 0,
) -> None:  # fmt: skip
    if row.author_id is None:
        return
    person = identity.person(row.author_id)
    lang = person.language if person is not None else "sw"
    name = row.name.get(lang) or next(iter(row.name.values()), row.service)
    link = identity.link_to(f"/ofisi/matoleo/pendekezo/{row.id}/", lang)
    subject = t(f"services.letter_{what}_subject", lang, name=name)
    box = identity.standings([row.author_id]).get(row.author_id)
    if box is not None and identity.sends_letters():
        said = [t(f"services.letter_{what}", lang, name=name, n=number), *_details(found, stories, error, lang), link]
        identity.send_mail(to=box.email, subject=subject, text="\n\n".join(said) + "\n", purpose=f"edition.{what}")
    elif person is not None and person.phone:
        messaging.send_sms(
            institution_id=None, person_id=row.author_id, to=person.phone, text=f"{subject}. {link}",
            purpose="edition", idempotency_key=f"{row.id}:{what}",
        )  # fmt: skip


def _details(
    found: Sequence[Finding], stories: Sequence[StoryResult], error: EditionRefusedError | None, lang: str
) -> Iterator[str]:
    """Why it was stopped, each finding with its place and story, each story of the author's that does not hold."""
    if error is not None and not (found or stories):
        yield t(error.code, lang, **error.values)
    if found:
        yield t("services.letter_found", lang)
        yield definitions.plain([one.in_language(lang) for one in found[:MOST]]).rstrip()
    if len(found) > MOST:
        yield t("services.letter_more", lang, n=len(found) - MOST)
    if stories:
        yield t("services.stories_fail", lang)
        yield "\n".join(f"{one.file}: {'; '.join(one.faults)}" for one in stories[:MOST])
