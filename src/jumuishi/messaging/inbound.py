"""Messages that come in: the words that rooms above bring, and what is heard once however often it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from jumuishi.identity import public as identity
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import is_number, normalise
from jumuishi.kernel.text import fold, t
from jumuishi.messaging import actions, rules
from jumuishi.messaging.models import Heard, Message
from jumuishi.messaging.types import Answer, Wrote

Handler = Callable[[Wrote], Answer]
SYSTEM = tenancy.Principal.system()
# For so long it is known what was heard; a message that says it is older than that is a repeat of one forgotten.
KEPT = timedelta(days=7)
_HOUR, _STEP = 3600, 500


@dataclass(frozen=True)
class Word:
    """A word, or two, that a message may begin with: how it is written in each language (the first is shown).

    `usage` is the text that says how it is used, empty for none, `order` its place among them; `is_bare`: a number
    alone means this word; `is_free`: it is heard however many were sent.
    """

    sw: tuple[str, ...]
    en: tuple[str, ...]
    handler: Handler
    usage: str = ""
    order: int = 50
    is_bare: bool = False
    is_free: bool = False


_words: list[Word] = []


def register_word(
    *,
    sw: tuple[str, ...],
    en: tuple[str, ...],
    usage: str = "",
    order: int = 50,
    is_bare: bool = False,
    is_free: bool = False,
) -> Callable[[Handler], Handler]:
    """Register what a word does; `handler(wrote)` answers, as the system, in the transaction that hears."""

    def register(handler: Handler) -> Handler:
        taken = {spelling for one in _words for spelling in (*one.sw, *one.en)}
        if taken & {*sw, *en}:
            raise ValueError(f"two rooms bring {taken & {*sw, *en}}")
        _words.append(Word(sw, en, handler, usage, order, is_bare, is_free))
        _words.sort(key=lambda one: one.order)
        return handler

    return register


def help_text(lang: str, key: str = "messaging.in_help") -> str:
    """The words there are, each with how it is used."""
    return t(key, lang, words=", ".join(t(one.usage, lang) for one in _words if one.usage))


def _spelled(text: str) -> str:
    return fold(text).strip(".!?'\"").upper()


def read(text: str) -> tuple[Word | None, bool, str]:
    """The word that a message begins with, whether it was the English one, and what stands after it."""
    said = " ".join(text.replace("\x00", "").split())
    first, _, rest = said.partition(" ")
    # "HALI:1234", "hali." and "STOP!" are what people write.
    for mark in ":,;":
        if mark in first:
            first, _, more = first.partition(mark)
            rest = f"{more} {rest}"
            break
    second, _, after = rest.strip().partition(" ")
    # Two words before one: "ACHA MSAIDIZI" is something else than "ACHA".
    for spelling, left in ((f"{_spelled(first)} {_spelled(second)}", after), (_spelled(first), rest)):
        for one in _words:
            if spelling in (*one.sw, *one.en):
                return one, spelling in one.en and spelling not in one.sw, left.strip()
    if is_number(normalise(said)):
        return next((one for one in _words if one.is_bare), None), False, said
    return None, False, ""


def hear(*, gateway: str, their_id: str, phone: str, text: str, at: datetime | None) -> None:
    """Do what a phone asks for, once, and answer it. Who writes from no phone number gets no answer."""
    try:
        number = identity.normalise_phone(phone)
    except BadPhoneError:
        return
    if at is not None and at < clock.now() - KEPT:
        return
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        word, is_english, rest = read(text)
        if not _is_first(gateway, their_id, word.sw[0] if word else ""):
            return
        known = identity.person_by_phone(number)
        lang = "en" if is_english or (known is not None and known.language == "en") else "sw"
        answer = _answer(word, Wrote(number, lang, rest, f"{gateway}:{their_id}"))
        if answer is not None:
            actions.keep(
                institution_id=answer.institution_id,
                person_id=answer.person_id or (known.id if known else None),
                to=number,
                text=answer.text,
                purpose=rules.REPLY,
                case_id=answer.case_id,
                idempotency_key=None,
            )


def _answer(word: Word | None, wrote: Wrote) -> Answer | None:
    """What goes back; None for silence, so that two machines never talk to each other for ever."""
    if word is not None and word.is_free:
        answer = word.handler(wrote)
        return answer if identity.allowed("sms.in", wrote.phone) else None
    if not identity.allowed("sms.in", wrote.phone):
        told = not identity.hit(wrote.phone, "sms.in.told", 1, _HOUR)
        return None if told else Answer(t("messaging.in_too_often", wrote.lang))
    if word is not None:
        return word.handler(wrote)
    if not identity.allowed("sms.unknown", wrote.phone):
        return None
    return Answer(help_text(wrote.lang, "messaging.in_unknown"))


def _is_first(gateway: str, their_id: str, word: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_heard (id, gateway, their_id, word, at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (gateway, their_id) DO NOTHING",
            [new_id(), gateway, their_id[:100], word[:20], clock.now()],
        )
        return bool(cursor.rowcount == 1)


def forget_heard() -> None:
    """Drop what was heard longer ago than any repeat is believed, a day to spare; and the words that went back."""
    before = clock.now() - KEPT - timedelta(days=1)
    with transaction.atomic():
        Heard.objects.filter(at__lt=before).delete()
    while True:
        with transaction.atomic():
            old = Message.objects.filter(purpose=rules.REPLY, created_at__lt=before).exclude(to="")
            ids = list(old.order_by("created_at").values_list("id", flat=True)[:_STEP])
            # That something was sent, and when, stays for the bill.
            Message.objects.filter(id__in=ids).update(to="", text="", person_id=None, their_id="")
        if len(ids) < _STEP:
            return
