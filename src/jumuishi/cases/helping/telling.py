"""What officers are told of agreements: that one waits for them, what became of it. By letter, else by SMS."""

from collections.abc import Iterable
from uuid import UUID

from jumuishi.cases.helping.models import Agreement
from jumuishi.cases.policies import HEADS
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import t

SYSTEM = tenancy.Principal.system()


def second_people(row: Agreement) -> dict[UUID, str]:
    """Who may approve it by their post, by name; whoever wrote it is none of them."""
    own = _heads(row.institution_id)
    natural = identity.natural_people([*own, row.made_by])
    return {key: name for key, name in own.items() if natural[key] != natural[row.made_by]}


def _heads(institution_id: UUID) -> dict[UUID, str]:
    with tenancy.acting_as(SYSTEM):
        people = institutions.people_in(institution_id)
    return {one.person_id: one.name for one in people if one.roles & set(HEADS)}


def waits(row: Agreement) -> None:
    """To those who may approve it."""
    _tell(second_people(row), "waits", row)


def approved(row: Agreement) -> None:
    """To whoever wrote it, and to the agent."""
    _tell({row.made_by, *_heads(row.agent_id)}, "approved", row)


def refused(row: Agreement) -> None:
    """To whoever wrote it; why stands on its page."""
    _tell({row.made_by}, "refused", row)


def ended(row: Agreement) -> None:
    """To the agent: at once, or after its last day."""
    _tell(_heads(row.agent_id), "ended", row)


def _tell(people: Iterable[UUID], what: str, row: Agreement) -> None:
    names = institutions.institutions([row.institution_id, row.agent_id])

    def say(lang: str) -> tuple[str, str]:
        said = {"home": names[row.institution_id].name[lang], "agent": names[row.agent_id].name[lang]}
        subject = t(f"cases.agents_told_{what}", lang, **said)
        return subject, f"{subject}\n\n{identity.link_to(f'/ofisi/mawakala/{row.id}/', lang)}\n"

    identity.tell(people, say, purpose=f"agreement.{what}")
