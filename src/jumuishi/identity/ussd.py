"""Who holds the phone: the person of a session, and the places where a PIN is asked, set and changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from jumuishi.channels.ussd import screens
from jumuishi.identity import codes, people, pins
from jumuishi.identity.models import Person
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, BadPhoneError, WeakPinError
from jumuishi.kernel.text import t

PIN, CODE = "pin", "code"
_PURPOSE = "ussd"


def on_phone(visit: screens.Visit) -> Actor:
    """The person of the phone, as the network says it; made the first time. What harms asks for the mark "pin" too."""
    if not visit.person:
        visit.person = str(people.person_of_phone(visit.phone, language=visit.lang).who)
    return Actor.person(UUID(visit.person))


def known_on_phone(visit: screens.Visit) -> Actor:
    """The same where nobody is made: a visitor, for a phone that nobody is known by."""
    if not visit.person:
        with as_system():
            found = Person.objects.filter(phone=visit.phone).values_list("id", flat=True).first()
        visit.person = str(found) if found else ""
    return Actor.person(UUID(visit.person) if visit.person else None)


def language_of_phone(phone: str) -> str:
    """The language of whoever is known by a phone (+255XXXXXXXXX); Kiswahili for everybody else."""
    with as_system():
        return Person.objects.filter(phone=phone).values_list("language", flat=True).first() or "sw"


def _next(args: screens.Args) -> screens.Go:
    """To what the PIN was asked for."""
    return screens.Go(str(args.get("then", MyPin.name)), _inner(args), instead=True)


def _inner(args: screens.Args) -> Mapping[str, Any]:
    found = args.get("args")
    return found if isinstance(found, Mapping) else {}


def _mark(visit: screens.Visit, pin: str) -> str:
    """What is kept of a new PIN until it is typed a second time."""
    return str(salted_hmac("identity.pin.twice", f"{visit.session}|{pin}", algorithm="sha256").hexdigest())[:32]


@screens.place
class AskPin(screens.Place):
    """The PIN, before anything that is the person's is shown or done."""

    name = "identity.pin"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """The PIN; or, to whoever has none, the way to one."""
        if PIN in visit.marks:
            return _next(args)
        person = known_on_phone(visit)
        if person.person_id is None or not pins.has_pin(person.person_id):
            lines = (screens.Choice("send", t("identity.pin_send", visit.lang)),)
            return screens.Screen(t("identity.pin_none", visit.lang), lines)
        return screens.Screen(
            t("identity.pin_ask", visit.lang),
            (screens.Choice("send", t("identity.pin_forgot", visit.lang)),),
            asks=True,
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Right leads on; wrong counts."""
        if isinstance(said, screens.Picked):
            return _send(visit, args)
        person = known_on_phone(visit)
        tried = pins.try_pin(person.person_id, said.text or "") if person.person_id else pins.Tried.WRONG
        if tried is pins.Tried.RIGHT:
            visit.marks.add(PIN)
            return _next(args)
        return screens.Stay(t(f"identity.pin_{tried.value}", visit.lang))


def _send(visit: screens.Visit, args: screens.Args) -> screens.Move:
    try:
        if not codes.start_code(visit.phone, _PURPOSE, f"ussd {visit.phone}", language=visit.lang):
            return screens.Stay(t("identity.pin_no_code", visit.lang))
    except BadPhoneError:
        return screens.Stay(t("identity.pin_no_sms", visit.lang))
    return screens.Go(AskCode.name, args, instead=True)


@screens.place
class AskCode(screens.Place):
    """The code that went to the phone by SMS: whoever reads it holds the card, not only the line."""

    name = "identity.pin_code"
    goes_on = True

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """The code, or another one."""
        if CODE in visit.marks:
            return screens.Go(NewPin.name, args)
        lines = (screens.Choice("send", t("identity.pin_send_again", visit.lang)),)
        return screens.Screen(t("identity.pin_code", visit.lang), lines, asks=True)

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """A right code is used up, and a new PIN may be set."""
        if isinstance(said, screens.Picked):
            return _send(visit, args)
        if not codes.check_code(visit.phone, _PURPOSE, said.text or "", f"ussd {visit.phone}"):
            return screens.Stay(t("identity.pin_code_wrong", visit.lang))
        visit.marks.add(CODE)
        return screens.Go(NewPin.name, args, instead=True)


@screens.place
class NewPin(screens.Place):
    """A new PIN, typed twice."""

    name = "identity.pin_new"

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen | screens.Move:
        """Four digits, then the same again."""
        if visit.marks.isdisjoint({CODE, PIN}):
            return screens.Go(AskPin.name, {key: value for key, value in args.items() if key != "first"})
        return screens.Screen(
            t("identity.pin_again" if args.get("first") else "identity.pin_new", visit.lang), asks=True
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:
        """Kept once both are the same."""
        pin = said.text or "" if isinstance(said, screens.Written) else ""
        rest = {key: value for key, value in args.items() if key != "first"}
        if not args.get("first"):
            try:
                pins.check_new_pin(pin)
            except WeakPinError as error:
                return screens.Stay(t(error.code, visit.lang))
            return screens.Stay(args={**rest, "first": _mark(visit, pin)})
        if not constant_time_compare(str(args["first"]), _mark(visit, pin)):
            return screens.Stay(t("identity.pin_differs", visit.lang), rest)
        pins.set_pin(actor=on_phone(visit), pin=pin)
        visit.marks.discard(CODE)
        visit.marks.add(PIN)
        return _next(rest)


@screens.entry(80, "identity.pin_mine")
class MyPin(screens.Place):
    """The person's own PIN: set, or changed."""

    name = "identity.pin_own"

    def needs(self, visit: screens.Visit, args: screens.Args) -> str:  # noqa: ARG002
        """Whoever changes it knows it, or has a code."""
        return PIN

    def show(self, visit: screens.Visit, args: screens.Args) -> screens.Screen:  # noqa: ARG002
        """That it is set, and the way to another."""
        return screens.Screen(
            t("identity.pin_is_set", visit.lang), (screens.Choice("new", t("identity.pin_change", visit.lang)),)
        )

    def take(self, visit: screens.Visit, args: screens.Args, said: screens.Said) -> screens.Move:  # noqa: ARG002
        """To a new one."""
        return (
            screens.Go(NewPin.name, {"then": self.name, "args": {}})
            if isinstance(said, screens.Picked)
            else screens.Back()
        )


screens.REGISTRY.guard = AskPin.name
