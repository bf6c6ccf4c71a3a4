"""What is the person's own, after the PIN: applications, where each stands, what may be done with it; bills."""

from typing import Any
from uuid import UUID

from jumuishi.cases import engine, queries
from jumuishi.cases.models import Case
from jumuishi.cases.ussd import asking
from jumuishi.cases.ussd.review import by_day
from jumuishi.cases.web import words
from jumuishi.channels.ussd import screens
from jumuishi.definitions.types import ApplicantStage
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.text import t
from jumuishi.payments import public as payments
from jumuishi.payments.types import OWED, Bill

MOST = 27
ONE, REPLY, BILL = "cases.one", "cases.reply", "cases.bill"
SPEAK = "feedback.what"


class Own(screens.Place):
    """A place of what is the person's: shown after the PIN, read as that person."""

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:  # noqa: ARG002
        """Whoever holds the phone may be somebody else."""
        return "pin"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """As `shown` says."""
        actor = identity.known_on_phone(visit)
        with tenancy.acting_as(identity.principal_of(actor)):
            return self.shown(visit, args, actor)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """As `taken` says."""
        actor = identity.known_on_phone(visit)
        with tenancy.acting_as(identity.principal_of(actor)):
            return self.taken(visit, args, said, actor)

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """What is read here."""
        raise NotImplementedError

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:
        """What an answer does."""
        raise NotImplementedError


def own_case(actor: Actor, case_id: Any) -> Case | None:
    """The actor's own case; None for anybody else's and for one that is not there."""
    found = queries.case_for(UUID(str(case_id)))
    return found if found is not None and found.person_id == actor.person_id else None


def asks(case: Case) -> ApplicantStage | None:
    """The stage in which the office waits for the applicant's answer."""
    stage = engine.frame_of(case).edition.package.stages.get(case.stage)
    return stage if isinstance(stage, ApplicantStage) and not case.outcome else None


def request_of(case: Case) -> str:
    """What the office asked last, in its own words."""
    said = [one.text for one in queries.notes_of(case) if one.kind == "request"]
    return said[-1] if said else ""


@screens.place
class Mine(Own):
    """One's applications, those on their way first."""

    name = "cases.mine"

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:  # noqa: ARG002
        """The service and the last digits of the number."""
        rows = list(queries.my_cases(actor.person_id)[:MOST]) if actor.person_id else []
        if not rows:
            return screens.Back(t("cases.ussd_no_case", visit.lang))
        lines = [screens.Choice(str(one.id), f"{one.service_name[visit.lang]} ..{one.reference[-4:]}") for one in rows]
        return screens.Screen(t("cases.ussd_which_case", visit.lang), tuple(lines))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:  # noqa: ARG002
        """To the application."""
        return screens.Go(ONE, {"c": said.key}) if isinstance(said, screens.Picked) else screens.Stay()


@screens.place
class One(Own):
    """One application: where it stands, and what its applicant may do."""

    name = ONE

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """The answer first; then the ways on."""
        lang, case = visit.lang, own_case(actor, args["c"])
        if case is None:
            return screens.Back(t("cases.ussd_no_case", lang))
        lines = [case.service_name[lang], group(case.reference), words.headline(case, lang)]
        lines.append("" if case.outcome else by_day(case, lang))
        ways = []
        if asks(case) is not None:
            lines.append(request_of(case))
            ways.append(screens.Choice("reply", t("cases.ussd_reply", lang)))
        if owed_of(case) is not None:
            ways.append(screens.Choice("bill", t("cases.ussd_pay", lang)))
        awaited = engine.state_of(case).awaited
        if awaited and not case.outcome:
            ways.append(screens.Choice("bring", t("cases.ussd_bring_n", lang, n=len(awaited))))
        ways.append(screens.Choice("speak", t("cases.ussd_speak", lang)))
        return screens.Screen("\n".join(filter(None, lines)), tuple(ways))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:  # noqa: ARG002
        """To what was chosen."""
        case = own_case(actor, args["c"])
        if case is None or not isinstance(said, screens.Picked):
            return screens.Stay()
        if said.key == "reply":
            return screens.Go(REPLY, {"c": str(case.id), "v": case.version, "ch": {}})
        if said.key == "bring":
            return screens.Go(Bring.name, {"c": str(case.id)})
        if said.key == "speak":
            about = {"i": str(case.institution_id), "s": case.service, "n": case.reference}
            return screens.Go(SPEAK, about)
        bill = owed_of(case)
        return screens.Go(BILL, {"b": str(bill.id), "c": str(case.id)}) if bill is not None else screens.Stay()


@screens.place
class Bring(Own):
    """What is awaited at the counter, by name."""

    name = "cases.bring"

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """The labels of the definition."""
        case = own_case(actor, args["c"])
        if case is None:
            return screens.Back()
        fields = engine.frame_of(case).edition.package.all_fields()
        names = [label.in_language(visit.lang) for one in engine.state_of(case).awaited if (label := fields[one].label)]
        return screens.Screen(t("cases.ussd_bring", visit.lang, what=", ".join(names)))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:  # noqa: ARG002
        """Nothing is asked here."""
        return screens.Stay()


def owed_of(case: Case) -> Bill | None:
    """The bill of a case that asks for money now."""
    found = [one for one in payments.bills_of_cases([case.id]).get(case.id, ()) if one.state in OWED]
    return found[-1] if found else None


@screens.entry(50, "cases.ussd_pay")
class Debts(Own):
    """What the person is asked to pay, the newest first."""

    name = "cases.debts"

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:  # noqa: ARG002
        """The amount and what it is for."""
        rows = list(payments.debts_of(actor.person_id)[:MOST]) if actor.person_id else []
        owed = [one for one in payments.bills_of_rows(rows).values() if one.state in OWED]
        if not owed:
            return screens.BackTo(said=t("cases.ussd_no_bill", visit.lang))
        lines = [screens.Choice(f"{one.id} {one.case_id}", f"{_missing(one)}, {_what(one)}") for one in owed]
        return screens.Screen(t("cases.ussd_which_bill", visit.lang), tuple(lines))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:  # noqa: ARG002
        """To the control number."""
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        bill, case = said.key.split()
        return screens.Go(BILL, {"b": bill, "c": case})


def _missing(bill: Bill) -> str:
    return say_money(bill.asked.amount - bill.paid.amount, bill.amount.currency)


def _what(bill: Bill) -> str:
    return ", ".join(line.label for line in bill.lines)


@screens.place
class Pay(Own):
    """The control number, the amount, the last day, and the way through the phone's own money."""

    name = BILL

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """The number first: it is what is written down."""
        lang, bills = visit.lang, payments.bills_of_cases([UUID(str(args["c"]))]).get(UUID(str(args["c"])), ())
        bill = next((one for one in bills if str(one.id) == args["b"] and one.person_id == actor.person_id), None)
        if bill is None or bill.state not in OWED:
            return screens.Back(t("cases.ussd_no_bill", lang))
        if not bill.control_number:
            return screens.Screen(t("cases.ussd_number_coming", lang))
        day = say_date(bill.expires_at.astimezone(asking.zone()).date(), lang, weekday=False)
        lines = [
            t("cases.ussd_control", lang, number=group(bill.control_number)),
            t("cases.ussd_amount", lang, amount=_missing(bill), day=day),
        ]
        return screens.Screen("\n".join(lines), hint=t("cases.ussd_how_to_pay", lang))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:  # noqa: ARG002
        """Nothing is asked here."""
        return screens.Stay()
