"""A phone in the hand, for tests, journeys and benches: it calls the real callback as an operator would."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from jumuishi.kernel import screens

Post = Callable[[dict[str, str]], str]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Sent:
    """What was sent to the phone: the screen, and whether it ended the session."""

    text: str
    ends: bool


class Handset:
    """Dials, types, and remembers every screen; each is held to what an old phone can show.

    `post` sends the form of a callback and gives back the body of its answer.
    """

    def __init__(self, phone: str, post: Post, *, code: str = "*152*00#") -> None:
        self.phone, self.post, self.code = phone, post, code
        self.session = self.text = ""
        self.seen: list[Sent] = []

    @property
    def screen(self) -> str:
        """The screen that stands."""
        return self.seen[-1].text if self.seen else ""

    @property
    def is_over(self) -> bool:
        """Whether the line is dead."""
        return not self.seen or self.seen[-1].ends

    def dial(self, after: str = "") -> str:
        """A new session; `after` is what was dialled behind the code, "1*2"."""
        self.session, self.text = f"ATUid_{self.phone[-9:]}_{next(_numbers)}", after
        return self._call()

    def type(self, *answers: str) -> str:
        """Answer the screen, or several one after the other; the last screen."""
        for answer in answers:
            assert not self.is_over, f"the session is over: {self.screen}"  # noqa: S101  # a driver's own check
            self.text = f"{self.text}*{answer}" if self.text else answer
            self._call()
        return self.screen

    def again(self) -> str:
        """The same callback once more, as an operator sends it who had no answer."""
        return self._call()

    def choose(self, words: str) -> str:
        """The number that stands before these words, found through as many pages as there are."""
        for _ in range(40):
            for line in self.screen.splitlines():
                number, dot, label = line.partition(". ")
                if dot and number.isdigit() and label.startswith(words):
                    return self.type(number)
            if "\n99. " not in self.screen:
                break
            self.type("99")
        raise LookupError(f"no {words!r} on:\n{self.screen}")

    def _call(self) -> str:
        form = {
            "sessionId": self.session, "phoneNumber": self.phone, "networkCode": "99999",
            "serviceCode": self.code, "text": self.text,
        }  # fmt: skip
        body = self.post(form)
        word, _, text = body.partition(" ")
        if word not in ("CON", "END"):
            raise AssertionError(f"no USSD answer: {body[:200]!r}")
        length = screens.size(text)
        if not 0 <= length <= screens.MOST:
            raise AssertionError(f"{length} septets:\n{text}")
        self.seen.append(Sent(text, word == "END"))
        return text
