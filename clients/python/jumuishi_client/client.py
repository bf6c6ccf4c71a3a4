"""One call for each thing that a front end does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

from jumuishi_client import shapes
from jumuishi_client.helping import Helping
from jumuishi_client.wire import new_key


class Jumuishi(Helping):
    """The API of one installation, as a person, as a helper, or as an institution's program."""

    # -- finding ------------------------------------------------------------------------------------------------------

    def services(self, text: str = "", *, institution: str = "") -> Iterator[dict[str, Any]]:
        """Services on offer, page after page as they are read."""
        return self._pages("services", {"q": text, "institution": institution})

    def service(self, institution: str, service: str) -> dict[str, Any]:
        """What a service asks, costs and promises; its `id` begins an application."""
        return self._json("GET", f"services/{institution}/{service}")

    def places(self, text: str, *, level: str = "ward") -> Iterator[dict[str, Any]]:
        """Places by name."""
        return self._pages("places", {"q": text, "level": level})

    # -- signing in ---------------------------------------------------------------------------------------------------

    def send_code(self, phone: str) -> None:
        """Send a one-time code by SMS."""
        self._ask("POST", "sign-in/code", body={"phone": phone})

    def sign_in(self, phone: str, code: str) -> str:
        """The person's token, used from now on; what was begun as a guest becomes theirs."""
        self.token = str(self._json("POST", "sign-in", body={"phone": phone, "code": code})["token"])
        return self.token

    def resume(self, resume_code: str) -> str:
        """A guest's token, used from now on."""
        self.token = str(self._json("POST", "sign-in/resume", body={"resume_code": resume_code})["token"])
        return self.token

    def sign_out(self) -> None:
        """The token counts no more."""
        self._ask("POST", "sign-out")
        self.token = ""

    # -- applying -----------------------------------------------------------------------------------------------------

    def begin(self, offering: str, *, key: str = "") -> shapes.Begun:
        """Begin an application; a visitor becomes a guest, whose token is used from now on."""
        made = cast(shapes.Begun, self._json("POST", "drafts", body={"offering": offering}, key=key or new_key()))
        if "guest" in made:
            self.token = made["guest"]["token"]
        return made

    def drafts(self) -> Iterator[dict[str, Any]]:
        """What is begun and not submitted."""
        return self._pages("drafts")

    def draft(self, draft: str) -> dict[str, Any]:
        """The summary: pages asked now, answers, what is missing, fees."""
        return self._json("GET", f"drafts/{draft}")

    def save(self, draft: str, page: str, answers: Mapping[str, Any]) -> shapes.Saved:
        """Save a page. Raises AnswersError with what is wrong; what could be read is kept all the same."""
        return cast(shapes.Saved, self._json("PUT", f"drafts/{draft}/pages/{page}", body={"answers": dict(answers)}))

    def attach(
        self, draft: str, field: str, name: str, content: bytes | BinaryIO, *,
        said: Callable[[int, int], None] | None = None,
    ) -> shapes.File:  # fmt: skip
        """Hand in a file; it takes the place of an earlier one.

        A large one goes in parts, `said` being told how much is there: after an AwayError the same call goes on.
        """
        return self._file(f"drafts/{draft}", field, name, content, said)

    def submit(self, draft: str, *, phone: str = "", key: str = "") -> shapes.Submitted:
        """Submit; again is the same case."""
        found = self._json("POST", f"drafts/{draft}/submit", body={"phone": phone}, key=key or new_key())
        return cast(shapes.Submitted, found)

    def discard(self, draft: str) -> None:
        """Throw an application away."""
        self._ask("DELETE", f"drafts/{draft}")

    # -- following ----------------------------------------------------------------------------------------------------

    def track(self, reference: str, phone: str = "") -> shapes.Tracked:
        """Where a case is, by its number."""
        return cast(shapes.Tracked, self._json("POST", "track", body={"reference": reference, "phone": phone}))

    def cases(self) -> Iterator[shapes.CaseLine]:
        """My cases."""
        return cast(Iterator[shapes.CaseLine], self._pages("cases"))

    def case(self, case: str) -> shapes.Case:
        """My case."""
        return cast(shapes.Case, self._json("GET", f"cases/{case}"))

    def receipt(self, case: str) -> dict[str, Any]:
        """The signed receipt of the submission."""
        return self._json("GET", f"cases/{case}/receipt")

    def attach_to_case(
        self, case: str, field: str, name: str, content: bytes | BinaryIO, *,
        said: Callable[[int, int], None] | None = None,
    ) -> shapes.File:  # fmt: skip
        """A file that the office asked for; it goes with the answer that follows. As `attach`."""
        return self._file(f"cases/{case}", field, name, content, said)

    def answer(
        self, case: str, version: int, answers: Mapping[str, Any], message: str = "", *, key: str = ""
    ) -> shapes.Case:
        """Answer the office. Raises NotNowError when the case moved on since `version`."""
        body = {"version": version, "answers": dict(answers), "message": message}
        return cast(shapes.Case, self._json("POST", f"cases/{case}/answer", body=body, key=key or new_key()))

    def withdraw(self, case: str) -> shapes.Case:
        """Take an application back."""
        return cast(shapes.Case, self._json("POST", f"cases/{case}/withdraw"))

    def appeal(self, case: str, reason: str, *, key: str = "") -> shapes.Case:
        """Appeal against a refusal."""
        found = self._json("POST", f"cases/{case}/appeal", body={"reason": reason}, key=key or new_key())
        return cast(shapes.Case, found)

    def renew_bill(self, case: str) -> shapes.Case:
        """Ask for a new control number where the time to pay ran out."""
        return cast(shapes.Case, self._json("POST", f"cases/{case}/bill"))

    # -- documents ----------------------------------------------------------------------------------------------------

    def documents(self) -> Iterator[shapes.Document]:
        """My documents."""
        return cast(Iterator[shapes.Document], self._pages("documents"))

    def document(self, case: str, document: str) -> bytes:
        """The signed PDF."""
        return self._ask("GET", f"cases/{case}/documents/{document}").content

    def verify(self, number: str, detail: str) -> shapes.Verdict:
        """Verify by number, with a detail that its holder knows."""
        return cast(shapes.Verdict, self._json("POST", "verify", body={"number": number, "detail": detail}))

    def verify_text(self, text: str) -> shapes.Verdict:
        """Verify the text of a QR code."""
        return cast(shapes.Verdict, self._json("POST", "verify", body={"text": text}))

    def verify_file(self, name: str, content: bytes) -> shapes.Verdict:
        """Verify a PDF, or a picture of the QR code."""
        return cast(shapes.Verdict, self._ask("POST", "verify/file", file=(name, content)).json())

    def verify_many(self, purpose: str, documents: Sequence[Mapping[str, str]]) -> list[shapes.Verdict]:
        """As an institution's program: up to 100 documents for a purpose that their holders see."""
        body = {"purpose": purpose, "documents": [dict(one) for one in documents]}
        return cast(list[shapes.Verdict], self._json("POST", "verifications", body=body)["items"])

    # -- being told ---------------------------------------------------------------------------------------------------

    def make_hook(self, url: str, topics: Sequence[str], *, key: str = "") -> shapes.Secret:
        """Be told at an address (https); read what comes with `read_notice` and this secret."""
        body = {"url": url, "topics": list(topics)}
        return cast(shapes.Secret, self._json("POST", "hooks", body=body, key=key or new_key()))

    def hooks(self) -> Iterator[shapes.Hook]:
        """Where one is told."""
        return cast(Iterator[shapes.Hook], self._pages("hooks"))

    def end_hook(self, hook: str) -> None:
        """Be told no more."""
        self._ask("DELETE", f"hooks/{hook}")

    def rotate_hook(self, hook: str, *, key: str = "") -> shapes.Secret:
        """A new secret; the old one signs along for a day."""
        return cast(shapes.Secret, self._json("POST", f"hooks/{hook}/secret", key=key or new_key()))

    def test_hook(self, hook: str, *, key: str = "") -> shapes.Delivery:
        """Send a `ping`."""
        return cast(shapes.Delivery, self._json("POST", f"hooks/{hook}/test", key=key or new_key()))

    def deliveries(self, hook: str, *, state: str = "") -> Iterator[shapes.Delivery]:
        """What a hook was told, the newest first."""
        return cast(Iterator[shapes.Delivery], self._pages(f"hooks/{hook}/deliveries", {"state": state}))

    def resend(self, hook: str, delivery: str) -> shapes.Delivery:
        """Send a notice again."""
        return cast(shapes.Delivery, self._json("POST", f"hooks/{hook}/deliveries/{delivery}/resend"))
