"""Before it is handed in: what was answered, what it costs, what goes to the counter; mended, then submitted once."""

from uuid import UUID

from django.conf import settings

from jumuishi.cases import queries, wording
from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.lookups.actions import renew
from jumuishi.cases.models import Case
from jumuishi.cases.sheet import Sheet
from jumuishi.cases.types import DraftError, Submitted
from jumuishi.cases.ussd import asking
from jumuishi.cases.ussd.choosing import said_of
from jumuishi.cases.ussd.looked import pending_place
from jumuishi.channels.ussd import screens
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error
from jumuishi.identity import public as identity
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.text import t


class Reviewing(screens.Place):
    """A place of one draft (`d`), with the draft at hand."""

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:
        """Begun in this session, or the PIN."""
        return asking.needs(visit, args["d"])

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """As `shown` says, while the draft is there."""
        on = asking.sheet(visit, str(args["d"]))
        return asking.gone(visit) if on is None else self.shown(visit, args, on)

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet) -> screens.Screen | screens.Move:
        """What is read here."""
        raise NotImplementedError


@screens.place
class Summary(Reviewing):
    """The last screen before it is handed in."""

    name = asking.SUMMARY
    goes_on = True

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet) -> screens.Screen | screens.Move:  # noqa: ARG002
        """What is missing leads to its question; else what it costs, what goes to the counter, and the button."""
        lang = visit.lang
        if asks := pending_place(on):
            return asks
        wrong, awaited = forms.missing(on.form, on.draft.door)
        fields = {one.name: one for one in asking.all_asked(on)}
        mend = next((one for one in wrong if one.field in fields), None)
        if mend is not None:
            # Shown here, so that the way back from the question does not lead into it again.
            head = f"{_label(fields[mend.field], lang)}: {asking.wrong_words(mend, fields[mend.field], lang)}"
            return screens.Screen(head, (screens.Choice(f"f:{mend.field}", t("cases.ussd_mend", lang)),))
        if wrong:
            return screens.Screen(
                t("cases.ussd_not_here", lang), (screens.Choice("counter", t("cases.ussd_to_counter", lang)),)
            )
        due = sum(one.amount or 0 for one in forms.charges(on.form))
        lines = [on.offering.name[lang], t("cases.ussd_answers", lang, n=len(on.form.data()))]
        if due:
            lines.append(t("cases.ussd_fee", lang, fee=say_money(due, settings.CURRENCY)))
        if awaited:
            lines.append(t("cases.ussd_bring_n", lang, n=len(awaited)))
        ways = (("send", "cases.ussd_send"), ("read", "cases.ussd_read"), ("change", "cases.ussd_change"))
        return screens.Screen("\n".join(lines), tuple(screens.Choice(key, t(text, lang)) for key, text in ways))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Hand it in, or look at it again."""
        draft_id = str(args["d"])
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        if said.key.startswith("f:"):
            return screens.Go(asking.ASK, {"d": draft_id, "f": said.key[2:], "m": 1})
        if said.key in ("read", "change"):
            return screens.Go(Read.name if said.key == "read" else Change.name, {"d": draft_id})
        actor = identity.on_phone(visit)
        try:
            if said.key == "counter":
                drafts.leave_to_counter(actor=actor, draft_id=UUID(draft_id))
                visit.memo.clear()
                return screens.Stay()
            with tenancy.acting_as(identity.principal_of(actor)):
                renewed = renew(actor=actor, draft_id=UUID(draft_id))
            if renewed:
                visit.memo.clear()
                return screens.Stay(t("cases.look_renewed", visit.lang))
            done = submission.submit(actor=actor, draft_id=UUID(draft_id), phone=visit.phone)
        except DraftError as error:
            named = [one for one in submission.refusal_errors(error) if isinstance(one, Error)]
            return screens.Stay(said_of(error, visit.lang)) if not named else screens.Stay()
        visit.marks.discard(asking.mark(draft_id))
        with tenancy.acting_as(identity.principal_of(actor)):
            return screens.End(tuple(receipt(done, visit.lang)))


def receipt(done: Submitted, lang: str) -> list[str]:
    """The number first; then by when the answer comes, what to bring, that a message comes too."""
    case = queries.case_for(done.case_id)
    lines = [t("cases.ussd_received", lang), t("cases.ussd_number", lang, number=group(done.reference))]
    if case is None:
        return lines
    lines.append(by_day(case, lang))
    awaited = case.state.get("awaited") or ()
    if awaited:
        lines.append(t("cases.ussd_bring_n", lang, n=len(awaited)))
    return [*lines, t("cases.ussd_sms", lang)]


def by_day(case: Case, lang: str) -> str:
    """The last day of the promise; empty where its clock stands."""
    if case.promise_due_at is None:
        return ""
    day = case.promise_due_at.astimezone(asking.zone()).date()
    return t("cases.ussd_by", lang, day=say_date(day, lang, weekday=False))


@screens.place
class Read(Reviewing):
    """Every answer in words, and what goes to the counter."""

    name = "cases.read"

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet) -> screens.Screen:  # noqa: ARG002
        """As many screens as it takes."""
        lang, data = visit.lang, on.form.data()
        lines = [
            f"{_label(one, lang)}: {wording.words(one, data.get(one.name), lang) or '-'}"
            for one in asking.all_asked(on)
        ]
        _, awaited = forms.missing(on.form, on.draft.door)
        if awaited:
            lines.append(t("cases.ussd_bring", lang, what=", ".join(asking.awaited_words(on, awaited, lang))))
        return screens.Screen("\n".join(lines), (screens.Choice("back", t("cases.ussd_done_reading", lang)),))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """Back to the button."""
        return screens.BackTo(Summary.name)


@screens.place
class Change(Reviewing):
    """Which answer to mend."""

    name = "cases.change"

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet) -> screens.Screen:  # noqa: ARG002
        """The questions by their labels."""
        rows = tuple(screens.Choice(one.name, _label(one, visit.lang)) for one in asking.all_asked(on))
        return screens.Screen(t("cases.ussd_which_answer", visit.lang), rows)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """To the question, and then back to the summary."""
        return (
            screens.Go(asking.ASK, {"d": args["d"], "f": said.key, "m": 1}, instead=True)
            if isinstance(said, screens.Picked)
            else screens.Stay()
        )


def _label(one: object, lang: str) -> str:
    label = getattr(one, "label", None)
    return label.in_language(lang).rstrip("?:") if label is not None else str(getattr(one, "name", ""))
