"""A register's value that an applicant says is wrong becomes a complaint: with an owner, a clock and levels above.

It goes to the institution that answers for the register where that is one of this node, else to the one that asked.
Two rooms that never import each other meet here.
"""

from jumuishi.cases import public as cases
from jumuishi.cases.events import LookupDisputed
from jumuishi.exchange import public as exchange
from jumuishi.feedback import public as feedback
from jumuishi.feedback.types import Answer, Kind, Said
from jumuishi.identity.types import Actor
from jumuishi.kernel.events import subscribe
from jumuishi.kernel.text import t


@subscribe(LookupDisputed)
def tell_the_owner(event: LookupDisputed) -> None:
    """Said in the applicant's name, who follows it among what they said; told twice is one complaint."""
    found = cases.dispute(event.dispute_id)
    if found is None:
        return
    text = t(
        "project.disputed", found.language, register=exchange.label_of(found.register, found.language),
        field=found.field, said=found.said, reason=found.reason, message=found.message,
    )  # fmt: skip
    feedback.say(
        actor=Actor.person(event.person_id),
        said=Said(
            institution_id=exchange.owner_of(found.register) or event.institution_id, kind=Kind.COMPLAINT,
            text=text[:2000], answer=Answer.ME, language=found.language, case_reference=found.reference,
        ),
        once=f"dispute {event.dispute_id}", address=f"dispute {event.person_id}",
    )  # fmt: skip
