"""The author's place in the office: a definition checked and drawn, one that is sent in or one that is offered here."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Finding, Line, NotAPackageError, Package
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import queries
from jumuishi.services.editions import definition
from jumuishi.services.models import Offering

AT_ONCE = 10
"""So many findings of one code stand open; the rest are folded away below them."""


@dataclass(frozen=True)
class Shown:
    """A finding beside the lines of its file."""

    finding: Finding
    lines: Sequence[Line]

    @property
    def story(self) -> list[str]:
        """What leads into it, a sentence each."""
        return self.finding.story.splitlines() if self.finding.story else []


@dataclass(frozen=True)
class Kind:
    """The findings of one code, which `title` names in a few words."""

    code: str
    title: str
    is_warning: bool
    first: list[Shown]
    rest: list[Shown]

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.first) + len(self.rest)


@access(Officer)
def check(request: HttpRequest) -> HttpResponse:
    """Send a package in and read what the check finds, its story and its map; nothing is kept."""
    lang, wrong = language(), ""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            context = _checked(_files(request.FILES.get("package")), lang)
        except definitions.UnreadableError as error:
            code = error.code if isinstance(error, NotAPackageError) else "not_zip"
            wrong = t(f"services.package_{code}", lang)
    return render(request, "services/author_check.html", {**context, "wrong": wrong}, status=422 if wrong else 200)


def _files(sent: Any) -> dict[str, bytes]:
    if not isinstance(sent, UploadedFile) or not sent.size:
        raise NotAPackageError("missing")
    if sent.size > definitions.MOST_SENT:
        raise NotAPackageError("too_large")
    return definitions.files_of_upload(sent.read())


def _checked(files: dict[str, bytes], lang: str) -> dict[str, Any]:
    found = [one.in_language(lang) for one in definitions.check_files(files)]
    package = definitions.package_of(files)
    return {
        "checked": True,
        "kinds": [_kind(files, code, there, lang) for code, there in definitions.by_code(found).items()],
        "exported": _exported(found) if found else "",
        "summary": definitions.summary(found, lang),
        "is_sound": not any(not one.is_warning for one in found),
        **(_map(package, lang) if package is not None and package.stages else {}),
    }


def _kind(files: dict[str, bytes], code: str, found: list[Finding], lang: str) -> Kind:
    all_ = [Shown(one, definitions.excerpt(files, one)) for one in found]
    return Kind(code, definitions.title(code, lang), found[0].is_warning, all_[:AT_ONCE], all_[AT_ONCE:])


def _exported(found: list[Finding]) -> str:
    """The findings as a file that is in the page already, since nothing of them is kept: as `service check` prints."""
    said = json.dumps([one.as_data() for one in found], ensure_ascii=False, indent=1)
    return "data:application/json;base64," + base64.b64encode(said.encode("utf-8", "replace")).decode()


def _map(package: Package, lang: str) -> dict[str, Any]:
    return {
        "name": package.name.in_language(lang) or package.service,
        # every text in it is escaped where it is drawn
        "picture": mark_safe(definitions.map_svg(package, lang, in_page=True)),  # noqa: S308
        "stops": [
            {
                "stop": stop,
                "ways": [(way, package.stages[way.to].name.in_language(lang) or way.to) for way in stop.ways],
            }
            for stop in definitions.stops(package, lang)
        ],
    }


def _package(request: HttpRequest, offering_id: UUID) -> tuple[Offering, Package]:
    """An offering of the officer's own institution with its definition."""
    row = queries.rows_with_edition().filter(institution_id=actor_of(request).workplace, id=offering_id).first()
    if row is None:
        raise Http404
    return row, definition(row.edition.hash).package


@access(Officer)
def offered(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """The map of a service that is offered here, in the edition that it is offered in."""
    row, package = _package(request, offering_id)
    context = {"offering": queries.as_ref(row), **_map(package, language())}
    return render(request, "services/author_map.html", context)


@access(Officer)
def map_file(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """The map as a file."""
    row, package = _package(request, offering_id)
    return _file(definitions.map_svg(package, language()), "image/svg+xml", f"{row.service}.svg")


@access(Officer)
def bpmn_file(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """The stages in BPMN 2.0 as a file."""
    row, package = _package(request, offering_id)
    return _file(definitions.bpmn(package, language()), "application/xml", f"{row.service}.bpmn")


def _file(content: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
