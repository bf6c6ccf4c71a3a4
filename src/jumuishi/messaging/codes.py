"""One-time codes by SMS: what identity asks of this room."""

from jumuishi.identity.codes import register_sender
from jumuishi.kernel.text import t
from jumuishi.messaging import actions, rules


class SmsCodes:
    """Fills identity's CodeSender."""

    def send_code(self, *, phone: str, code: str, purpose: str, language: str, about: str = "") -> None:
        """Put the code on its way, in the transaction that is open."""
        actions.keep(
            institution_id=None,
            person_id=None,
            to=phone,
            text=t("messaging.code_for" if about else "messaging.code", language, code=code, about=about),
            purpose=f"{rules.CODE}.{purpose}",
            case_id=None,
            idempotency_key=None,
        )


register_sender(SmsCodes())
