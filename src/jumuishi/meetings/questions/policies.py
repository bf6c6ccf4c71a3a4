"""Who passes questions on and who answers them."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.meetings.calling.policies import KEEPERS
from jumuishi.meetings.questions.models import Question


def question_thing(question: Question) -> Thing:
    """A question: the institution's, and of the member who asked it."""
    return Thing("meeting_question", question.id, question.institution_id, question.person_id)


def owned_thing(question: Question) -> Thing:
    """The same as work of whoever owns it."""
    return Thing("meeting_question", question.id, question.institution_id, question.owner_id)


@identity.policy("meetings.question.answer")
def answer(actor: Actor, thing: Thing) -> bool:
    """Whom it was passed to, at work there, and whoever keeps meetings."""
    own = thing.person_id is not None and actor.person_id == thing.person_id
    return identity.is_of_institution(actor, thing) and (own or actor.has(*KEEPERS))
