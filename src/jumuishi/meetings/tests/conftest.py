"""The demonstration's council: nine members with phones, its secretary at work, its orders agreed."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import asha, at_work, country, officer, world
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.meetings.bodies import queries
from jumuishi.meetings.models import Body, Edition, Member
from jumuishi.meetings.orders.types import Orders

__all__ = ["asha", "at_work", "country", "officer", "world"]
Find = Callable[[str, str], Actor]
AtWork = Callable[[str, str], Client]


@dataclass
class Council:
    """A body of the demonstration and everybody about it; members are found by a part of their name."""

    home: UUID
    body: Body
    edition: Edition
    orders: Orders
    find: Find
    enter: AtWork
    slug: str = "mfano"
    keeper: str = "Tatu"

    @property
    def secretary(self) -> Actor:
        """The officer who keeps the body."""
        return self.find(self.slug, self.keeper)

    @property
    def head(self) -> Actor:
        """The head of the institution: Neema, or Aisha."""
        return self.find(self.slug, "Neema" if self.slug == "mfano" else "Aisha")

    def desk(self, name: str = "") -> Client:
        """A browser of the secretary, or of another officer of the institution."""
        return self.enter(self.slug, name or self.keeper)

    def members(self, *roles: str) -> list[Member]:
        """All of today, or those in these roles, by their phones' order."""
        rows = Member.objects.filter(body=self.body).order_by("contact__phone", "name")
        return [one for one in rows if not roles or one.role in roles]

    def member(self, name: str) -> Member:
        """One of them."""
        return next(one for one in self.members() if name in one.name)

    @property
    def chair(self) -> Member:
        """Who presides."""
        return self.members("chair")[0]

    def actor(self, member: Member) -> Actor:
        """The member as a citizen with a proved phone."""
        return Actor.person(member.person_id, member.name)

    def phone(self, member: Member) -> Client:
        """A browser of the member's own, signed in by the phone."""
        client = Client()
        testing.sign_in(client, self.actor(member))
        return client


def _council(country: dict[str, UUID], officer: Find, at_work: AtWork, slug: str, keeper: str) -> Council:
    body = Body.objects.get(institution_id=country[slug])
    edition, orders = queries.orders_on(body)
    assert edition is not None
    return Council(country[slug], body, edition, orders, officer, at_work, slug, keeper)


@pytest.fixture
def council(country: dict[str, UUID], officer: Find, at_work: AtWork) -> Council:
    """Baraza la Madiwani of mfano: a chair, a vice, seven councillors, Tatu the secretary."""
    return _council(country, officer, at_work, "mfano", "Tatu")


@pytest.fixture
def board(country: dict[str, UUID], officer: Find, at_work: AtWork) -> Council:
    """The water authority's board: a chair, four members, an empty seat; no casting vote entered."""
    return _council(country, officer, at_work, "maji-mfano", "Bakari")
