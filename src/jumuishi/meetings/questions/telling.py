"""Who is told of a question: whoever answers for it, and the member once it is answered."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling.queries import contact_of
from jumuishi.meetings.questions.models import Question
from jumuishi.messaging import public as messaging


def tell_owner(question: Question, what: str) -> None:
    """By meetings.question_sms_WHAT: passed, late; the question itself is read on its page."""

    def say(lang: str) -> tuple[str, str]:
        subject = t(f"meetings.question_sms_{what}", lang, meeting=naming.name_of(question.meeting, lang))
        link = identity.link_to(f"/ofisi/mabaraza/maswali/{question.id}/", lang)
        return subject, f"{subject}\n\n{link}\n"

    identity.tell([question.owner_id], say, purpose="meetings.question")


def tell_asker(question: Question) -> None:
    """By SMS or by letter, once; the answer itself is read on the page."""
    contact = contact_of(question.member)
    if contact is None:
        return
    said = t(
        "meetings.question_sms_answered", contact.language, meeting=naming.name_of(question.meeting, contact.language)
    )
    if contact.phone:
        try:
            messaging.send_sms(
                institution_id=question.institution_id, person_id=question.person_id, to=contact.phone, text=said,
                purpose="meeting", idempotency_key=f"{question.id}:answered",
            )  # fmt: skip
        except BadPhoneError:
            return
    elif contact.email:
        link = identity.link_to(f"/mimi/vikao/{question.meeting_id}/maswali/", contact.language)
        identity.send_mail(to=contact.email, subject=said, text=f"{said}\n\n{link}\n", purpose="meeting")
