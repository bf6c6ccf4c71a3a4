"""A member's meetings: the notice and an apology; I am here, by the code shown in the hall; the open vote, by name."""

from uuid import NAMESPACE_URL, UUID, uuid5

from jumuishi.channels.ussd import screens
from jumuishi.identity import public as identity
from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import tenancy
from jumuishi.kernel.spoken import say_clock, say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import serving
from jumuishi.meetings.gallery.queries import zone
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.events import CHOICES
from jumuishi.meetings.hall.votes import may_vote
from jumuishi.meetings.live import reading
from jumuishi.meetings.models import Meeting, Member, Service
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.types import RefusedError, Way
from jumuishi.meetings.sitting import acts, ballots, places, queries

SYSTEM = tenancy.Principal.system()
GOT, WHY, HERE, VOTE = "got", "why", "here", "vote"
BY = "ussd"
MOST = 8


class Behind(screens.Place):
    """A place that shows what is a member's: the PIN first."""

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:  # noqa: ARG002
        """The PIN."""
        return "pin"


def _is_member(visit: screens.Visit) -> bool:
    """The first screen has room for what everybody uses; whoever has a seat finds this too."""
    who = identity.known_on_phone(visit).person_id
    if who is None:
        return False
    with places.as_platform():
        return Member.objects.filter(person_id=who, until_on=None).exists()


@screens.entry(75, "meetings.ussd_mine", wanted=_is_member)
class Mine(Behind):
    """The meetings of one's bodies that are called or going on."""

    name = "meetings.mine"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """By their time."""
        found = reading.ahead_of(identity.known_on_phone(visit).who)[:MOST]
        if not found:
            return screens.Screen(t("meetings.ussd_none", visit.lang))
        rows = tuple(screens.Choice(str(one.id), _called(one, visit.lang)) for one in found)
        return screens.Screen(t("meetings.ussd_which", visit.lang), rows)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """On to one."""
        return screens.Go(One.name, {"m": said.key}) if isinstance(said, screens.Picked) else screens.Stay()


@screens.place
class One(Behind):
    """A meeting: what can be done by phone now."""

    name = "meetings.one"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """When it is, and the ways."""
        seen = _seen(visit, args)
        if seen is None:
            return screens.BackTo(Mine.name, t("meetings.ussd_gone", visit.lang))
        place, part = seen
        ways = []
        if place.meeting.state == Meeting.State.CALLED:
            if (service := _service(place, part)) is not None and service.acknowledged_at is None:
                ways.append(screens.Choice(GOT, t("meetings.ussd_got", visit.lang)))
            ways.append(screens.Choice(WHY, t("meetings.ussd_apology", visit.lang)))
        if place.state.phase == "open" and part.id not in place.state.present:
            ways.append(screens.Choice(HERE, t("meetings.ussd_here", visit.lang)))
        if _open_vote(place, part):
            ways.append(screens.Choice(VOTE, t("meetings.ussd_vote", visit.lang)))
        when = say_instant(place.meeting.starts_at, visit.lang, zone())
        return screens.Screen(f"{_called(place.meeting, visit.lang)}. {when}", tuple(ways))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """The notice is acknowledged; or on to the reason, the code, the vote."""
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        if said.key != GOT:
            return screens.Go({WHY: Why.name, HERE: Here.name}.get(said.key, Vote.name), dict(args))
        seen = _seen(visit, args)
        service = _service(*seen) if seen else None
        if service is not None:
            actor = identity.known_on_phone(visit)
            with tenancy.acting_as(identity.principal_of(actor)):
                serving.acknowledge(actor=actor, service_id=service.id, way=BY)
        return screens.BackTo(Mine.name, t("meetings.ussd_is_got", visit.lang))


