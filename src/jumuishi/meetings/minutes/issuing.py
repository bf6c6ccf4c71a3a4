"""Confirmed minutes as signed documents that anybody verifies: the whole one, and the public one where they differ."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from jumuishi.documents import public as documents
from jumuishi.documents.types import Issuer, Node, NodeLike, Order, Signer
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import both, t
from jumuishi.meetings.minutes import merging
from jumuishi.meetings.minutes.types import Paragraph
from jumuishi.meetings.models import Minutes, Signature

LANGUAGE = "sw"
# The whole one may hold what was said behind closed doors: it goes to whom these pages let in, and to no other desk.
documents.keep_apart("minutes")


def issue(actor: Actor, minutes: Minutes) -> tuple[str, str]:
    """The number of the whole document and of the public one; the same number where nothing was closed."""
    whole = merging.reading(minutes.paragraphs)
    outside = merging.reading(minutes.paragraphs, is_public=True)
    number = _issue(actor, minutes, "minutes", whole)
    if len(outside) == len(whole):
        return number, number
    return number, _issue(actor, minutes, "minutes-public", outside)


def _issue(actor: Actor, minutes: Minutes, key: str, said: Sequence[Paragraph]) -> str:
    meeting = minutes.meeting
    home = institutions.institution(meeting.institution_id)
    if home is None:
        raise LookupError(str(meeting.institution_id))
    day = meeting.starts_at.astimezone(ZoneInfo(institutions.working_time(home.id).zone)).date()
    body_name = meeting.body.name.get(LANGUAGE, "")
    signed = Signature.objects.filter(meeting=meeting, sha256=minutes.sha256, role="secretary").first()
    order = Order(
        key=key,
        title=both("meetings.minutes_document" if key == "minutes" else "meetings.minutes_document_public"),
        body=lambda _: nodes(minutes, said),
        holder=body_name,
        signer=Signer(signed.name if signed else actor.name, t("meetings.minutes_secretary", LANGUAGE)),
        claims={"body": body_name, "meeting": f"{meeting.number}, {day}", "digest": merging.digest(said)[:16]},
        layout="letter",
        language=LANGUAGE,
        details=(body_name,),
    )
    # Minutes belong to the body and to no person: nobody finds them among papers of one's own.
    issued = documents.issue(
        actor=Actor.system(), institution=Issuer(home.id, home.name), person_id=meeting.body_id, case_id=minutes.id,
        order=order,
    )  # fmt: skip
    return issued.number


def nodes(minutes: Minutes, said: Sequence[Paragraph]) -> list[NodeLike]:
    """The paragraphs as a document's body: items as headings, motions and rolls line by line."""
    meeting = minutes.meeting
    title = t("meetings.minutes_title", LANGUAGE, body=meeting.body.name.get(LANGUAGE, ""), number=meeting.number)
    made: list[NodeLike] = [Node("heading1", (Node("text", text=title),))]
    for one in said:
        lines = one.text[LANGUAGE].split("\n")
        inner: list[NodeLike] = []
        for n, line in enumerate(lines):
            inner += [Node("br")] if n else []
            inner.append(Node("text", text=line))
        strong = one.kind == "decision.made"
        whole: Sequence[NodeLike] = (Node("strong", tuple(inner)),) if strong else tuple(inner)
        made.append(Node("heading2" if one.kind == "item" else "paragraph", whole))
    return made
