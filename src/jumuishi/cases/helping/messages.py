"""What the owner is told on the own phone: who helps, for how much, until when; how to stop it. No link."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.cases.helping.models import Mandate
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date, say_instant, say_money
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.services import public as services


class Names:
    """What is named in consents, two questions for any number of them."""

    def __init__(self, rows: Iterable[Mandate]) -> None:
        every = list(rows)
        self.offerings = services.offerings({one.offering_id for one in every if one.offering_id})
        self.homes = institutions.institutions({one.institution_id for one in every if one.institution_id})


def what(row: Mandate, lang: str, names: Names | None = None) -> str:
    """What it is for: the service, or all of them."""
    known = (names or Names([row])).offerings
    offering = known.get(row.offering_id) if row.offering_id else None
    return offering.name[lang] if offering is not None else t("cases.help_all_services", lang)


def who(row: Mandate, lang: str, names: Names | None = None) -> str:
    """The helper with the workplace, or with the kind where there is none."""
    known = (names or Names([row])).homes
    home = known.get(row.institution_id) if row.institution_id else None
    where = home.name[lang] if home is not None else t(f"cases.help_kind_{row.kind}", lang)
    return t("cases.help_who", lang, name=row.helper_name or t("cases.help_nameless", lang), where=where)


def all_of(rows: Sequence[Mandate], lang: str) -> str:
    """What those that were asked for together are for."""
    names = Names(rows)
    return ", ".join(dict.fromkeys(what(one, lang, names) for one in rows))


def about(rows: Sequence[Mandate]) -> str:
    """What stands before the code: who asks, for what, for how much each."""
    row, lang = rows[0], rows[0].language
    key = "cases.sms_help_fee_each" if len(rows) > 1 else "cases.sms_help_fee"
    fee = t(key, lang, fee=say_money(row.fee, settings.CURRENCY)) if row.fee else ""
    return t("cases.sms_help_asks", lang, who=who(row, lang), what=all_of(rows, lang), fee=fee).strip()


def tell_given(rows: Sequence[Mandate]) -> None:
    """That it counts, and how it ends; of a mark, by when to say that it is not so. One message for all of them."""
    row = rows[0]
    lang, said = row.language, {"who": who(row, row.language), "what": all_of(rows, row.language)}
    if row.repudiable_until is not None:
        at = say_instant(row.repudiable_until, lang, settings.TIME_ZONE)
        _send(row, t("cases.sms_help_marked", lang, **said, witness=row.witness_name, at=at), "given")
        return
    local = row.until_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    day = say_date(local, lang, weekday=False)
    _send(row, t("cases.sms_help_given", lang, **said, day=day, how=how_to_end(lang)), "given")


def how_to_end(lang: str) -> str:
    """The nearest way to end it of those that this installation has."""
    if settings.SMS_NUMBER:
        return t("cases.sms_help_end_sms", lang, number=settings.SMS_NUMBER)
    if settings.USSD_CODE:
        return t("cases.sms_help_end_ussd", lang, code=settings.USSD_CODE)
    return t("cases.sms_help_end_web", lang)


_ENDED = {
    Mandate.Why.OWNER: "cases.sms_help_ended",
    Mandate.Why.REPUDIATED: "cases.sms_help_ended",
    Mandate.Why.AGREEMENT: "cases.sms_help_closed",
}


def tell_ended(row: Mandate, why: str) -> None:
    """That the helper reads nothing any more, where the owner or an office ended it."""
    if why in _ENDED:
        _send(row, t(_ENDED[Mandate.Why(why)], row.language, who=who(row, row.language)), "ended")


def _send(row: Mandate, text: str, key: str) -> None:
    if row.owner_phone:
        messaging.send_sms(
            institution_id=row.institution_id, person_id=row.owner_id, to=row.owner_phone, text=text,
            purpose="mandate", idempotency_key=f"{row.id}:{key}",
        )  # fmt: skip
