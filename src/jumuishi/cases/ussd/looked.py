"""Registers on an old phone: what one said, read out once; its question; a value said to be wrong."""

from jumuishi.cases import wording
from jumuishi.cases.lookups import actions, showing
from jumuishi.cases.lookups.models import Look
from jumuishi.cases.lookups.rules import Way
from jumuishi.cases.sheet import Sheet
from jumuishi.cases.types import DraftError
from jumuishi.cases.ussd import asking
from jumuishi.cases.ussd.looking import QUESTION, READ, REASON, WRONG, next_place
from jumuishi.channels.ussd import screens
from jumuishi.exchange import public as exchange
from jumuishi.identity import public as identity
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import t


def go_on(on: Sheet, args: screens.Args) -> screens.Move:
    """To what comes after the key."""
    if args.get("m"):
        return screens.BackTo(asking.SUMMARY)
    return asking.ask(args["d"], asking.after(on.form, str(args["f"])))


class Looking(screens.Place):
    """A place of one look (`l`) of a draft (`d`), after its key (`f`)."""

    goes_on = True

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:
        """Begun in this session, or the PIN."""
        return asking.needs(visit, args["d"])

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """As `shown` says, while the look is there."""
        on, row = _found(visit, args)
        if on is None:
            return asking.gone(visit)
        return go_on(on, args) if row is None else self.shown(visit, args, on, row)

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet, row: Look) -> screens.Screen | screens.Move:
        """What is read here."""
        raise NotImplementedError


def _found(visit: screens.Visit, args: screens.Args) -> tuple[Sheet | None, Look | None]:
    on = asking.sheet(visit, str(args["d"]))
    rows = on.looks.rows.values() if on is not None else ()
    return on, next((one for one in rows if str(one.id) == args["l"]), None)


def _again(visit: screens.Visit, args: screens.Args) -> Sheet | None:
    """The draft as it is after an act."""
    visit.memo.clear()
    return asking.sheet(visit, str(args["d"]))


@screens.place
class Looked(Looking):
    """What a register said, from whom and when: right, or one of its values is wrong."""

    name = READ

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet, row: Look) -> screens.Screen | screens.Move:
        """Each value with its label, then the source."""
        lang, package = visit.lang, on.frame.edition.package
        fields = [one for name, one in package.all_fields().items() if on.ways.get(name) is Way.FETCHED]
        mine = [one for one in fields if on.looks.row(one.name, on.draft.answers) is row]
        if not mine:
            return go_on(on, args)
        lines = [
            f"{one.label.in_language(lang) if one.label else one.name}: "
            f"{wording.words(one, row.values[one.name], lang)}"
            for one in mine
        ]
        lines.append(showing.source(row, mine[0], package, lang, on.work))
        wrong = tuple(
            screens.Choice(
                one.name,
                t("cases.ussd_look_wrong", lang)
                + (f": {one.label.in_language(lang)}" if len(mine) > 1 and one.label else ""),
            )
            for one in mine
        )
        return screens.Screen("\n".join(lines), (screens.Choice("", t("cases.ussd_look_ok", lang)), *wrong))

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """On, or to what is right."""
        on, _ = _found(visit, args)
        if on is None:
            return asking.gone(visit)
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        return go_on(on, args) if said.key == "" else screens.Go(WRONG, {**args, "w": said.key})


@screens.place
class Wrong(Looking):
    """What is right instead of a register's value (`w`)."""

    name = WRONG

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet, row: Look) -> screens.Screen | screens.Move:
        """The question as it would have been asked."""
        del row
        one = on.frame.edition.package.all_fields()[str(args["w"])]
        if one.type == "place":
            return screens.Screen(
                t("cases.ussd_not_here", visit.lang), (screens.Choice("", t("cases.ussd_look_ok", visit.lang)),)
            )
        return asking.screen(visit, on.form, one)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Then why."""
        on, _ = _found(visit, args)
        if on is None:
            return asking.gone(visit)
        one = on.frame.edition.package.all_fields()[str(args["w"])]
        raw = said.key if isinstance(said, screens.Picked) else asking.typed_as(one, said.text or "")
        if one.type == "place":
            return go_on(on, args)
        if one.type in asking.PICKED and not isinstance(said, screens.Picked):
            raw = asking.meant(on.form, one, said.text or "", visit.lang) or ""
        return screens.Go(REASON, {**args, "v": raw[:200]})


@screens.place
class Reason(Looking):
    """Why it is wrong."""

    name = REASON

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet, row: Look) -> screens.Screen | screens.Move:
        """A few words."""
        del args, on, row
        return screens.Screen(t("cases.ussd_look_reason", visit.lang), asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Kept; what can't be read leads back to the value."""
        on, row = _found(visit, args)
        if on is None or row is None or isinstance(said, screens.Picked):
            return asking.gone(visit) if on is None else screens.Stay()
        actor, name = identity.on_phone(visit), str(args["w"])
        try:
            with tenancy.acting_as(identity.principal_of(actor)):
                wrong = actions.dispute(
                    actor=actor, draft_id=on.draft.id, name=name, raw=args["v"], reason=said.text or ""
                )
        except DraftError as error:
            return screens.Stay(t(error.code, visit.lang))
        if wrong and wrong[0].field == name:
            one = on.frame.edition.package.all_fields()[name]
            return screens.Stay(asking.wrong_words(wrong[0], one, visit.lang))
        if wrong:
            return screens.Stay(t("cases.err_reason", visit.lang))
        again = _again(visit, args)
        return asking.gone(visit) if again is None else go_on(again, args)


@screens.place
class Question(Looking):
    """What a register asks the person first."""

    name = QUESTION

    def shown(self, visit: screens.Visit, args: screens.Args, on: Sheet, row: Look) -> screens.Screen | screens.Move:
        """The question itself, who asks it, and the way past it."""
        if row not in actions.pending(on):
            return go_on(on, args)
        asked = row.question or {}
        said = t("cases.look_was_wrong", visit.lang) if asked.get("was_wrong") else ""
        return screens.Screen(
            f"{exchange.label_of(row.register, visit.lang)}: {asked.get(visit.lang, '')}",
            (screens.Choice("skip", t("cases.ussd_look_skip", visit.lang)),), asks=True, error=said,
        )  # fmt: skip

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Sent to the register, and kept nowhere; then what it says, another question, or the person's own word."""
        on, row = _found(visit, args)
        if on is None or row is None:
            return asking.gone(visit)
        actor = identity.on_phone(visit)
        try:
            with tenancy.acting_as(identity.principal_of(actor)):
                if isinstance(said, screens.Picked):
                    actions.skip_question(actor=actor, draft_id=on.draft.id, look_id=row.id)
                    now = None
                else:
                    now = actions.answer_question(
                        actor=actor, draft_id=on.draft.id, look_id=row.id, said=said.text or ""
                    )
        except DraftError as error:
            return screens.Stay(t(error.code, visit.lang))
        again = _again(visit, args)
        if again is None:
            return asking.gone(visit)
        if now is not None and now.state == Look.State.QUESTION:
            return screens.Stay(t("cases.look_was_wrong", visit.lang) if (now.question or {}).get("was_wrong") else "")
        then = next_place(again.draft.id, [now], str(args["f"]), mends=bool(args.get("m"))) if now is not None else None
        return then or go_on(again, args)


def pending_place(on: Sheet) -> screens.Move | None:
    """The first question of a register that is still open; None for none."""
    rows = actions.pending(on)
    return next_place(on.draft.id, rows[:1], rows[0].key_field, mends=True) if rows else None
