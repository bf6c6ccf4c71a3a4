"""What each node of the demonstration knows at its first start: its own institution, its people, its system."""

import os
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import demo
from jumuishi.institutions import public as institutions
from jumuishi.institutions.demo import DemoAccount, demo_institutions
from jumuishi.kernel import tenancy
from jumuishi.project import demo_accounts
from jumuishi.project.network.customers import DESCRIPTION
from jumuishi.project.network.parts import AGENCY, COUNCIL, HOMES
from jumuishi.project.plan import SYSTEM


def load(kind: str) -> list[DemoAccount]:
    """Make what is not there yet, and name the agency's system where it answers now; returns who can sign in."""
    accounts = _people(HOMES[kind])
    if kind == AGENCY:
        demo.agency(f"{os.environ[SYSTEM]}/api", DESCRIPTION.read_bytes())
    elif kind == COUNCIL:
        demo.council()
    return accounts


@transaction.atomic
def _people(slug: str) -> list[DemoAccount]:
    with tenancy.acting_as(tenancy.Principal.system()):
        if institutions.institution_by_slug(slug) is not None:
            return []
        _, accounts = demo_institutions({slug})
    # Before the commit: passwords that nobody knows would be worse than a file that is written again.
    demo_accounts.keep(Path(settings.JUMUISHI_CONFIG), map(asdict, accounts))
    return accounts
