"""What members are told of a sitting: the body, the day, the place, how much there is to decide; no case by name."""

from jumuishi.cases.sittings import queries
from jumuishi.cases.sittings.models import Sitting
from jumuishi.identity import public as identity
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging


def tell_members(sitting: Sitting, key: str, zone: str) -> int:
    """By SMS whoever has a proved phone, by letter whoever has a mailbox; returns how many were reached."""
    members = queries.seats_of(sitting)
    n = sum(one.state in queries.OPEN for one in queries.items_of(sitting))
    people, boxes = identity.people(members), identity.standings(members)
    reached = 0
    for person_id in members:
        person, box = people.get(person_id), boxes.get(person_id)
        lang = person.language if person is not None else "sw"
        link = identity.link_to(f"/ofisi/vikao/{sitting.id}/", lang)
        said = {
            "body": sitting.name[lang], "at": say_instant(sitting.starts_at, lang, zone), "place": sitting.place,
            "n": n, "reason": sitting.reason,
        }  # fmt: skip
        if person is not None and person.phone:
            messaging.send_sms(
                institution_id=sitting.institution_id, person_id=person_id, to=person.phone,
                text=t(key, lang, **said), purpose="sitting", idempotency_key=f"{sitting.id}:{sitting.state}",
            )  # fmt: skip
        if box is not None:
            identity.send_mail(
                to=box.email, subject=f"{t('cases.sitting', lang)}: {sitting.name[lang]}",
                text=f"{t(key, lang, **said)}\n\n{link}\n", purpose="sitting",
            )  # fmt: skip
        reached += bool((person is not None and person.phone) or box is not None)
    return reached
