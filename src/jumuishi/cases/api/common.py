"""What the operations of this room share: the router, refusals that name the fields, a case of one's own, its files."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from ninja import UploadedFile
from ninja.params.functions import Header, Query

from jumuishi.cases.actions import answering
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import errors
from jumuishi.channels.api import FieldProblem, ProblemError, Router
from jumuishi.definitions.types import Error, Field
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Access, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts

router = Router(tags=["cases"])
V = TypeVar("V", bound=Callable[..., Any])
Filler = Access(
    "known person, or an officer's own program",
    lambda request: actor_of(request).person_id is not None or identity.at_work(request) is not None,
    "/ingia/",
)


def filler(view: V) -> V:
    """Whoever fills in: the person, or a helper at work; the request goes on as that actor and principal."""

    @access(Filler)
    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        officer = identity.at_work(request)
        if officer is None:
            return view(request, *args, **kwargs)
        request.actor = officer  # type: ignore[attr-defined]  # as the middleware sets it
        with tenancy.acting_as(identity.principal_of(officer)):
            return view(request, *args, **kwargs)

    return run  # type: ignore[return-value]  # the same arguments and answer as the view


KEY = Header(None, alias="Idempotency-Key", max_length=200)
PAGE = Query(1, ge=1, le=100_000)
SIZE = Query(20, ge=1, le=100)


def detail_of(error: Error, fields: dict[str, Field]) -> FieldProblem:
    """What is wrong with an answer, in words."""
    known = errors.field_of(error, fields)
    said = errors.words(error, known, language()) if known else t("cases.err_not_asked", language())
    return FieldProblem(field=".".join(str(part) for part in error.path), code=error.code, detail=said)


@contextmanager
def told(fields: dict[str, Field] | None = None) -> Iterator[None]:
    """A refusal of an act as a problem that names the fields."""
    try:
        yield
    except CaseError as error:
        found = error.values.get("errors", ())
        wrong = [one for one in found if isinstance(one, Error)] if isinstance(found, tuple | list) else []
        if wrong:
            raise ProblemError(422, "cases.answers", errors=[detail_of(one, fields or {}) for one in wrong]) from None
        code = error.code if error.code in texts() else "cases.refused"
        most = error.values.get("most")
        said = {"most": say_money(most, settings.CURRENCY)} if isinstance(most, int) else {}
        detail = t(code, language(), by=error.values.get("by") or t("cases.an_officer", language()), **said)
        raise ProblemError(409, code, detail=detail) from None


def refuse(wrong: list[FieldProblem]) -> None:
    """Nothing happens where something is wrong (422)."""
    if wrong:
        raise ProblemError(422, "cases.answers", errors=wrong)


def not_asked(name: str) -> FieldProblem:
    """An answer to what nobody asked."""
    return FieldProblem(field=name, code="not_asked", detail=t("cases.err_not_asked", language()))


def own(actor: Actor, case_id: UUID) -> Case:
    """A case of the actor's; what is another's looks like what is not there (404)."""
    found = Case.objects.filter(id=case_id, person_id=actor.who).first()
    if found is None:
        raise ProblemError(404, "cases.no_case")
    return found


def own_or_helped(actor: Actor, case_id: UUID, *, looks: bool = False) -> Case:
    """The same, or a case of an owner whose consent to be helped stands; `looks`: reading it is journalled."""
    mine = Q(person_id=actor.who) | Q(mandate_id__in=helping.standing(actor).values("id"))
    found = Case.objects.filter(mine, id=case_id).first()
    if found is None:
        raise ProblemError(404, "cases.no_case")
    if looks and found.person_id != actor.person_id:
        identity.looked(actor.helping(found.person_id), case_thing(found), "helped")
    return found


def take_file(actor: Actor, case_id: UUID, field: Field, file: UploadedFile) -> dict[str, Any]:
    """A file for a question about a case, as FileOut; what it is, its content says. Refused with the field named."""
    with told():
        taken = answering.hand_in(actor=actor, case_id=case_id, field=field, file=file)
    if isinstance(taken, Error):
        raise ProblemError(422, "cases.answers", errors=[detail_of(taken, {field.name: field})])
    return {"field": field.name, **taken}
