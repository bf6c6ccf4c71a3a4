"""Forms of operators: what a callback says, and how the answer is written. One more operator is one more adapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from jumuishi.channels.ussd.engine import Answer
from jumuishi.channels.ussd.sessions import Callback

LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Ended:
    """The operator tells that a session is over."""

    session: str
    phone: str


Heard: TypeAlias = Callback | Ended


class Operator(Protocol):
    """One operator's form."""

    def read(self, form: Mapping[str, str]) -> Heard | None:
        """What a callback says; the phone as it is written there. None for what is no callback."""
        ...

    def written(self, answer: Answer) -> tuple[str, str]:
        """The body that the operator understands, and its media type."""
        ...


class AfricasTalking:
    """The aggregator Africa's Talking: form fields in, `CON `/`END ` and the screen out, as plain text.

    Its end-of-session event has the fields date, sessionId, serviceCode, networkCode, phoneNumber, status (Success,
    Incomplete, Failed), cost, durationInMillis, hopsCount, input, lastAppResponse, errorMessage. `input` and
    `lastAppResponse` hold all that was typed and shown: they are not read.
    """

    def read(self, form: Mapping[str, str]) -> Heard | None:
        """A callback has a `text` (empty at first), an event a `status`."""
        session, phone = form.get("sessionId", "").strip(), form.get("phoneNumber", "").strip()
        if not session or not phone or len(session) > 200 or len(phone) > 20:
            return None
        if form.get("status") and "text" not in form:
            return Ended(session, phone)
        text = form.get("text", "")
        return Callback(session, phone, text) if len(text) <= LONGEST_TEXT else None

    def written(self, answer: Answer) -> tuple[str, str]:
        """Anything that does not begin with one of the two words ends the session with an error at their side."""
        return f"{'END' if answer.ends else 'CON'} {answer.text}", "text/plain; charset=utf-8"


OPERATORS: dict[str, Operator] = {"africastalking": AfricasTalking()}
