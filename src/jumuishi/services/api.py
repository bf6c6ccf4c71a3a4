"""Services by API: found by search or institution, and described so that a client can build the form."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja.params.functions import Query

from jumuishi.channels.api import ProblemError, Router, Schema, Words, page_of
from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.services import describe, queries
from jumuishi.services.editions import definition
from jumuishi.services.models import Offering
from jumuishi.services.questions import question, source
from jumuishi.services.types import OfferingRef, Question

router = Router(tags=["services"])


class HomeOut(Schema):
    """Who offers a service."""

    slug: str
    name: Words


class ServiceLine(Schema):
    """One service of one institution; `id` is what an application is begun with."""

    id: UUID
    service: str
    institution: HomeOut
    name: Words
    about: Words
    promise: str


class ServicePage(Schema):
    """A page of services."""

    items: list[ServiceLine]
    page: int
    pages: int
    total: int


class NeedOut(Schema):
    """Something to have at hand before beginning."""

    label: str
    hint: str


class PriceOut(Schema):
    """A fee in words, with its source."""

    label: str
    amount: str
    source: str


class StepOut(Schema):
    """A stage on the usual road, and who acts there."""

    name: str
    who: str


class FeeOut(Schema):
    """A fee as declared: `amount` and `when` are expressions over answers and `setting.` figures."""

    fee: str
    label: Words
    amount: str
    when: str | None = None


class SettingOut(Schema):
    """A figure of the institution, its source, and when somebody checked it."""

    name: str
    label: Words
    value: Any
    source: str = ""
    checked_on: str = ""


class PageOut(Schema):
    """Questions asked together; `relevant` is the condition of the whole page."""

    page: str
    title: Words
    relevant: str | None = None
    fields: list[Question]


class ServiceOut(ServiceLine):
    """All that a client needs to explain a service and to build its form.

    `withdrawn`: why its edition was withdrawn; while it is there no application begins.
    """

    edition: str
    edition_number: int
    withdrawn: str | None = None
    currency: str
    doors: list[str]
    needs: list[NeedOut]
    prices: list[PriceOut]
    steps: list[StepOut]
    fees: list[FeeOut]
    settings: list[SettingOut]
    pages: list[PageOut]


def _lines(rows: list[Offering]) -> list[dict[str, Any]]:
    homes, lang = institutions.institutions({row.institution_id for row in rows}), language()
    return [_line(queries.as_ref(row), homes[row.institution_id], lang) for row in rows if row.institution_id in homes]


def _line(ref: OfferingRef, home: Any, lang: str) -> dict[str, Any]:
    return {
        "id": ref.id,
        "service": ref.service,
        "institution": {"slug": home.slug, "name": home.name},
        "name": ref.name,
        "about": ref.about,
        "promise": describe.promise_words(definition(ref.edition_hash).package, ref.settings, lang),
    }


@router.get("/services", response=ServicePage, summary="Search services")
@access(Everyone)
def list_services(
    request: HttpRequest,  # noqa: ARG001  # the shape of every operation
    q: str = Query("", max_length=80),
    institution: str = Query("", max_length=80),
    page: int = Query(1, ge=1, le=100_000),
) -> Any:
    """What is on offer, in all institutions or in one (by its slug); each word of `q` must occur."""
    home = institutions.institution_by_slug(institution) if institution else None
    if institution and home is None:
        raise ProblemError(404, "channels.api_not_found")
    return page_of(queries.published(q, institution_id=home.id if home else None), page, _lines)


@router.get("/services/{institution}/{service}", response=ServiceOut, exclude_none=True, summary="Describe a service")
@access(Everyone)
def describe_service(request: HttpRequest, institution: str, service: str) -> Any:  # noqa: ARG001
    """Its pages and fields, choices and conditions, fees, figures, promise and steps."""
    home, lang = institutions.institution_by_slug(institution), language()
    ref = queries.offering_of(home.id, service) if home else None
    if home is None or ref is None or ref.state != "published":
        raise ProblemError(404, "channels.api_not_found")
    package = definition(ref.edition_hash).package
    return {
        **_line(ref, home, lang),
        "withdrawn": ref.withdrawn,
        "edition": ref.edition_hash,
        "edition_number": ref.edition_number,
        "currency": settings.CURRENCY,
        "doors": list(ref.doors),
        "needs": [{"label": label, "hint": hint} for label, hint in describe.needs(package, lang)],
        "prices": [vars(one) for one in describe.prices(package, ref.settings, settings.CURRENCY, lang)],
        "steps": [vars(one) for one in describe.steps(package, ref.settings, lang)],
        "fees": [
            {"fee": name, "label": dict(fee.label), "amount": fee.amount.source, "when": source(fee.when)}
            for name, fee in package.fees.items()
        ],
        "settings": [
            {"name": name, "label": dict(setting.label), "value": ref.settings[name], **ref.sources.get(name, {})}
            for name, setting in package.settings.items()
            if name in ref.settings
        ],
        "pages": [
            {
                "page": one.page,
                "title": dict(one.title),
                "relevant": source(one.relevant),
                "fields": [question(field) for field in one.fields],
            }
            for one in package.pages
        ],
    }
