"""A register is asked once its key is answered, and what it said is kept; the values go among the answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.cases.lookups.models import Dispute, Look
from jumuishi.cases.lookups.rules import FETCHED, Looks, is_due, mark_of
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Field, Form
from jumuishi.evidence import public as evidence
from jumuishi.exchange import public as exchange
from jumuishi.exchange.types import AsksFirst, Away, Fetched, NotFound, Refused, RegisterSaid
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy

SYSTEM = tenancy.Principal.system()
# Nobody went out to the register.
NOT_ASKED = frozenset({"unset", "busy", "resting", "limited"})


@dataclass(frozen=True)
class Whose:
    """A draft as a register is asked for it: whose, in which institution's name, who types, and from where."""

    actor: Actor
    person_id: UUID
    draft_id: UUID
    institution_id: UUID
    address: str = ""

    @property
    def thing(self) -> Thing:
        """The draft in the journal."""
        return Thing("draft", self.draft_id, None, self.person_id)


@dataclass
class Looked:
    """What came of it: answers to keep (None clears one), and the looks that are new."""

    changes: dict[str, Any] = field(default_factory=dict)
    news: list[Look] = field(default_factory=list)


def look_up(whose: Whose, looks: Looks, form: Form, answers: Mapping[str, Any]) -> Looked:
    """Ask what these answers make due; `form` is the form with them."""
    found = Looked()
    by_register: dict[tuple[str, str], list[str]] = {}
    for name, one in looks.lookups.items():
        by_register.setdefault((one.register, one.key), []).append(name)
    fields, now = form.package.all_fields(), clock.now()
    for (register, key_field), names in by_register.items():
        row = looks.rows.get((register, key_field))
        key = answers.get(key_field) if key_field in form.relevant else None
        wanted = [fields[name] for name in names if name in form.relevant]
        if not exchange.is_asked(register):
            continue
        if key is None or not wanted:
            if row is not None:
                _drop(whose, looks, row, found)
            continue
        mark = mark_of(whose.draft_id, key)
        left = [one.name for one in wanted if answers.get(one.name) is None]
        fresh = exchange.fresh_for(register)
        if not is_due(row, mark, [one.name for one in wanted], left, fresh=fresh, now=now):
            continue
        if row is not None and row.key_mark != mark:
            _drop(whose, looks, row, found)
            row = None
        row = row or Look(
            person_id=whose.person_id, draft_id=whose.draft_id, institution_id=whose.institution_id,
            register=register, key_field=key_field, key_mark=mark,
        )  # fmt: skip
        keep(whose, looks, row, _ask(whose, register, str(key)), wanted, form, found)
    return found


def keep(
    whose: Whose, looks: Looks, row: Look, said: RegisterSaid, fields: Collection[Field], form: Form, found: Looked
) -> None:
    """Keep what a register said, and what follows for the answers."""
    before = dict(row.values)
    _keep(actor=whose.actor, whose=whose, row=row, said=said, fields=fields, form=form)
    found.news.append(row)
    found.changes |= {name: row.values.get(name) for name in {*before, *row.values} if name not in looks.disputes}


def _ask(whose: Whose, register: str, key: str) -> RegisterSaid:
    """Within the limits on how often one person, one helper, one address may ask: nobody tries numbers in a row."""
    actor = whose.actor
    purpose = "lookup.person" if actor.person_id == whose.person_id else "lookup.helper"
    tries = [(purpose, str(actor.person_id or actor.institution_id))]
    tries += [("lookup.address", whose.address)] if whose.address else []
    # Each is counted, whatever the others say.
    free = [identity.allowed(one, name) for one, name in tries]
    if not all(free):
        return Away("limited")
    return exchange.ask_register(institution_id=whose.institution_id, register=register, key=key, issue=whose.draft_id)


