"""The words that are this room's own: help, the language, no more messages, messages again."""

from collections.abc import Callable
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel.text import t
from jumuishi.messaging import stopping
from jumuishi.messaging.inbound import help_text, register_word
from jumuishi.messaging.types import Answer, Wrote

# listener(phone, person_id or None, language): whether something follows that language from now on.
Listener = Callable[[str, UUID | None, str], bool]
_listeners: list[Listener] = []


def on_language(listener: Listener) -> Listener:
    """Register what follows a phone's language; called as the system, in the transaction that hears the word."""
    _listeners.append(listener)
    return listener


def _who(wrote: Wrote) -> Actor:
    known = identity.person_by_phone(wrote.phone)
    return Actor.person(known.id if known else None)


def _speak(wrote: Wrote, lang: str) -> Answer:
    person_id = _who(wrote).person_id
    if person_id is not None:
        identity.set_person(actor=Actor.person(person_id), language=lang)
    followed = [listener(wrote.phone, person_id, lang) for listener in _listeners]
    return Answer(t("messaging.in_language" if person_id or any(followed) else "messaging.in_language_new", lang))


@register_word(sw=("KIINGEREZA",), en=("ENGLISH",), usage="messaging.use_language", order=80)
def english(wrote: Wrote) -> Answer:
    """English from now on."""
    return _speak(wrote, "en")


@register_word(sw=("KISWAHILI",), en=("SWAHILI",))
def kiswahili(wrote: Wrote) -> Answer:
    """Kiswahili from now on."""
    return _speak(wrote, "sw")


@register_word(sw=("ACHA", "SITISHA"), en=("STOP", "UNSUBSCRIBE"), usage="messaging.use_stop", order=90, is_free=True)
def stop(wrote: Wrote) -> Answer:
    """No more messages but those that go always; the way back is said."""
    stopping.stop(actor=_who(wrote), phone=wrote.phone)
    return Answer(t("messaging.in_stopped", wrote.lang))


@register_word(sw=("ANZA",), en=("START",), is_free=True)
def start(wrote: Wrote) -> Answer:
    """Messages again."""
    stopping.start(actor=_who(wrote), phone=wrote.phone)
    return Answer(t("messaging.in_started", wrote.lang))


@register_word(sw=("MSAADA",), en=("HELP",))
def help_(wrote: Wrote) -> Answer:
    """The words there are."""
    return Answer(help_text(wrote.lang))
