"""Saying something on an old phone: what kind, of whom, in one's own words; a number and who answers by when."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.channels.ussd import screens
from jumuishi.feedback import queries
from jumuishi.feedback.actions import saying
from jumuishi.feedback.types import Answer, FeedbackError, Kind
from jumuishi.feedback.types import Said as Words
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import fold, t

LONGEST = 4000
SEND, MORE = "!send", "!more"


@screens.entry(60, "feedback.ussd_say")
class What(screens.Place):
    """One of the five kinds; `i`, `s`, `n` are the institution, the service and the case where they are known."""

    name = "feedback.what"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """Complaint, suggestion, question, opinion, praise."""
        rows = tuple(screens.Choice(one.value, t(f"feedback.kind_{one}", visit.lang)) for one in Kind)
        return screens.Screen(t("feedback.ussd_what", visit.lang), rows)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """On to whom it is about, where that is not known."""
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        return screens.Go(Text.name if args.get("i") else Whom.name, {**args, "k": said.key})


@screens.place
class Whom(screens.Place):
    """The institution, by a list or a part of its name (`q`)."""

    name = "feedback.whom"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """By name."""
        found = institutions.approved(text=str(args.get("q", "")))
        if not found and args.get("q"):
            return screens.Stay(t("feedback.ussd_none", visit.lang), {**args, "q": ""})
        rows = sorted((one.name[visit.lang], str(one.id)) for one in found)
        return screens.Screen(
            t("feedback.ussd_whom", visit.lang), tuple(screens.Choice(key, name) for name, key in rows), asks=True
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """On to the words."""
        if not isinstance(said, screens.Picked):
            return screens.Stay(args={**args, "q": fold(said.text or "")[:40]})
        return screens.Go(Text.name, {**args, "i": said.key, "q": ""})


@screens.place
class Text(screens.Place):
    """The words; a screen takes few, so more may be added (`w` is what is there)."""

    name = "feedback.text"
    goes_on = True

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:
        """What somebody wrote in a session that broke off is shown or sent by nobody else."""
        return "" if not args.get("w") or args.get("by") == visit.session else "pin"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:
        """The words are asked for, or what to do with them."""
        lang, said = visit.lang, str(args.get("w", ""))
        if not said or args.get("more"):
            return screens.Screen(t("feedback.ussd_text", lang), asks=True)
        ways = [
            screens.Choice(Answer.SMS.value, t("feedback.ussd_by_sms", lang)),
            screens.Choice(Answer.CODE.value, t("feedback.ussd_by_code", lang)),
        ]
        if len(said) < LONGEST:
            ways.append(screens.Choice(MORE, t("feedback.ussd_more", lang)))
        return screens.Screen(t("feedback.ussd_written", lang, n=len(said)), tuple(ways))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Another piece of it, or off it goes."""
        if not isinstance(said, screens.Picked):
            text = f"{args.get('w', '')} {said.text or ''}".strip()[:LONGEST]
            return screens.Stay(args={**args, "w": text, "more": "", "by": visit.session})
        if said.key == MORE:
            return screens.Stay(args={**args, "more": "1"})
        how = Answer(said.key)
        words = Words(
            institution_id=UUID(str(args["i"])), kind=Kind(str(args["k"])), text=str(args["w"]), answer=how,
            language=visit.lang, service=str(args.get("s", "")), case_reference=str(args.get("n", "")),
            phone=visit.phone if how is Answer.SMS else "",
        )  # fmt: skip
        try:
            done = saying.say(
                actor=Actor.person(None),
                said=words,
                once=f"ussd:{visit.once}",
                address=f"ussd {visit.phone}",
                door="ussd",
            )
        except FeedbackError as error:
            return screens.BackTo(What.name, t(error.code, visit.lang))
        with tenancy.acting_as(tenancy.Principal.system()):
            item = queries.item_for(done.item_id)
        lines = [
            t("feedback.ussd_received", visit.lang),
            t("feedback.ussd_number", visit.lang, number=group(done.reference)),
        ]
        if done.code and how is Answer.CODE:
            lines.append(t("feedback.ussd_code", visit.lang, code=group(done.code)))
        if item is not None:
            day = item.due_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
            lines.append(t("feedback.ussd_by", visit.lang, day=say_date(day, visit.lang, weekday=False)))
        return screens.End(tuple(lines))
