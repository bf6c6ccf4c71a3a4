"""Answering what the office asked: each answer is read and checked as it is typed, all are sent at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from jumuishi.cases import engine, form
from jumuishi.cases.actions import answering
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.cases.ussd import asking
from jumuishi.cases.ussd.mine import ONE, REPLY, Own, asks, own_case, request_of
from jumuishi.channels.ussd import screens
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import ApplicantStage, Error, Field, Form
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import fold, t, texts

SEND, WORDS = "!send", "!words"
MOST_WORDS = 600
FOUND = 30


def filled_with(case: Case, changes: Mapping[str, Any]) -> Form:
    """The case's form with what was answered just now."""
    kept = {**case.state["answers"], **changes}
    return form.form_of(engine.frame_of(case), {name: value for name, value in kept.items() if value is not None})


def fields_of(filled: Form, stage: ApplicantStage) -> list[Field]:
    """What is asked or may be changed here and can be typed on a phone."""
    names = [one if isinstance(one, str) else one.name for one in stage.fields]
    return [one for one in filled.named(names) if asking.is_carried(one) and one.type != "note"]


@screens.place
class Reply(Own):
    """What may be answered: `c` the case, `v` its version, `ch` what is answered already, `w` words to the office."""

    name = REPLY
    goes_on = True

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """The request, its questions (answered ones have a +), and the button."""
        lang, case = visit.lang, own_case(actor, args["c"])
        stage = asks(case) if case is not None else None
        if case is None or stage is None:
            return screens.BackTo(ONE, t("cases.nothing_asked", lang))
        filled, done = filled_with(case, args["ch"]), args["ch"]
        rows = [
            screens.Choice(
                one.name, ("+" if one.name in done else "") + (one.label.in_language(lang) if one.label else one.name)
            )
            for one in fields_of(filled, stage)
        ]
        rows.append(screens.Choice(WORDS, ("+" if args.get("w") else "") + t("cases.ussd_words", lang)))
        if done or args.get("w"):
            rows.append(screens.Choice(SEND, t("cases.ussd_send_reply", lang)))
        return screens.Screen(request_of(case) or t("cases.ussd_asked", lang), tuple(rows))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:
        """To a question, or off to the office."""
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        if said.key != SEND:
            return screens.Go(Item.name, {**args, "f": said.key})
        try:
            answering.answer_request(
                actor=actor, case_id=UUID(str(args["c"])), version=int(args["v"]), changes=dict(args["ch"]),
                message=str(args.get("w", "")),
            )  # fmt: skip
        except CaseError as error:
            return self._refused(visit, args, error, actor)
        return screens.BackTo(ONE, t("cases.ussd_replied", visit.lang))

    def _refused(self, visit: screens.Visit, args: screens.Args, error: CaseError, actor: Actor) -> screens.Move:
        """A question that is still to be answered is led to; one that a phone cannot carry is told."""
        named = error.values.get("errors", ())
        wrong = [one for one in named if isinstance(one, Error)] if isinstance(named, tuple | list) else []
        case = own_case(actor, args["c"])
        stage = asks(case) if case is not None else None
        if wrong and case is not None and stage is not None:
            fields = {one.name: one for one in fields_of(filled_with(case, args["ch"]), stage)}
            mend = next((one for one in wrong if one.field in fields), None)
            return (
                screens.Go(Item.name, {**args, "f": mend.field})
                if mend
                else screens.Stay(t("cases.ussd_not_by_phone", visit.lang))
            )
        code = error.code if error.code in texts() else "cases.refused"
        return screens.BackTo(ONE, t(code, visit.lang, by=error.values.get("by") or t("cases.an_officer", visit.lang)))


@screens.place
class Item(Own):
    """One question of the request, `f`; or the words to the office."""

    name = "cases.reply_item"
    goes_on = True

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """As in an application; a place by its name."""
        lang = visit.lang
        if args["f"] == WORDS:
            return screens.Screen(t("cases.ussd_words_ask", lang), asks=True)
        found = _one(actor, args)
        if found is None:
            return screens.BackTo(ONE)
        filled, one = found
        if one.type == "place":
            places = institutions.search_places(str(args.get("q", "")), one.level or "ward", limit=FOUND)
            rows = tuple(screens.Choice(each.code, f"{each.name}, {each.district}") for each in places)
            return replace(asking.screen(visit, filled, one), choices=rows)
        return asking.screen(visit, filled, one, chosen=tuple(args.get("p", ())))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:
        """Read and checked at once; kept in the session until all is sent."""
        typed = said.key if isinstance(said, screens.Picked) else said.text or ""
        rest = {key: args[key] for key in ("c", "v", "ch", "w") if key in args}
        if args["f"] == WORDS:
            return screens.Go(Reply.name, {**rest, "w": typed[:MOST_WORDS]}, instead=True)
        found = _one(actor, args)
        if found is None:
            return screens.BackTo(ONE)
        filled, one = found
        raw: Any = typed if isinstance(said, screens.Picked) else asking.typed_as(one, typed)
        if one.type == "place" and not isinstance(said, screens.Picked) and typed:
            places = institutions.search_places(typed, one.level or "ward", limit=FOUND)
            alone = places if len(places) == 1 else [each for each in places if fold(each.name) == fold(typed)]
            if len(alone) != 1:
                said_of = "" if places else t("cases.ussd_none_found", visit.lang)
                return screens.Stay(said_of, {**args, "q": typed[:40]})
            raw = alone[0].code
        elif one.type in asking.PICKED and not isinstance(said, screens.Picked):
            raw = asking.meant(filled, one, typed, visit.lang)
            if raw is None:
                return screens.Stay(t("channels.ussd_number", visit.lang))
        elif one.type == "select_multiple":
            chosen = list(args.get("p", ()))
            if raw != asking.GO_ON:
                return screens.Stay(
                    args={**args, "p": [key for key in chosen if key != raw] if raw in chosen else [*chosen, raw]}
                )
            raw = chosen
        read = forms.read_fields(filled, [one], {one.name: raw}, asking.DOOR)
        wrong = [fault for fault in read.errors if fault.field == one.name]
        if wrong:
            return screens.Stay(asking.wrong_words(wrong[0], one, visit.lang))
        return screens.Go(Reply.name, {**rest, "ch": {**args["ch"], **read.keep}}, instead=True)


def _one(actor: Actor, args: screens.Args) -> tuple[Form, Field] | None:
    case = own_case(actor, args["c"])
    stage = asks(case) if case is not None else None
    if case is None or stage is None:
        return None
    filled = filled_with(case, args["ch"])
    one = next((each for each in fields_of(filled, stage) if each.name == args["f"]), None)
    return (filled, one) if one is not None else None
