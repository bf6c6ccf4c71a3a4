"""Sets the scene of a measurement in a running installation: the demonstration, or drafts that wait to be submitted.

`python -m bench._scene REGION [sign-in]` loads the demonstration with one region's places, to be signed in to or not;
`python -m bench._scene drafts COUNT [SERVICE]` prints a JSON list of {draft, person, session}, each of a guest.
`python -m bench._scene officer ROLE` prints the session of an officer at work; `... bills COUNT` issues bills;
`... registers` lets the services ask the three registers that run beside the installation.
"""

import json
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

OFFICE, SERVICE = "mfano", "introduction-letter"
ANSWERS = {
    "full_name": "Asha Juma",
    "has_nin": False,
    "born_on": "1900-01-01",
    "street": "Mtaa wa Mfano",
    "lived_years": 4,
    "office": "street",
    "purpose": "bank",
    "recipient": "Benki ya Mfano",
}


def country(region: str, *, cheaply: bool) -> None:
    """The demonstration's institutions, staff and services; a password hashed cheaply opens no door of the web."""
    from jumuishi.project import demo_data  # noqa: PLC0415  # models load after the settings are known

    if cheaply:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    demo_data.load((region,))


def registers() -> None:
    """Their owners, what they offer, and who may ask."""
    from jumuishi.project import demo_ports, demo_registers  # noqa: PLC0415  # models load after the settings are known

    demo_registers.load(demo_ports.kept(Path(settings.JUMUISHI_DATA)))


def officer(role: str) -> str:
    """The session of an officer who holds the role, second factor shown."""
    from django.test import Client  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.identity import testing  # noqa: PLC0415
    from jumuishi.identity.types import Actor, ActorKind  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415

    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        office = institutions.institution_by_slug(OFFICE)
        assert office is not None
        one = next(one for one in institutions.people_in(office.id) if role in one.roles)
        actor = Actor(ActorKind.OFFICER, one.person_id, office.id, one.roles, one.appointment_id, name=one.name)
        client = Client()
        testing.sign_in(client, actor)
    return str(client.cookies["sessionid"].value)


def bills(count: int) -> int:
    """Ask for money so many times, each for a debt of its own; the control numbers follow."""
    from datetime import timedelta  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.identity.types import Actor  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415
    from jumuishi.kernel import clock, tenancy  # noqa: PLC0415
    from jumuishi.kernel.ids import new_id  # noqa: PLC0415
    from jumuishi.payments import public as payments  # noqa: PLC0415
    from jumuishi.payments.types import BillLine  # noqa: PLC0415

    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        office = institutions.institution_by_slug(OFFICE)
        assert office is not None
    for number in range(count):
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            payments.issue_bill(
                actor=Actor.system(),
                institution_id=office.id,
                person_id=new_id(),
                case_id=new_id(),
                lines=[BillLine("licence", "Ada ya mfano", 1000 + number)],
                expires_at=clock.now() + timedelta(days=7),
                payer_name="Asha Juma",
                phone="+255700000001",
                idempotency_key="fees",
            )
    return count


def drafts(count: int, service: str = SERVICE) -> list[dict[str, str]]:
    """So many drafts, ready for the summary's button (of another service: empty), each with its session."""
    from jumuishi.cases import public as cases  # noqa: PLC0415  # models load after the settings are known
    from jumuishi.identity import public as identity  # noqa: PLC0415
    from jumuishi.identity import session as keys  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415
    from jumuishi.institutions.models import Place  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415
    from jumuishi.services.models import Offering  # noqa: PLC0415

    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        office = institutions.institution_by_slug(OFFICE)
        assert office is not None
        offering = Offering.objects.get(institution_id=office.id, service=service)
        ward = Place.objects.filter(level="ward").order_by("code")[0].code
    made = []
    for first in range(0, count, 100):
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            for _ in range(first, min(count, first + 100)):
                guest = identity.new_guest()
                draft = cases.begin_draft(actor=guest.actor, offering_id=offering.id)
                if service == SERVICE:
                    answers = {**ANSWERS, "place": ward}
                    cases.save_answers(actor=guest.actor, draft_id=draft, answers=answers, page="letter", is_done=True)
                store = SessionStore()
                store[keys.PERSON] = str(guest.actor.person_id)
                store[keys.GUEST] = True
                store.save(must_create=True)
                session = str(store.session_key)
                made.append({"draft": str(draft), "person": str(guest.actor.person_id), "session": session})
    return made


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "drafts":
        print(json.dumps(drafts(int(sys.argv[2]), *sys.argv[3:])))
    elif sys.argv[1] == "officer":
        print(officer(sys.argv[2]))
    elif sys.argv[1] == "registers":
        registers()
    elif sys.argv[1] == "bills":
        print(bills(int(sys.argv[2])))
    else:
        country(sys.argv[1], cheaply="sign-in" not in sys.argv)