@identity.action("cases.look.ask")
def _keep(*, actor: Actor, whose: Whose, row: Look, said: RegisterSaid, fields: Collection[Field], form: Form) -> None:
    """Write down what a register said. An old answer stands where it is away now."""
    identity.must(actor, "cases.draft.write", whose.thing)
    was_fetched = row.state == FETCHED
    row.tried_at, row.fields = clock.now(), sorted(one.name for one in fields)
    if isinstance(said, Away):
        if not was_fetched:
            row.state, row.reason = Look.State.AWAY, said.reason
    else:
        take(row, said, fields, form)
    row.save()
    identity.record(actor, whose.thing, after=told(row, said))
    noted(whose.thing, whose.institution_id, row.register, said)


def take(row: Look, said: RegisterSaid, fields: Collection[Field], form: Form) -> None:
    """What a register said, put into its row; values are read as an answer to their field would be."""
    row.question, row.values, row.reason = None, {}, ""
    if isinstance(said, Away):
        row.state, row.reason = Look.State.AWAY, said.reason
        return
    row.source, row.message_id, row.at = said.source, said.message_id, said.at
    if isinstance(said, Fetched):
        row.state, row.values = Look.State.FETCHED, _read(said, fields, form)
    elif isinstance(said, AsksFirst):
        row.state = Look.State.QUESTION
        row.question = {
            "number": said.number, **said.words, "was_wrong": said.was_wrong, "tries_left": said.tries_left,
        }  # fmt: skip
    elif isinstance(said, NotFound):
        row.state = Look.State.ABSENT
    elif isinstance(said, Refused):
        row.state, row.reason = Look.State.REFUSED, said.reason


def _read(said: Fetched, fields: Collection[Field], form: Form) -> dict[str, Any]:
    """Canonical data by field; what is no answer to its field is left out, and the person is asked."""
    found: dict[str, Any] = {}
    for one in fields:
        raw = said.values.get(one.lookup.take) if one.lookup is not None else None
        if raw is not None:
            text = raw if isinstance(raw, str | bool) else str(raw)
            found |= forms.read_fields(form, [one], {one.name: text}, "web").keep
    return {name: value for name, value in found.items() if value is not None}


def told(row: Look, said: RegisterSaid) -> dict[str, Any]:
    """A look in the journal: which, what came of it, under which number of the exchange; no value."""
    reason = said.reason if isinstance(said, Away | Refused) else ""
    return {
        "register": row.register, "state": row.state, "reason": reason, "fields": row.fields,
        "message": getattr(said, "message_id", ""),
    }  # fmt: skip


def noted(thing: Thing, institution_id: UUID, register: str, said: RegisterSaid, actor: Actor | None = None) -> None:
    """The person sees among who looked at their data that the institution asked a register for it."""
    if isinstance(said, Away) and said.reason in NOT_ASKED:
        return
    # What the person opens is no look: it is the institution that asked.
    ref = actor.reference() if actor else {"kind": "system", "institution": str(institution_id)}
    with tenancy.acting_as(SYSTEM):
        evidence.record(
            actor_ref=ref, verb="identity.look", thing_kind=thing.kind,
            thing_id=thing.id, institution_id=institution_id, person_id=thing.person_id, before=None,
            after={"what": f"register {register}"},
        )  # fmt: skip


def _drop(whose: Whose, looks: Looks, row: Look, found: Looked) -> None:
    """Another key, or no question of this register's any more: what it said goes, and what hangs on it."""
    for name in row.values:
        if name in looks.disputes:
            Dispute.objects.filter(person_id=whose.person_id, draft_id=whose.draft_id, field=name).delete()
        found.changes[name] = None
    row.delete()


def is_stale(looks: Looks, form: Form, answers: Mapping[str, Any], now: datetime) -> bool:
    """Whether anything would be asked anew; no question to anybody."""
    for (register, key_field), row in looks.rows.items():
        names = [name for name, one in looks.lookups.items() if (one.register, one.key) == (register, key_field)]
        wanted = [name for name in names if name in form.relevant]
        if row.state == FETCHED and wanted and exchange.is_asked(register) and answers.get(key_field) is not None:
            mark = mark_of(looks.draft_id, answers[key_field])
            if is_due(row, mark, wanted, [], fresh=exchange.fresh_for(register), now=now):
                return True
    return False
