"""Editions of a body's standing orders: entered by one, agreed by another, in force from a day; earlier ones stay."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock
from jumuishi.meetings.bodies import queries
from jumuishi.meetings.bodies.making import kept
from jumuishi.meetings.bodies.types import BodyRefusedError, WrongOrdersError
from jumuishi.meetings.models import Body, Edition
from jumuishi.meetings.orders.checks import findings
from jumuishi.meetings.orders.reading import UnreadableError, faults_in, from_toml, read
from jumuishi.meetings.orders.shape import rule_in, with_rule
from jumuishi.meetings.orders.writing import changes

OPEN = (Edition.State.DRAFT, Edition.State.PROPOSED)
SIZE = 200_000


@identity.action("meetings.orders.begin")
def begin_edition(*, actor: Actor, body_id: UUID) -> UUID:
    """A draft that begins as what is in force or agreed last; the one that is under way is that one."""
    body = kept(actor, body_id)
    rows = queries.editions_of(body)
    open_one = rows.filter(state__in=OPEN).first()
    if open_one is not None:
        identity.record(actor, edition_thing(open_one), after={"sent_again": "begin"})
        return open_one.id
    last = _agreed_last(body)
    row = Edition.objects.create(
        institution_id=body.institution_id, body=body, made_by=actor.who, made_at=clock.now(),
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1, definition=last.definition if last else {},
    )  # fmt: skip
    identity.record(actor, edition_thing(row), after={"number": row.number})
    return row.id


@identity.action("meetings.orders.rule")
def enter_rule(*, actor: Actor, edition_id: UUID, name: str, rule: Mapping[str, Any]) -> None:
    """Enter one rule with its clause, or take it out with an empty table. Raises WrongOrdersError."""
    row, _ = _draft(actor, edition_id)
    before = rule_in(row.definition, name)
    _keep(actor, row, with_rule(row.definition, name, rule))
    identity.record(actor, edition_thing(row), before={name: before}, after={name: dict(rule)})


@identity.action("meetings.orders.gazette")
def enter_gazette(*, actor: Actor, edition_id: UUID, gazette: str) -> None:
    """Enter the gazette number, or take it away: then no rule of these orders counts. Raises WrongOrdersError."""
    row, _ = _draft(actor, edition_id)
    before, said = row.definition.get("gazette", ""), " ".join(gazette.split())
    _keep(actor, row, {**row.definition, "gazette": said})
    identity.record(actor, edition_thing(row), before={"gazette": before}, after={"gazette": said})


@identity.action("meetings.orders.file")
def take_file(*, actor: Actor, edition_id: UUID, text: str) -> None:
    """The whole draft from a file. Raises BodyRefusedError for no TOML, WrongOrdersError for what is wrong in it."""
    row, _ = _draft(actor, edition_id)
    if len(text) > SIZE:
        raise BodyRefusedError("meetings.orders_large", "file")
    try:
        definition = from_toml(text)
    except UnreadableError as error:
        raise BodyRefusedError("meetings.orders_unreadable", "file", why=str(error)) from None
    before = row.definition
    _keep(actor, row, definition)
    identity.record(actor, edition_thing(row), before=before, after=definition)


@identity.action("meetings.orders.propose")
def propose(*, actor: Actor, edition_id: UUID, from_on: date) -> None:
    """Ask the head to agree, from a day; who proposes stands for all of it. Raises BodyRefusedError."""
    row, body = _held(actor, edition_id)
    if row.state == Edition.State.PROPOSED and row.from_on == from_on and row.made_by == actor.who:
        identity.record(actor, edition_thing(row), after={"sent_again": "propose"})
        return
    if row.state != Edition.State.DRAFT:
        raise BodyRefusedError("meetings.orders_not_draft")
    _check_usable(row, body, from_on)
    row.state, row.from_on, row.made_by, row.note = Edition.State.PROPOSED, from_on, actor.who, ""
    row.save(update_fields=["state", "from_on", "made_by", "note"])
    identity.record(actor, edition_thing(row), after={"state": row.state, "from_on": from_on})


@identity.action("meetings.orders.agree")
def agree(*, actor: Actor, edition_id: UUID) -> None:
    """Another than who proposed agrees. Raises BodyRefusedError, NotAllowedError; once agreed it stays agreed."""
    row, body = _held(actor, edition_id, verb="meetings.orders.agree")
    if row.state == Edition.State.AGREED:
        identity.record(actor, edition_thing(row), after={"sent_again": "agree"})
        return
    if row.state != Edition.State.PROPOSED or row.from_on is None:
        raise BodyRefusedError("meetings.orders_not_proposed")
    if len(set(identity.natural_people([actor.who, row.made_by]).values())) < 2:
        raise BodyRefusedError("meetings.orders_two_people")
    # The body may have lost seats since it was proposed, or another edition been agreed.
    _check_usable(row, body, row.from_on)
    last = _agreed_last(body)
    row.state, row.agreed_by, row.agreed_at = Edition.State.AGREED, actor.who, clock.now()
    row.save(update_fields=["state", "agreed_by", "agreed_at"])
    differs = [one.name for one in changes(last.definition if last else {}, row.definition)]
    identity.record(actor, edition_thing(row), after={"state": row.state, "from_on": row.from_on, "rules": differs})


@identity.action("meetings.orders.send_back")
def send_back(*, actor: Actor, edition_id: UUID, why: str) -> None:
    """What was proposed is a draft again, with the reason. Raises BodyRefusedError."""
    row, _ = _held(actor, edition_id)
    if row.state != Edition.State.PROPOSED:
        raise BodyRefusedError("meetings.orders_not_proposed")
    if not (reason := " ".join(why.split())[:300]):
        raise BodyRefusedError("meetings.needs_reason", "why")
    row.state, row.note = Edition.State.DRAFT, reason
    row.save(update_fields=["state", "note"])
    identity.record(actor, edition_thing(row), after={"state": row.state, "why": reason})


@identity.action("meetings.orders.drop")
def drop(*, actor: Actor, edition_id: UUID) -> None:
    """The draft is not wanted any more; what is in force stays so."""
    row, _ = _held(actor, edition_id)
    if row.state == Edition.State.AGREED:
        raise BodyRefusedError("meetings.orders_not_draft")
    row.state = Edition.State.DROPPED
    row.save(update_fields=["state"])
    identity.record(actor, edition_thing(row), after={"state": row.state})


def edition_thing(row: Edition) -> Thing:
    """An edition: the institution's that the body is of."""
    return Thing("orders_edition", row.id, row.institution_id)


