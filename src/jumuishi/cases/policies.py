"""Who may do what to drafts, cases and tasks."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.institutions import public as institutions

# The roles that answer for everybody's work in an institution: they assign and reassign.
HEADS = ("head", "director", "administrator")


@identity.policy("cases.draft.write")
def write_draft(actor: Actor, thing: Thing) -> bool:
    """The person whose draft it is, or a helper who openly fills it in."""
    return identity.is_owner(actor, thing) or (actor.on_behalf_of is not None and actor.on_behalf_of == thing.person_id)


@identity.policy("cases.case.read")
def read_case(actor: Actor, thing: Thing) -> bool:
    """The applicant, and officers of the institution (the database lets a reviewing one in as well)."""
    return identity.is_owner(actor, thing) or actor.kind is ActorKind.OFFICER


@identity.policy("cases.story.make")
def make_story(actor: Actor, thing: Thing) -> bool:
    """Those who shape the services of the case's own institution: its heads and its ICT officer."""
    return identity.is_of_institution(actor, thing) and actor.has(*HEADS, "ict-officer")


@identity.policy("cases.case.answer")
def answer_case(actor: Actor, thing: Thing) -> bool:
    """Only the applicant withdraws and appeals."""
    return identity.is_owner(actor, thing)


@identity.policy("cases.case.reply")
def reply_in_case(actor: Actor, thing: Thing) -> bool:
    """The applicant, or a helper who openly answers for them; the action asks whether the consent stands."""
    return identity.is_owner(actor, thing) or (actor.on_behalf_of is not None and actor.on_behalf_of == thing.person_id)


@identity.policy("cases.money.renew")
def renew_bill(actor: Actor, thing: Thing) -> bool:
    """The applicant, who will pay it; the platform, for a bill that never got its number."""
    return identity.is_owner(actor, thing) or identity.is_system(actor, thing)


@identity.policy("cases.task.act")
def act_on_task(actor: Actor, thing: Thing) -> bool:
    """An officer of the institution that the task lies with; the role is the action's to check."""
    return identity.is_of_institution(actor, thing)


@identity.policy("cases.task.assign")
def assign_task(actor: Actor, thing: Thing) -> bool:
    """Any officer there may take one; giving it to somebody else is a head's, which the action checks."""
    return identity.is_of_institution(actor, thing)


@identity.policy("cases.clock.turn")
def turn_clock(actor: Actor, thing: Thing) -> bool:
    """Clocks are the platform's."""
    return identity.is_system(actor, thing)


@identity.policy("cases.file.scan")
def scan_file(actor: Actor, thing: Thing) -> bool:
    """What a scanner said is the platform's to write down."""
    return identity.is_system(actor, thing)


@identity.policy("cases.case.correct")
def correct_case(actor: Actor, thing: Thing) -> bool:
    """The data protection officer of the institution, when the person asked; never in a case of one's own."""
    return _guards_data(actor, thing) and not _is_own(actor, thing)


@identity.policy("cases.archive.sweep")
def sweep_archive(actor: Actor, thing: Thing) -> bool:
    """What leaves the lists is the rule's and the platform's."""
    return identity.is_system(actor, thing)


@identity.policy("cases.archive.read")
def read_archive(actor: Actor, thing: Thing) -> bool:
    """Officers of the institution; each case is opened with a reason."""
    return identity.is_of_institution(actor, thing)


@identity.policy("cases.hold.change")
def change_hold(actor: Actor, thing: Thing) -> bool:
    """The records officer and the heads."""
    return identity.is_of_institution(actor, thing) and actor.has("records-officer", *HEADS)


@identity.policy("cases.case.erase")
def erase_case(actor: Actor, thing: Thing) -> bool:
    """The platform, when the time to keep it is over; the data protection officer, when the person asked."""
    return identity.is_system(actor, thing) or _guards_data(actor, thing)


def _guards_data(actor: Actor, thing: Thing) -> bool:
    return identity.is_of_institution(actor, thing) and actor.has(institutions.data_role(actor.workplace))


def _is_own(actor: Actor, thing: Thing) -> bool:
    both = [one for one in (actor.person_id, thing.person_id) if one is not None]
    people = identity.natural_people(both)
    return len({people.get(one, one) for one in both}) < 2


@identity.policy("cases.list.export")
def export_list(actor: Actor, thing: Thing) -> bool:
    """Officers take out lists of their own institution's cases, as they read them one by one; both are written down."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.case.write")
def write_to_applicant(actor: Actor, thing: Thing) -> bool:
    """Officers of the institution whose case it is."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.batch.start")
def start_batch(actor: Actor, thing: Thing) -> bool:
    """Whoever chose it; what may be done to each task is asked task by task."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.remark.write")
def write_remark(actor: Actor, thing: Thing) -> bool:
    """Officers of the institution whose case it is, for each other."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.list.save")
def save_list(actor: Actor, thing: Thing) -> bool:
    """Each officer keeps lists of the own institution's work."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.template.write")
def write_template(actor: Actor, thing: Thing) -> bool:
    """Officers write their institution's templates; each change names its author."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.case.merge")
def merge_case(actor: Actor, thing: Thing) -> bool:
    """Officers of the institution whose cases they are; that they work on one of them is the action's to check."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)
