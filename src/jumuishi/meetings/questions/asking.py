"""Ask, pass on, answer, share."""

from uuid import UUID

from django.db.models import Q

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.meetings.calling.models import Notice
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.calling.serving import seat_in
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.papers.queries import barred_items
from jumuishi.meetings.questions import telling
from jumuishi.meetings.questions.models import Question
from jumuishi.meetings.questions.policies import owned_thing, question_thing

LONGEST, LONGEST_ANSWER = 1000, 4000
# So many of one member's for one meeting.
MOST = 50


def _words(text: str, longest: int) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise RefusedError("question_empty")
    if len(said) > longest:
        raise RefusedError("question_long", most=longest)
    return said


@identity.action("meetings.question.ask")
def ask_question(*, actor: Actor, meeting_id: UUID, item_id: UUID, text: str, once: UUID) -> None:
    """A member who was called asks about an item, until the meeting begins.

    The same form, or the same words while they are not answered, is that question.

    Raises NotAllowedError, RefusedError.
    """
    meeting, member = seat_in(actor, meeting_id)
    said = _words(text, LONGEST)
    with as_system():
        mine = Question.objects.filter(institution_id=meeting.institution_id, meeting=meeting, member=member)
        # Whoever goes back and sends it from a new form asks nothing new.
        made = mine.filter(Q(once=once) | Q(item_id=item_id, text=said, answered_at=None)).first()
        if made is None:
            _check(meeting, mine.count())
            item = Item.objects.filter(meeting=meeting, id=item_id).first()
            if item is None:
                raise RefusedError("no_such_item")
            if item.is_closed and item.id in barred_items(meeting, member):
                raise RefusedError("question_barred")
            made, _ = Question.objects.get_or_create(
                institution_id=meeting.institution_id, meeting=meeting, member=member, once=once,
                defaults={"person_id": actor.who, "item": item, "text": said, "at": clock.now(),
                          "owner_id": _caller(meeting)},
            )  # fmt: skip
    identity.record(actor, question_thing(made), after={"meeting": meeting.id, "item": made.item_id, "asked": said})


def _check(meeting: Meeting, asked: int) -> None:
    if meeting.state != Meeting.State.CALLED or clock.now() >= meeting.starts_at:
        raise RefusedError("past_that")
    if asked >= MOST:
        raise RefusedError("question_many", most=MOST)


def _caller(meeting: Meeting) -> UUID:
    """Who called the members, and so answers for what they ask."""
    newest = Notice.objects.filter(institution_id=meeting.institution_id, meeting=meeting).order_by("-sequence").first()
    return newest.by if newest else meeting.made_by


def _held(actor: Actor, question_id: UUID) -> Question:
    """The question, locked, of the actor's institution; of a meeting that is held. Raises NotAllowedError."""
    rows = Question.objects.select_for_update(of=("self",)).select_related("meeting__body", "item", "member__contact")
    found = rows.filter(institution_id=actor.workplace, id=question_id).first()
    if found is None:
        raise NotAllowedError("meetings.question.answer")
    if found.meeting.state == Meeting.State.CANCELLED:
        raise RefusedError("past_that")
    return found


@identity.action("meetings.question.pass")
def pass_question(*, actor: Actor, question_id: UUID, owner_id: UUID) -> None:
    """Another officer of the institution answers for it from now on, and is told.

    Raises NotAllowedError, RefusedError.
    """
    question = _held(actor, question_id)
    identity.must(actor, "meetings.meeting.keep", meeting_thing(question.meeting))
    if owner_id not in {one.person_id for one in institutions.people_in(question.institution_id)}:
        raise RefusedError("question_whom")
    if question.answered_at is not None:
        raise RefusedError("question_answered")
    before = question.owner_id
    if before != owner_id:
        question.owner_id, question.passed_at, question.told_at = owner_id, clock.now(), None
        question.save(update_fields=["owner_id", "passed_at", "told_at"])
        telling.tell_owner(question, "passed")
    identity.record(actor, question_thing(question), before={"owner": before}, after={"owner": owner_id})


@identity.action("meetings.question.answer")
def answer_question(*, actor: Actor, question_id: UUID, text: str, is_for_all: bool) -> None:
    """Answer it, once; the asker is told. `is_for_all` counts from whoever keeps the meeting only.

    Raises NotAllowedError, RefusedError.
    """
    question = _held(actor, question_id)
    identity.must(actor, "meetings.question.answer", owned_thing(question))
    said = _words(text, LONGEST_ANSWER)
    if question.answered_at is not None and question.answer != said:
        raise RefusedError("question_answered")
    if question.answered_at is None:
        question.answer, question.answered_by, question.answered_at = said, actor.who, clock.now()
        question.is_for_all = is_for_all and identity.may(
            actor, "meetings.meeting.keep", meeting_thing(question.meeting)
        )
        question.save(update_fields=["answer", "answered_by", "answered_at", "is_for_all"])
        telling.tell_asker(question)
    identity.record(actor, question_thing(question), after={"answer": said, "for_all": question.is_for_all})


@identity.action("meetings.question.share")
def share_answer(*, actor: Actor, question_id: UUID, is_for_all: bool) -> None:
    """All members may read question and answer, or the asker alone again. Raises NotAllowedError, RefusedError."""
    question = _held(actor, question_id)
    identity.must(actor, "meetings.meeting.keep", meeting_thing(question.meeting))
    if question.answered_at is None:
        raise RefusedError("past_that")
    Question.objects.filter(id=question.id).update(is_for_all=is_for_all)
    identity.record(actor, question_thing(question), after={"for_all": is_for_all})
