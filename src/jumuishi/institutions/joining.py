"""The verbs of joining: ask with proof, prove the official e-mail; two of the authority approve or say why not."""

from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import events, rules
from jumuishi.institutions.models import Appointment, Institution
from jumuishi.institutions.staff import HEAD_TITLE, SYSTEM, put_into_post
from jumuishi.institutions.types import KINDS, InstitutionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import group, normalise
from jumuishi.kernel.text import fold, t

PURPOSE = "institutions.join"


@identity.policy("institutions.institution.ask")
def _ask(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    return True


@identity.policy("institutions.institution.decide")
def _decide(actor: Actor, thing: Thing) -> bool:
    return identity.is_authority(actor, thing)


def institution_thing(row: Institution) -> Thing:
    """An institution, as a thing that is acted on."""
    return Thing("institution", row.id, row.id)


@identity.action("institutions.institution.ask")
def ask_to_join(
    *,
    actor: Actor,
    kind: str,
    name: dict[str, str],
    domain: str,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    letter_file: UUID | None,
    address: str = "",
    language: str = "sw",
) -> tuple[UUID, str]:
    """Ask that an institution be let in: its id, and the code (12 digits) by which the asker follows the request.

    Proof: official e-mail at its own domain (a one-time code goes there), or official e-mail alone, which the authority
    sees flagged; and a signed letter. Look-alike names and domains are flagged too. Raises InstitutionError.
    """
    if kind not in KINDS:
        raise InstitutionError("institutions.err_kind")
    if not all(name.get(lang, "").strip() for lang in ("sw", "en")):
        raise InstitutionError("institutions.err_name")
    host, email = rules.domain_of(domain), contact_email.strip().lower()
    if domain.strip() and not host:
        raise InstitutionError("institutions.err_domain")
    if "@" not in email or (host and not rules.is_mail_of(email, host)):
        raise InstitutionError("institutions.err_mail")
    if letter_file is None:
        raise InstitutionError("institutions.err_letter")
    row_id, code = new_id(), identity.new_resume_code()
    identity.must(actor, "institutions.institution.ask", Thing("institution", row_id))
    with tenancy.acting_as(SYSTEM):
        row = Institution.objects.create(
            id=row_id, kind=kind, slug=_free_slug(name["sw"], row_id), name=name, language=language,
            folded=fold(" ".join(name.values()))[:160], domain=host, contact_name=contact_name.strip()[:120],
            contact_email=email[:120], contact_phone=contact_phone.strip()[:16], letter_file=letter_file,
            looks_like=_alike(name, host), asked_at=clock.now(), asked_by=actor.person_id, code_hash=_hash(code),
        )  # fmt: skip
        identity.start_mail_code(email, PURPOSE, address, language=language)
        identity.send_mail(
            to=email,
            subject=t("institutions.mail_asked_subject", language),
            text=t(
                "institutions.mail_asked", language, name=name[language], code=group(code), link=_follow_link(language)
            ),
            purpose="secret.institutions.asked",
        )
    identity.record(actor, institution_thing(row), after={"name": name, "domain": host, "looks_like": row.looks_like})
    return row.id, code


def _free_slug(name: str, row_id: UUID) -> str:
    base = slugify(name)[:50] or "taasisi"
    taken = base in ("jiunge", "ombi") or Institution.objects.filter(slug=base).exists()
    return f"{base}-{row_id.hex[-4:]}" if taken else base


def _alike(name: dict[str, str], host: str) -> list[str]:
    """Names and domains of others that a hurried reader could take for these; refused ones count as well."""
    others = list(Institution.objects.values_list("name", "domain"))
    found = [*rules.look_alikes(name["sw"], [one["sw"] for one, _ in others])]
    found += rules.look_alikes(name["en"], [one["en"] for one, _ in others])
    if host:
        found += rules.look_alikes(host, [domain for _, domain in others if domain])
    return list(dict.fromkeys(found))


def _follow_link(language: str) -> str:
    return identity.link_to("/taasisi/jiunge/hali/", language)


def _hash(code: str) -> str:
    return str(salted_hmac("institutions.asked", normalise(code), algorithm="sha256").hexdigest())


def asked_by_code(code: str, address: str) -> UUID | None:
    """The request that a follow-up code belongs to; None for wrong, absent and too often alike."""
    if not identity.allowed("join.follow", address) or not identity.is_resume_code(code):
        return None
    with tenancy.acting_as(SYSTEM):
        return Institution.objects.filter(code_hash=_hash(code)).values_list("id", flat=True).first()


def send_mail_code_again(institution_id: UUID, address: str) -> bool:
    """A fresh one-time code to the official e-mail of a request; False when asked too often or proved already."""
    with tenancy.acting_as(SYSTEM):
        row = Institution.objects.filter(id=institution_id, mail_proved_at=None).first()
        return row is not None and identity.start_mail_code(row.contact_email, PURPOSE, address, language=row.language)


@identity.action("institutions.institution.prove_mail")
def prove_mail(*, actor: Actor, institution_id: UUID, code: str, address: str) -> bool:
    """The code that went to the official e-mail: whoever asks reads it. False for a wrong or late one."""
    with tenancy.acting_as(SYSTEM):
        row = Institution.objects.select_for_update().get(id=institution_id)
        proved = row.mail_proved_at is not None
        if not proved and identity.check_mail_code(row.contact_email, PURPOSE, code, address):
            row.mail_proved_at, proved = clock.now(), True
            row.save(update_fields=["mail_proved_at"])
    identity.must(actor, "institutions.institution.ask", institution_thing(row))
    identity.record(actor, institution_thing(row), after={"mail_proved": proved})
    return proved


def same_person(one: UUID | None, other: UUID | None) -> bool:
    """Whether two ids are one natural person."""
    if one is None or other is None:
        return False
    known = identity.natural_people([one, other])
    return known[one] == known[other]


def no_conflict(actor: Actor, row: Institution) -> None:
    """Who asked for an institution, or works in it, does not decide on it."""
    me = actor.person_id
    with tenancy.acting_as(SYSTEM):
        works_there = me is not None and Appointment.objects.filter(institution_id=row.id, person_id=me).exists()
    if me is None or works_there or same_person(me, row.asked_by):
        raise InstitutionError("institutions.err_conflict")


@identity.action("institutions.institution.approve")
def approve(*, actor: Actor, institution_id: UUID) -> bool:
    """One of the authority's two people says yes; True once the second natural person has, and the head is invited.

    Raises InstitutionError.
    """
    row = Institution.objects.select_for_update().get(id=institution_id)
    identity.must(actor, "institutions.institution.decide", institution_thing(row))
    if row.state == Institution.State.APPROVED:
        identity.record(actor, institution_thing(row), after={"state": "approved"})
        return True
    if row.state != Institution.State.ASKED:
        raise InstitutionError("institutions.err_decided")
    if row.mail_proved_at is None:
        raise InstitutionError("institutions.err_unproved")
    no_conflict(actor, row)
    if row.first_by is None:
        row.first_by = actor.person_id
        row.save(update_fields=["first_by"])
        identity.record(actor, institution_thing(row), after={"first_by": actor.person_id})
        return False
    if same_person(row.first_by, actor.person_id):
        raise InstitutionError("institutions.err_second")
    row.second_by, row.state, row.decided_at = actor.person_id, Institution.State.APPROVED, clock.now()
    row.reason = ""
    row.save(update_fields=["second_by", "state", "decided_at", "reason"])
    head = _invite_head(actor, row)
    identity.record(actor, institution_thing(row), after={"state": "approved", "head": head})
    tell(events.InstitutionApproved(row.id))
    return True


def _invite_head(actor: Actor, row: Institution) -> UUID:
    """The head whom two people approved with the institution: the link goes to the proved e-mail alone."""
    invited = identity.invite_officer(
        actor=actor, name=row.contact_name, email=row.contact_email, house=row.name[row.language],
        language=row.language,
    )  # fmt: skip
    if invited.person_id in (row.first_by, row.second_by):
        raise InstitutionError("institutions.err_conflict")
    put_into_post(row.id, invited.person_id, row.contact_name, HEAD_TITLE, ["head"])
    return invited.person_id


@identity.action("institutions.institution.refuse")
def refuse(*, actor: Actor, institution_id: UUID, reason: str) -> bool:
    """One of two people says no, and why; True once the second natural person has, and the asker is told the reason.

    Raises InstitutionError.
    """
    row = Institution.objects.select_for_update().get(id=institution_id)
    identity.must(actor, "institutions.institution.decide", institution_thing(row))
    if not reason.strip():
        raise InstitutionError("institutions.err_reason")
    if row.state != Institution.State.ASKED:
        raise InstitutionError("institutions.err_decided")
    no_conflict(actor, row)
    if same_person(row.refused_by, actor.person_id):
        raise InstitutionError("institutions.err_second")
    row.reason = reason.strip()[:500]
    is_second = row.refused_by is not None
    if is_second:
        row.state, row.decided_at = Institution.State.REFUSED, clock.now()
    else:
        row.refused_by = actor.person_id
    row.save(update_fields=["state", "reason", "decided_at", "refused_by"])
    if is_second:
        _tell_asker(row, "refused", reason=row.reason)
    identity.record(actor, institution_thing(row), after={"state": row.state, "reason": row.reason})
    return is_second


def _tell_asker(row: Institution, what: str, **words: Any) -> None:
    identity.send_mail(
        to=row.contact_email,
        subject=t(f"institutions.mail_{what}_subject", row.language),
        text=t(
            f"institutions.mail_{what}", row.language, name=row.name[row.language], link=_follow_link(row.language),
            **words,
        ),
        purpose=f"institutions.{what}",
    )  # fmt: skip
