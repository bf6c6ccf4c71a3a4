"""The demonstration: who is there, in every role, made up, with passwords drawn anew each time."""

from collections import Counter
from pathlib import Path

import pytest

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Package
from jumuishi.institutions import public as institutions
from jumuishi.institutions.demo import HOMES, STAFF, demo_institutions
from jumuishi.institutions.roles import SYSTEM
from jumuishi.project import demo_data


def packages() -> list[Package]:
    return [definitions.edition(one.parent).package for one in demo_data.SERVICES.glob("*/service.yaml")]


def test_every_kind_of_institution_that_a_service_needs_and_two_private_ones() -> None:
    assert Counter(kind for _, kind, _, _ in HOMES) == {"authority": 2, "agency": 3, "council": 2, "company": 2}
    assert all("Mfano" in sw or "Jirani" in sw for _, _, sw, _ in HOMES), "made up, and says so"


def test_every_role_of_the_system_and_of_the_services_has_somebody() -> None:
    held = {role for *_, roles in STAFF for role in roles.split()}
    wanted = set(SYSTEM) | {role for package in packages() for role in package.roles}
    assert wanted <= held, sorted(wanted - held)


def test_each_institution_has_one_head_and_the_refunds_have_an_owner() -> None:
    heads = Counter(slug for slug, *_, roles in STAFF if "head" in roles.split())
    assert heads == {slug: 1 for slug, *_ in HOMES}
    owners = {slug for slug, *_, roles in STAFF if "accountant" in roles.split()}
    assert set(demo_data.OFFERED) <= owners


@pytest.mark.database
def test_passwords_and_second_factors_are_drawn_at_random(db: None) -> None:
    ids, accounts = demo_institutions()
    passwords, secrets = {one.password for one in accounts}, {one.totp_secret for one in accounts}
    assert len(passwords) == len(secrets) == len(accounts) == len(STAFF)
    assert all(len(one) >= 12 for one in passwords)
    source = Path(demo_data.__file__).read_text() + Path(institutions.__file__).with_name("demo.py").read_text()
    assert not [one for one in passwords | secrets if one in source]
    assert set(ids) == {slug for slug, *_ in HOMES}
