"""Sets the scene of a measurement in a running installation: the demonstration, or drafts that wait to be submitted.

`python -m bench._scene REGION [sign-in]` loads the demonstration with one region's places, to be signed in to or not;
`python -m bench._scene drafts COUNT` prints a JSON list of {draft, person, session}, each of a guest of its own.
"""

import json
import sys

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


def drafts(count: int) -> list[dict[str, str]]:
    """So many answered drafts, ready for the summary's button, each with its guest's session."""
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
        offering = Offering.objects.get(institution_id=office.id, service=SERVICE)
        ward = Place.objects.filter(level="ward").order_by("code")[0].code
    made = []
    for first in range(0, count, 100):
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            for _ in range(first, min(count, first + 100)):
                guest = identity.new_guest()
                draft = cases.begin_draft(actor=guest.actor, offering_id=offering.id)
                cases.save_answers(
                    actor=guest.actor, draft_id=draft, answers={**ANSWERS, "place": ward}, page="letter", is_done=True
                )
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
        print(json.dumps(drafts(int(sys.argv[2]))))
    else:
        country(sys.argv[1], cheaply="sign-in" not in sys.argv)
