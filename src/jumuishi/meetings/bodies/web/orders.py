"""A body's standing orders: the editions, one of them in words, a rule entered, a file brought in, two who agree."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.public import may
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.bodies import editions, queries
from jumuishi.meetings.bodies.policies import body_thing
from jumuishi.meetings.bodies.types import BodyRefusedError, WrongOrdersError
from jumuishi.meetings.bodies.web.forms import FileForm, GazetteForm, ProposeForm, WhyForm, uploaded
from jumuishi.meetings.bodies.web.frame import PAGE, answer, attempt, body_for, done, keeps, refuse, to
from jumuishi.meetings.bodies.web.rule_form import RuleForm, typed
from jumuishi.meetings.models import Body, Edition
from jumuishi.meetings.orders.checks import findings, not_entered
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.shape import NAMES, fields_of, rule_in, rules_in
from jumuishi.meetings.orders.words import fault_words, finding_words, rule_name, rule_words
from jumuishi.meetings.orders.writing import changes, to_toml


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """All editions, the newest first. POST: begin one, which is the one under way where there is one."""
    actor, lang = actor_of(request), language()
    if request.method == "POST":
        body = body_for(request, body_id, "meetings.body.keep")
        made = editions.begin_edition(actor=actor, body_id=body.id)
        return to(f"{body_id}/kanuni/{made}/")
    body = body_for(request, body_id)
    page = Paginator(queries.editions_of(body), PAGE).get_page(request.GET.get("page"))
    in_force = queries.edition_on(body)
    rows = [_row(one, lang, is_in_force=one == in_force) for one in page.object_list]
    context = {
        "rows": rows,
        "page": page,
        "query": "",
        "is_open": any(one["state_key"] in editions.OPEN for one in rows),
    }
    return answer(request, "editions", context, body=body, way="orders")


def _row(one: Edition, lang: str, *, is_in_force: bool) -> dict[str, Any]:
    return {
        "id": one.id, "number": one.number, "gazette": one.definition.get("gazette", ""), "state_key": one.state,
        "state": t(f"meetings.edition_{'in_force' if is_in_force else one.state}", lang),
        "from_on": say_date(one.from_on, lang, weekday=False) if one.from_on else "",
    }  # fmt: skip


def _edition(body: Body, edition_id: UUID) -> Edition:
    found = queries.editions_of(body).filter(id=edition_id).first()
    if found is None:
        raise Http404
    return found


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: HttpRequest, body_id: UUID, edition_id: UUID) -> HttpResponse:
    """One edition in words. POST: `do` is gazette, propose or drop."""
    actor, lang, do = actor_of(request), language(), request.POST.get("do", "")
    body = body_for(request, body_id, "meetings.body.keep" if request.method == "POST" else "meetings.body.read")
    row = _edition(body, edition_id)
    gazette = GazetteForm(
        request.POST if do == "gazette" else None, lang=lang, initial={"gazette": row.definition.get("gazette", "")}
    )
    day = ProposeForm(request.POST if do == "propose" else None, lang=lang, initial={"from_on_orders": row.from_on})
    error = ""
    if request.method == "POST":
        form = gazette if do == "gazette" else day
        if do == "drop":
            error = attempt(lambda: editions.drop(actor=actor, edition_id=row.id))
        elif form.is_valid():
            try:
                _act(request, row, do, gazette, day)
            except BodyRefusedError as refused:
                refuse(form, refused)
            except WrongOrdersError as wrong:
                error = "; ".join(fault_words(one, lang) for one in wrong.faults)
        if not error and not form.errors:
            return done(request, f"{body_id}/kanuni/{edition_id}/", f"meetings.orders_did_{do}")
    context = _shown(request, body, row) | {"gazette_form": gazette, "day_form": day, "error": error}
    return answer(request, "edition", context, body=body, way="orders")


def _act(request: HttpRequest, row: Edition, do: str, gazette: GazetteForm, day: ProposeForm) -> None:
    actor = actor_of(request)
    if do == "gazette":
        editions.enter_gazette(actor=actor, edition_id=row.id, gazette=gazette.cleaned_data["gazette"])
    elif do == "propose":
        editions.propose(actor=actor, edition_id=row.id, from_on=day.day())
    else:
        raise BodyRefusedError("meetings.bad_field")


def _shown(request: HttpRequest, body: Body, row: Edition) -> dict[str, Any]:
    """An edition in words: its rules, what contradicts, what is not entered, what is other than in force."""
    actor, lang, orders = actor_of(request), language(), read(row.definition)
    found = findings(orders, seats=body.seats)
    others = [name for name, _ in rules_in(row.definition) if name not in NAMES]
    return {
        "edition": _row(row, lang, is_in_force=row == queries.edition_on(body)),
        "note": row.note,
        "rules": [_rule(name, row, lang) for name in (*NAMES, *others)],
        "errors": [finding_words(one, lang) for one in found if not one.is_warning],
        "warnings": [finding_words(one, lang) for one in found if one.is_warning],
        "missing": [rule_name(one, lang) for one in not_entered(orders)],
        "changes": _changes(body, row, lang),
        "is_draft": row.state == Edition.State.DRAFT and keeps(actor, body),
        "agrees": row.state == Edition.State.PROPOSED and may(actor, "meetings.orders.agree", body_thing(body)),
        "own": row.made_by == actor.person_id,
        "is_proposed": row.state == Edition.State.PROPOSED,
        "can_drop": row.state in editions.OPEN and keeps(actor, body),
    }


def _rule(name: str, row: Edition, lang: str) -> dict[str, Any]:
    table = rule_in(row.definition, name)
    return {
        "key": name, "name": rule_name(name, lang), "values": rule_words(name, table, lang),
        "clause": table.get("clause", ""), "words": table.get("words", ""), "is_there": bool(table),
    }  # fmt: skip


def _changes(body: Body, row: Edition, lang: str) -> list[dict[str, Any]]:
    """What differs from the edition in force, or agreed last before this one."""
    earlier = queries.editions_of(body).filter(state=Edition.State.AGREED, number__lt=row.number).first()
    if earlier is None:
        return []
    return [
        {
            "name": rule_name(one.name, lang),
            "before": [*rule_words(one.name, one.before, lang), *_clause(one.before, lang)],
            "after": [*rule_words(one.name, one.after, lang), *_clause(one.after, lang)],
        }
        for one in changes(earlier.definition, row.definition)
    ]


def _clause(table: Any, lang: str) -> list[tuple[str, str]]:
    return [(t(f"meetings.field_{key}", lang), table[key]) for key in ("clause", "words") if table.get(key)]


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, body_id: UUID, edition_id: UUID) -> HttpResponse:
    """What agreeing means, with what changes; the button, or the reason for sending back."""
    actor, lang, do = actor_of(request), language(), request.POST.get("do", "")
    body = body_for(request, body_id, "meetings.orders.agree")
    row = _edition(body, edition_id)
    form = WhyForm(request.POST if do == "back" else None, lang=lang)
    error = ""
    if do == "agree":
        error = attempt(lambda: editions.agree(actor=actor, edition_id=row.id))
    elif do == "back" and form.is_valid():
        try:
            editions.send_back(actor=actor, edition_id=row.id, why=form.cleaned_data["why"])
        except BodyRefusedError as refused:
            refuse(form, refused)
    if do in ("agree", "back") and not error and not form.errors:
        return done(request, f"{body_id}/kanuni/{edition_id}/", f"meetings.orders_did_{do}")
    context = _shown(request, body, row) | {"form": form, "error": error}
    return answer(request, "edition_agree", context, body=body, way="orders")


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, body_id: UUID, edition_id: UUID, name: str) -> HttpResponse:
    """One rule: its values, the clause, the words. Empty, it is not entered."""
    actor, lang = actor_of(request), language()
    body = body_for(request, body_id, "meetings.body.keep")
    row = _edition(body, edition_id)
    if fields_of(name) is None:
        raise Http404
    if row.state != Edition.State.DRAFT:
        return to(f"{body_id}/kanuni/{edition_id}/")
    posted = request.POST if request.method == "POST" else None
    form = RuleForm(posted, name=name, lang=lang, initial=typed(name, rule_in(row.definition, name)))
    if posted is not None and form.is_valid():
        try:
            editions.enter_rule(actor=actor, edition_id=row.id, name=name, rule=form.rule())
            return done(
                request, f"{body_id}/kanuni/{edition_id}/", "meetings.orders_rule_kept", rule=rule_name(name, lang)
            )
        except WrongOrdersError as error:
            form.refuse(error, lang)
        except BodyRefusedError as error:
            refuse(form, error)
    context = {"form": form, "name": rule_name(name, lang), "edition_id": row.id}
    return answer(request, "rule", context, body=body, way="orders")


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest, body_id: UUID, edition_id: UUID) -> HttpResponse:
    """A draft from a TOML file, or what is wrong at which place of it."""
    actor, lang, faults = actor_of(request), language(), list[str]()
    body = body_for(request, body_id, "meetings.body.keep")
    row = _edition(body, edition_id)
    if row.state != Edition.State.DRAFT:
        return to(f"{body_id}/kanuni/{edition_id}/")
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None, lang=lang)
    if posted and form.is_valid():
        try:
            editions.take_file(actor=actor, edition_id=row.id, text=uploaded(form, "file"))
            return done(request, f"{body_id}/kanuni/{edition_id}/", "meetings.orders_file_taken")
        except BodyRefusedError as error:
            refuse(form, error)
        except WrongOrdersError as error:
            faults = [fault_words(one, lang) for one in error.faults]
    context = {"form": form, "faults": faults, "error": bool(faults), "edition_id": row.id}
    return answer(request, "orders_file", context, body=body, way="orders")


@access(Officer)
@require_http_methods(["GET", "HEAD"])
def take_out(request: HttpRequest, body_id: UUID, edition_id: UUID) -> HttpResponse:
    """An edition as a TOML file."""
    body = body_for(request, body_id)
    row = _edition(body, edition_id)
    answer = HttpResponse(to_toml(row.definition), content_type="application/toml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{body.slug}-{row.number}.toml"'
    return answer
