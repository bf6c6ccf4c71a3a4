"""Answers services, which shows what a newer edition would mean for open cases."""

from uuid import UUID

from jumuishi.cases.moving import looking
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.services import public as services
from jumuishi.services.types import Survey


def survey(*, actor: Actor, service: str, edition_hash: str, offering_id: UUID | None, begin: bool) -> Survey | None:
    """The last look, or a new one."""
    return looking.survey(
        actor=actor, service=service, edition_hash=edition_hash, offering_id=offering_id, begin_anew=begin,
        lang=language(),
    )  # fmt: skip


services.register_survey(survey)
