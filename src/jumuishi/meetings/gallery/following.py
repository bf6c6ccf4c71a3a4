"""Following a body or a ward by SMS: begun by whoever proved the phone, ended by a press or by a word."""

from uuid import UUID

from django.db.models import Q

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import queries
from jumuishi.meetings.gallery.models import Follow, Told
from jumuishi.meetings.models import Meeting
from jumuishi.messaging import public as messaging

SYSTEM = tenancy.Principal.system()
# What followers are told of a meeting, by its state.
NEWS = {Meeting.State.CALLED: "called", Meeting.State.CANCELLED: "cancelled", Meeting.State.ENDED: "ended"}
MOST = 50


@identity.policy("meetings.follow.change")
def _may(actor: Actor, thing: Thing) -> bool:
    """Each for oneself."""
    return actor.kind is ActorKind.PERSON and identity.is_owner(actor, thing)


def _thing(actor: Actor, key: UUID) -> Thing:
    return Thing("follow", key, person_id=actor.person_id)


@identity.action("meetings.follow.begin")
def follow(*, actor: Actor, body_id: UUID | None = None, ward: str = "") -> bool:
    """Tell this person of a body's meetings, or of a ward's; False where that is so already, or they follow too many.

    Raises NotAllowedError for a body without a public.
    """
    key = new_id()
    identity.must(actor, "meetings.follow.change", _thing(actor, key))
    if (body_id is None) == (not ward) or (body_id is not None and queries.body(body_id) is None):
        raise NotAllowedError("meetings.follow.change")
    mine = Follow.objects.filter(person_id=actor.who, ended_at=None)
    if mine.filter(_this(body_id, ward)).exists() or mine.count() >= MOST:
        identity.record(actor, _thing(actor, key), after={"already": True})
        return False
    Follow.objects.create(id=key, person_id=actor.who, body_id=body_id, ward=ward, began_at=clock.now())
    identity.record(actor, _thing(actor, key), after={"body": body_id, "ward": ward})
    return True


@identity.action("meetings.follow.end")
def unfollow(*, actor: Actor, body_id: UUID | None = None, ward: str = "") -> int:
    """No more of it; of everything where neither is named. How many ended."""
    thing = _thing(actor, actor.who)
    identity.must(actor, "meetings.follow.change", thing)
    rows = Follow.objects.filter(person_id=actor.who, ended_at=None)
    if body_id or ward:
        rows = rows.filter(_this(body_id, ward))
    ended = rows.update(ended_at=clock.now())
    identity.record(actor, thing, after={"ended": ended, "body": body_id, "ward": ward})
    return ended


def _this(body_id: UUID | None, ward: str) -> Q:
    return Q(body_id=body_id) if body_id else Q(body=None, ward=ward)


def follows(actor: Actor, body_id: UUID) -> bool:
    """Whether one follows a body."""
    return (
        actor.person_id is not None
        and Follow.objects.filter(person_id=actor.person_id, body_id=body_id, ended_at=None).exists()
    )


@identity.policy("meetings.follow.tell")
def _may_tell(actor: Actor, thing: Thing) -> bool:
    return identity.is_system(actor, thing)


@identity.action("meetings.follow.tell")
def tell_followers(*, actor: Actor, meeting_id: UUID) -> int:
    """Tell everybody who follows a meeting's body or ward what is new of it, once; how many."""
    thing = Thing("meeting", meeting_id)
    identity.must(actor, "meetings.follow.tell", thing)
    found = queries.meetings().filter(id=meeting_id).first()
    what = NEWS.get(Meeting.State(found.state)) if found else None
    told = Told.objects.select_for_update().filter(meeting_id=meeting_id).first()
    if found is None or what is None or told is None or what in told.what:
        identity.record(actor, thing, after={"told": 0})
        return 0
    told.what = [*told.what, what]
    told.save(update_fields=["what"])
    # A meeting that is over before anybody was told that it is called: the late news alone is news.
    whose = Q(body_id=found.body_id) | (Q(ward=found.body.place) & ~Q(ward=""))
    ids = set(Follow.objects.filter(whose, ended_at=None).values_list("person_id", flat=True))
    for person in identity.people(ids).values():
        if person.phone:
            lang = person.language
            said = t(f"meetings.follow_{what}", lang, body=naming.in_lang(found.body.name, lang),
                     when=say_instant(found.starts_at, lang, queries.zone()), place=found.place)  # fmt: skip
            messaging.send_sms(
                institution_id=None, person_id=person.id, to=person.phone, text=said, purpose="meetings.follow",
                idempotency_key=f"{meeting_id} {what}",
            )  # fmt: skip
    identity.record(actor, thing, after={"told": len(ids), "what": what})
    return len(ids)
