"""Words that an institution sends often: written in both languages, changed with their history, retired, filled."""

from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from jumuishi.cases.models import Case, MessageTemplate
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import LANGUAGES, placeholders

# The closed list of what is filled in from the case; in both languages the same words within braces.
BLANKS = ("namba", "ombi", "huduma", "hatua", "leo", "ofisi")
LONGEST = 2000


def templates_of(institution_id: UUID, service: str | None = None) -> QuerySet[MessageTemplate]:
    """An institution's templates in use, by name; for one service those of all services too."""
    rows = MessageTemplate.objects.filter(institution_id=institution_id, retired_at=None).order_by("name", "id")
    return rows if service is None else rows.filter(Q(service=service) | Q(service=""))


def values_of(case: Case) -> dict[str, str]:
    """What the blanks are for a case, in its applicant's language."""
    lang, home = case.language, institutions.institution(case.institution_id)
    day = clock.now().astimezone(ZoneInfo(institutions.working_time(case.institution_id).zone)).date()
    return {
        "namba": group(case.reference),
        "ombi": case.title,
        "huduma": case.service_name[lang],
        "hatua": case.stage_name[lang],
        "leo": say_date(day, lang, weekday=False),
        "ofisi": home.name[lang] if home else "",
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled; nothing but the blanks' own words is looked at."""
    for name in BLANKS:
        text = text.replace(f"{{{name}}}", values[name])
    return text


def filled_for(template: MessageTemplate, case: Case) -> str:
    """The template's words for a case, in the language that its applicant reads."""
    return fill(template.text[case.language], values_of(case))


def check(name: str, text: Mapping[str, str]) -> None:
    """Raise CaseError for a template without a name, without words in each language, or with a blank that is none."""
    if not name.strip():
        raise CaseError("cases.template_name_missing")
    for lang in LANGUAGES:
        if not text.get(lang, "").strip():
            raise CaseError("cases.template_text_missing")
        try:
            odd = placeholders(text[lang]) - set(BLANKS)
        except ValueError:
            raise CaseError("cases.template_braces") from None
        if odd:
            raise CaseError("cases.template_blank", what=", ".join(sorted(odd)))


@identity.action("cases.template.write")
def write_template(
    *, actor: Actor, name: str, text: Mapping[str, str], service: str = "", template_id: UUID | None = None
) -> UUID:
    """Write a template, or change one; the journal keeps who wrote which words. Raises CaseError."""
    home = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "cases.template.write", home)
    check(name, text)
    kept = {lang: text[lang].strip()[:LONGEST] for lang in LANGUAGES}
    rows = MessageTemplate.objects.select_for_update().filter(institution_id=actor.workplace, retired_at=None)
    row = rows.filter(id=template_id).first() if template_id is not None else None
    if template_id is not None and row is None:
        raise NotAllowedError("cases.template.write")
    if rows.filter(service=service, name=name.strip()[:80]).exclude(id=template_id or new_id()).exists():
        raise CaseError("cases.template_name_taken")
    before = {"name": row.name, "text": row.text} if row else None
    row = row or MessageTemplate(id=new_id(), institution_id=actor.workplace, version=0)
    row.name, row.text, row.service, row.author_id = name.strip()[:80], kept, service, actor.who
    row.version, row.changed_at = row.version + 1, clock.now()
    row.save()
    after = {"name": row.name, "text": kept, "service": service, "version": row.version}
    identity.record(actor, Thing("template", row.id, row.institution_id), before=before, after=after)
    return row.id


@identity.action("cases.template.retire")
def retire_template(*, actor: Actor, template_id: UUID) -> None:
    """Nobody is offered it any more; what was sent stays sent."""
    row = MessageTemplate.objects.select_for_update().filter(
        id=template_id, institution_id=actor.workplace, retired_at=None
    ).first()  # fmt: skip
    if row is None:
        raise NotAllowedError("cases.template.retire")
    identity.must(actor, "cases.template.write", Thing("institution", actor.workplace, actor.workplace))
    row.retired_at = clock.now()
    row.save(update_fields=["retired_at"])
    identity.record(
        actor, Thing("template", row.id, row.institution_id), before={"name": row.name}, after={"retired": True}
    )
