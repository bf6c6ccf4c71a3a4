"""By SMS: FUATA and the name of a ward or a body; FUATA ACHA ends it."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import fold, t
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import following, queries
from jumuishi.messaging import public as messaging
from jumuishi.messaging.types import Answer, Wrote

ENDS = ("acha", "sitisha", "stop")


@messaging.register_word(sw=("FUATA",), en=("FOLLOW",), order=65)
def follow(wrote: Wrote) -> Answer:
    """Follow what the words name, where they name one thing; the phone that writes is the one that is told."""
    said = fold(wrote.text)
    actor = identity.person_of_phone(wrote.phone, language=wrote.lang)
    with tenancy.acting_as(identity.principal_of(actor)):
        if said in ENDS:
            following.unfollow(actor=actor)
            return Answer(t("meetings.in_unfollowed", wrote.lang), person_id=actor.person_id)
        found = _named(said, wrote.lang)
        if len(found) != 1:
            key = "meetings.in_follow_which" if found else "meetings.in_follow_none"
            return Answer(t(key, wrote.lang, names=", ".join(sorted(name for name, _, _ in found)[:4])))
        name, body_id, ward = found[0]
        following.follow(actor=actor, body_id=body_id, ward=ward)
    return Answer(t("meetings.in_followed", wrote.lang, name=name), person_id=actor.person_id)


def _named(said: str, lang: str) -> list[tuple[str, UUID | None, str]]:
    """Wards of exactly this name, or else bodies: (name, body, ward)."""
    if not said:
        return []
    wards = [one for one in institutions.search_places(said, "ward") if fold(one.name) == said]
    if wards:
        return [(f"{one.name}, {one.district}", None, one.code) for one in wards]
    return [(naming.in_lang(one.name, lang), one.id, "") for one in queries.bodies(said)[:5]]
