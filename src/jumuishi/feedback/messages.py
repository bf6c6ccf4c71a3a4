"""What the sender hears by SMS: that there is something to read, and the number; never what was said."""

from jumuishi.feedback.models import Item
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging


def tell_sender(item: Item, what: str) -> None:
    """Tell it (`answered`, `asked`, `told`, `moved`, `abuse`) where the sender left a number, or is known by one."""
    known = identity.person(item.person_id) if item.person_id else None
    to = item.phone or (known.phone if known else "")
    if not to:
        return
    with tenancy.acting_as(tenancy.Principal.system()):
        home = institutions.institution(item.institution_id)
    text = t(
        f"feedback.sms_{what}",
        item.language,
        institution=home.name[item.language] if home else "",
        number=item.reference,
        how=t("feedback.how_mine" if item.person_id else "feedback.how_code", item.language),
    )
    messaging.send_sms(
        institution_id=item.institution_id, person_id=item.person_id, to=to, text=text, purpose="feedback",
        idempotency_key=f"{item.id}:{what}:{item.version}",
    )  # fmt: skip


def tell_head(item: Item) -> None:
    """The heads learn that an answer is late: the number, nothing else."""
    with tenancy.acting_as(tenancy.Principal.system()):
        heads = [one for one in institutions.role_holders(item.institution_id, "head") if str(one) not in item.barred]
    for head in identity.people(heads).values():
        if head.phone:
            messaging.send_sms(
                institution_id=item.institution_id, person_id=head.id, to=head.phone,
                text=t("feedback.sms_late", head.language, number=item.reference), purpose="feedback",
                idempotency_key=f"{item.id}:late:{item.due_at.isoformat()}",
            )  # fmt: skip
