"""Reads: the desk's inbox, a sender's own, one item. Each names its tenant, so that an index serves it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jumuishi.feedback import codes
from jumuishi.feedback.models import Entry, Item, Terms
from jumuishi.feedback.rules import Reader
from jumuishi.feedback.types import FeedbackError, State
from jumuishi.identity import public as identity
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import is_number, normalise

PAGE = 25
VIEWS = ("desk", "mine", "free")
STATES = ("open", "late", "today", "asked", "answered", "closed", "abuse", "all")
_WAITING = (State.OPEN, State.ASKED)


@dataclass(frozen=True)
class Wanted:
    """What an officer asked the inbox for; `state` is one of STATES, empty texts ask for everything."""

    view: str = "desk"
    state: str = "open"
    kind: str = ""
    service: str = ""
    text: str = ""


def _in_view(reader: Reader, view: str) -> Q:
    mine = Q(owner_id=reader.person_id) | Q(owner_id=None, unit_id__in=list(reader.units))
    if view == "mine" or not reader.is_desk:
        return mine
    return Q(owner_id=None, unit_id=None) if view == "free" else Q()


def _in_state(state: str, now: datetime, tomorrow: datetime) -> Q:
    return {
        "open": Q(state__in=_WAITING),
        "late": Q(state=State.OPEN, due_at__lt=now),
        "today": Q(state=State.OPEN, due_at__gte=now, due_at__lt=tomorrow),
        "all": Q(),
    }.get(state, Q(state=state))


def here(institution_id: UUID, reader: Reader) -> QuerySet[Item]:
    """What lies with an institution and this officer may read; the database keeps out whom an item names."""
    return Item.objects.filter(_in_view(reader, "desk"), institution_id=institution_id)


def inbox(institution_id: UUID, reader: Reader, wanted: Wanted, now: datetime, tomorrow: datetime) -> QuerySet[Item]:
    """By what falls due first; what has ended, newest first."""
    rows = Item.objects.filter(
        _in_view(reader, wanted.view), _in_state(wanted.state, now, tomorrow), institution_id=institution_id
    )
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    joined = normalise(wanted.text)
    if joined.isdigit():
        rows = rows.filter(Q(reference__startswith=joined) | Q(case_reference__startswith=joined))
    else:
        for word in wanted.text.split()[:4]:
            rows = rows.filter(text__icontains=word)
    waiting = wanted.state in ("open", "late", "today", "asked")
    return rows.order_by("due_at", "id") if waiting else rows.order_by("-received_at", "-id")


def load(institution_id: UUID, reader: Reader, view: str, now: datetime, tomorrow: datetime) -> dict[str, int]:
    """The day in numbers, one query."""
    rows = Item.objects.filter(_in_view(reader, view), institution_id=institution_id, state__in=_WAITING)
    return rows.aggregate(
        **{state: Count("id", filter=_in_state(state, now, tomorrow)) for state in ("late", "today", "open", "asked")}
    )


def services_named(institution_id: UUID, reader: Reader) -> list[tuple[str, dict[str, str]]]:
    """The services that open items are about, for a filter."""
    rows = here(institution_id, reader).filter(state__in=_WAITING).exclude(service="")
    return list(dict(rows.values_list("service", "service_name").distinct()).items())


def item_for(item_id: UUID) -> Item | None:
    """The item, if the principal may see it."""
    return Item.objects.filter(id=item_id).first()


def entries_of(item: Item, *, inner: bool) -> list[Entry]:
    """What was said after, oldest first; notes of the office only with `inner`."""
    rows = Entry.objects.filter(item=item)
    return list((rows if inner else rows.filter(is_inner=False)).order_by("created_at", "id"))


def mine(person_id: UUID) -> QuerySet[Item]:
    """A person's own, newest first."""
    return Item.objects.filter(person_id=person_id).order_by("-received_at", "-id")


def by_code(typed: str, code: str, address: str) -> Item:
    """The item of a number and its secret code, read as the system; wrong and absent look alike, tries are bounded.

    Raises FeedbackError: feedback.too_many, feedback.not_a_number, feedback.no_such.
    """
    reference = normalise(typed)
    tries = [("feedback.follow.address", address), ("feedback.follow.reference", reference[:32])]
    counted = [identity.allowed(purpose, key) for purpose, key in tries]
    if not all(counted):
        raise FeedbackError("feedback.too_many")
    if not is_number(reference):
        raise FeedbackError("feedback.not_a_number")
    with tenancy.acting_as(tenancy.Principal.system()):
        item = Item.objects.filter(reference=reference).first()
    if item is None or not codes.opens(item.reference, item.code_hash, code):
        raise FeedbackError("feedback.no_such")
    return item


def own_terms(institution_id: UUID) -> Terms | None:
    """What an institution has set itself."""
    return Terms.objects.filter(institution_id=institution_id).first()