def _agreed_last(body: Body) -> Edition | None:
    return queries.editions_of(body).filter(state=Edition.State.AGREED).order_by("-from_on", "-number").first()


def _held(actor: Actor, edition_id: UUID, *, verb: str = "meetings.body.keep") -> tuple[Edition, Body]:
    found = Edition.objects.filter(id=edition_id, institution_id=actor.workplace).first()
    if found is None:
        raise NotAllowedError(verb)
    body = kept(actor, found.body_id, verb=verb)
    return Edition.objects.select_for_update().get(id=edition_id), body


def _draft(actor: Actor, edition_id: UUID) -> tuple[Edition, Body]:
    row, body = _held(actor, edition_id)
    if row.state != Edition.State.DRAFT:
        raise BodyRefusedError("meetings.orders_not_draft")
    return row, body


def _keep(actor: Actor, row: Edition, definition: Mapping[str, Any]) -> None:
    faults = faults_in(definition)
    if faults:
        raise WrongOrdersError(faults)
    row.definition, row.made_by = dict(definition), actor.who
    row.save(update_fields=["definition", "made_by"])


def _check_usable(row: Edition, body: Body, from_on: date) -> None:
    """It has its gazette number, contradicts itself nowhere, and comes after the edition before it."""
    orders = read(row.definition)
    if not orders.gazette:
        raise BodyRefusedError("meetings.orders_no_gazette", "gazette")
    if any(not one.is_warning for one in findings(orders, seats=body.seats)):
        raise BodyRefusedError("meetings.orders_contradict")
    last = _agreed_last(body)
    if last is not None and last.from_on is not None and from_on <= last.from_on:
        raise BodyRefusedError("meetings.orders_day", "from_on", day=last.from_on.isoformat())
