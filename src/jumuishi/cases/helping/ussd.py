"""Who may act for me, on an old phone: read, and ended at once, after the PIN."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from jumuishi.cases.helping import messages, queries
from jumuishi.cases.helping.actions import end_mandate
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.types import CaseError
from jumuishi.cases.ussd.mine import MOST, Own
from jumuishi.channels.ussd import screens
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t, texts
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

END, NOT_ME = "end", "not_me"


@screens.entry(70, "cases.ussd_helpers")
class Helpers(Own):
    """Those whom the person lets act, or is said to, the newest first."""

    name = "cases.helpers"

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:  # noqa: ARG002
        """By name, with what for."""
        with tenancy.acting_as(queries.SYSTEM):
            rows = list(queries.of_owner(actor).filter(ended_at=None)[:MOST]) if actor.person_id else []
        lang, offered = visit.lang, services.offerings({row.offering_id for row in rows if row.offering_id})
        lines = [screens.Choice(str(row.id), _line(row, offered, lang)) for row in rows]
        if not lines:
            return screens.Back(t("cases.ussd_no_helper", visit.lang))
        return screens.Screen(t("cases.ussd_which_helper", visit.lang), tuple(lines))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:  # noqa: ARG002
        """To the one."""
        return screens.Go(Helper.name, {"m": said.key}) if isinstance(said, screens.Picked) else screens.Stay()


@screens.place
class Helper(Own):
    """One of them: until when, and the end."""

    name = "cases.helper"

    def shown(self, visit: screens.Visit, args: screens.Args, actor: Actor) -> screens.Screen | screens.Move:
        """What was consented to; a mark that was never put may be denied while there is time."""
        lang, row = visit.lang, _one(actor, args)
        if row is None:
            return screens.Back(t("cases.ussd_no_helper", lang))
        until = say_instant(row.until_at, lang, settings.TIME_ZONE).split(", ", 1)[1]
        lines = [messages.who(row, lang), messages.what(row, lang), t("cases.ussd_helps_until", lang, at=until)]
        ways = [screens.Choice(END, t("cases.ussd_end_help", lang))]
        if row.repudiable_until is not None and clock.now() <= row.repudiable_until:
            ways.append(screens.Choice(NOT_ME, t("cases.ussd_never_let", lang)))
        return screens.Screen("\n".join(lines), tuple(ways))

    def taken(self, visit: screens.Visit, args: screens.Args, said: screens.Said, actor: Actor) -> screens.Move:
        """It ends now; twice is once."""
        if not isinstance(said, screens.Picked):
            return screens.Stay()
        try:
            end_mandate(actor=actor, mandate_id=UUID(str(args["m"])), is_repudiated=said.key == NOT_ME)
        except CaseError as error:
            return screens.Stay(t(error.code if error.code in texts() else "cases.refused", visit.lang))
        return screens.BackTo(said=t("cases.ussd_help_ended", visit.lang))


def _line(row: Mandate, offered: Mapping[UUID, OfferingRef], lang: str) -> str:
    found = offered.get(row.offering_id) if row.offering_id else None
    what = found.name[lang] if found else t("cases.help_all_services", lang)
    return f"{row.helper_name or t('cases.help_nameless', lang)}: {what}"


def _one(actor: Actor, args: screens.Args) -> Mandate | None:
    if actor.person_id is None:
        return None
    with tenancy.acting_as(queries.SYSTEM):
        return queries.of_owner(actor).filter(id=UUID(str(args["m"])), ended_at=None).first()
