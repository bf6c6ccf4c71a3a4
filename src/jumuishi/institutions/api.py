"""Institutions and places by API."""

from typing import Any

from django.http import HttpRequest
from ninja.params.functions import Query

from jumuishi.channels.api import ProblemError, Router, Schema, Words, page_of
from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import queries
from jumuishi.institutions.models import Institution

router = Router(tags=["institutions"])
LEVELS = "^(region|district|ward|village)$"


class InstitutionOut(Schema):
    """An approved institution."""

    slug: str
    kind: str
    name: Words


class InstitutionPage(Schema):
    """A page of institutions."""

    items: list[InstitutionOut]
    page: int
    pages: int
    total: int


class PlaceOut(Schema):
    """A place and what it lies in; `code` is the answer to a question of the type place."""

    code: str
    name: str
    level: str
    region: str
    district: str
    ward: str


class PlacesOut(Schema):
    """The places found, at most 20."""

    items: list[PlaceOut]


def _shown(rows: list[Institution]) -> list[dict[str, Any]]:
    return [{"slug": row.slug, "kind": row.kind, "name": row.name} for row in rows]


@router.get("/institutions", response=InstitutionPage, summary="Search institutions")
@access(Everyone)
def list_institutions(
    request: HttpRequest,  # noqa: ARG001  # the shape of every operation
    q: str = Query("", max_length=80),
    page: int = Query(1, ge=1, le=100_000),
) -> Any:
    """Approved institutions by name; each word of `q` must occur."""
    return page_of(queries.approved_rows(q), page, _shown)


@router.get("/institutions/{slug}", response=InstitutionOut, summary="One institution")
@access(Everyone)
def show_institution(request: HttpRequest, slug: str) -> Any:  # noqa: ARG001
    """One that waits for approval looks like one that is not there."""
    found = queries.institution_by_slug(slug)
    if found is None:
        raise ProblemError(404, "channels.api_not_found")
    return {"slug": found.slug, "kind": found.kind, "name": found.name}


@router.get("/places", response=PlacesOut, summary="Search places")
@access(Everyone)
def list_places(
    request: HttpRequest,  # noqa: ARG001
    q: str = Query(..., min_length=1, max_length=80),
    level: str = Query("ward", pattern=LEVELS),
    within: str = Query("", max_length=40),
) -> Any:
    """Places of a level whose names hold each word of `q`; `within` is the code of a place around them."""
    return {"items": [vars(one) for one in queries.search_places(q, level, within=within or None)]}
