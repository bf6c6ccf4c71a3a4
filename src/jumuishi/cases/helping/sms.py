"""Who may act for a phone's owner, by SMS: read, and ended at once. Taking a right away needs no PIN.

To say that one never agreed throws away what was begun, and stays behind a sign-in or a PIN.
"""

from collections.abc import Iterable

from jumuishi.cases.helping import messages, queries, wording
from jumuishi.cases.helping.actions import end_mandate
from jumuishi.cases.helping.models import Mandate
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.text import fold, t
from jumuishi.messaging import public as messaging
from jumuishi.messaging.types import Answer, Wrote

ALL = frozenset({"wote", "all"})
_MOST_NAMED, _MOST_ENDED = 3, 100


def _actor(wrote: Wrote) -> Actor:
    known = identity.person_by_phone(wrote.phone)
    return Actor.person(known.id if known else None)


def _standing(actor: Actor, wrote: Wrote) -> list[Mandate]:
    rows = queries.of_owner(actor, wrote.phone).filter(ended_at=None, until_at__gt=clock.now())
    return list(rows[:_MOST_ENDED])


def _named(rows: Iterable[Mandate], lang: str) -> str:
    """Each helper once, by name and workplace; of many the first few."""
    every = list(rows)
    names = messages.Names(every)
    who = list(dict.fromkeys(messages.who(one, lang, names) for one in every))
    more = t("cases.in_helpers_more", lang, n=len(who) - _MOST_NAMED) if len(who) > _MOST_NAMED else ""
    return ", ".join(filter(None, [*who[:_MOST_NAMED], more]))


def _meant(rows: list[Mandate], said: str, lang: str) -> list[Mandate]:
    """Those that the words name, by any part of the name or workplace; without words the only helper there is."""
    words = set(fold(said).lower().replace(",", " ").split())
    if words & ALL:
        return rows
    if not words:
        return rows if len({one.helper_id for one in rows}) == 1 else []
    names = messages.Names(rows)

    def tokens(row: Mandate) -> set[str]:
        who = fold(messages.who(row, lang, names)).lower()
        return set("".join(one if one.isalnum() else " " for one in who).split())

    return [one for one in rows if words <= tokens(one)]


@messaging.register_word(sw=("MSAIDIZI", "WASAIDIZI"), en=("HELPER", "HELPERS"))
def helpers(wrote: Wrote) -> Answer:
    """Who may act for the phone's owner now, and how to end it."""
    rows = _standing(_actor(wrote), wrote)
    if not rows:
        return Answer(t("cases.in_no_helper", wrote.lang))
    return Answer(t("cases.in_helpers", wrote.lang, who=_named(rows, wrote.lang)))


@messaging.register_word(
    sw=("ACHA MSAIDIZI", "SITISHA MSAIDIZI", "MSAIDIZI ACHA"), en=("STOP HELPER", "HELPER STOP"),
    usage="cases.use_end_helper", order=85, is_free=True,
)  # fmt: skip
def end_helper(wrote: Wrote) -> Answer:
    """End it, heard however many were sent; of several helpers those who are named."""
    actor, lang = _actor(wrote), wrote.lang
    rows = _standing(actor, wrote)
    if not rows:
        return Answer(t("cases.in_no_helper", lang))
    meant = _meant(rows, wrote.text, lang)
    if not meant:
        return Answer(t("cases.in_which_helper", lang, who=_named(rows, lang)))
    for one in meant:
        end_mandate(actor=actor, mandate_id=one.id, phone=wrote.phone)
    said = t("cases.in_helper_ended", lang, who=_named(meant, lang))
    open_until = [one.repudiable_until for one in meant if one.repudiable_until and one.repudiable_until > clock.now()]
    if open_until:
        said += " " + t("cases.in_helper_not_so", lang, at=wording.at(min(open_until), lang))
    return Answer(said)
