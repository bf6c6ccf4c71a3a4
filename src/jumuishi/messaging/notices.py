"""Short messages to an account's owner: what identity asks of this room where no letter goes."""

from uuid import UUID

from jumuishi.identity.public import register_sms_sender
from jumuishi.messaging import actions


class OwnerNotices:
    """Fills identity's SmsSender."""

    def send_notice(self, *, person_id: UUID, phone: str, text: str, purpose: str = "notice") -> None:
        """Keep the message in the transaction that is open; a worker sends it after."""
        actions.keep(
            institution_id=None,
            person_id=person_id,
            to=phone,
            text=text,
            purpose=purpose,
            case_id=None,
            idempotency_key=None,
        )


register_sms_sender(OwnerNotices())