@screens.place
class Why(Behind):
    """Why a member will not come; whether it excuses is decided in the hall."""

    name = "meetings.why"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """The reason is asked for."""
        return screens.Screen(t("meetings.ussd_why", visit.lang), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Kept; another one takes its place."""
        if not isinstance(said, screens.Written) or not said.text:
            return screens.Stay()
        actor = identity.known_on_phone(visit)
        try:
            with tenancy.acting_as(identity.principal_of(actor)):
                serving.apologise(actor=actor, meeting_id=UUID(str(args["m"])), reason=said.text, way=BY)
        except RefusedError as error:
            return screens.BackTo(Mine.name, words.refusal(error, visit.lang))
        except NotAllowedError:
            return screens.BackTo(Mine.name, t("meetings.ussd_gone", visit.lang))
        return screens.BackTo(Mine.name, t("meetings.ussd_is_why", visit.lang))


@screens.place
class Here(Behind):
    """The code that is shown in the hall."""

    name = "meetings.here"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """It is asked for."""
        return screens.Screen(t("meetings.ussd_code", visit.lang), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Right: one is there."""
        seen = _seen(visit, args)
        if seen is None or not isinstance(said, screens.Written):
            return screens.Stay()
        place, part = seen
        command = c.Arrive(id=_once(visit), member=part.id, way="hall", code="".join((said.text or "").split()))
        try:
            acts.try_code(place.meeting.id, part.id)
            acts.act(actor=identity.known_on_phone(visit), meeting_id=place.meeting.id, command=command)
        except RefusedError as error:
            return screens.Stay(words.refusal(error, visit.lang))
        return screens.BackTo(Mine.name, t("meetings.ussd_is_here", visit.lang))


@screens.place
class Vote(Behind):
    """The vote that is open: for, against, abstain. It is by name, which is said."""

    name = "meetings.vote"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """What it is about, and the choices."""
        seen = _seen(visit, args)
        if seen is None or not _open_vote(*seen):
            return screens.BackTo(Mine.name, t("meetings.ussd_no_vote", visit.lang))
        state = seen[0].state
        about = queries.about(state, state.votes[state.vote])
        rows = tuple(
            screens.Choice(f"{one} {state.vote}", t(f"meetings.gallery_choice_{one}", visit.lang)) for one in CHOICES
        )
        return screens.Screen(t("meetings.ussd_by_name", visit.lang, about=about[:80]), rows)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Kept once; the vote that was read is the one that is given, whatever is open by now."""
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        choice, _, vote = said.key.partition(" ")
        try:
            kept = ballots.give_ballot(
                actor=identity.known_on_phone(visit), meeting_id=UUID(str(args["m"])), vote=vote, choice=choice,
                command=_once(visit),
            )  # fmt: skip
        except RefusedError as error:
            return screens.BackTo(Mine.name, words.refusal(error, visit.lang))
        except NotAllowedError:
            return screens.BackTo(Mine.name, t("meetings.ussd_gone", visit.lang))
        at = say_clock(kept.at, visit.lang, zone())
        return screens.End((t("meetings.ussd_voted", visit.lang, choice=t(f"meetings.gallery_choice_{kept.choice}",
                                                                          visit.lang), at=at),))  # fmt: skip


def _once(visit: screens.Visit) -> str:
    """The operator sends a callback twice: the same answer of the same session is the same act."""
    return str(uuid5(NAMESPACE_URL, f"ussd:{visit.once}"))


def _called(meeting: Meeting, lang: str) -> str:
    return naming.name_of(meeting, lang)


def _seen(visit: screens.Visit, args: screens.Args) -> tuple[places.Place, places.Part] | None:
    """The meeting for this member; None for whoever has no seat in it."""
    with tenancy.acting_as(SYSTEM):
        meeting = queries.meeting_for_screens(UUID(str(args["m"])))
        if meeting is None:
            return None
        place = places.place_of(meeting)
    try:
        part = places.part_of(identity.known_on_phone(visit), meeting, place.state, place.members)
    except NotAllowedError:
        return None
    return (place, part) if part.member is not None else None


def _service(place: places.Place, part: places.Part) -> Service | None:
    """The newest notice of the meeting to this member, as it was served."""
    with tenancy.acting_as(SYSTEM):
        rows = Service.objects.filter(notice__meeting=place.meeting, member=part.member)
        return rows.order_by("-notice__sequence").first()


def _open_vote(place: places.Place, part: places.Part) -> bool:
    """Whether a vote by name is open to this member; no other kind of vote comes to a phone."""
    vote = place.state.votes.get(place.state.vote)
    return vote is not None and Way.DEVICE in vote.ways and may_vote(place.state, place.state.vote, part.id)
