"""Why a call came to nothing."""

from collections.abc import Mapping
from typing import Any


class JumuishiError(Exception):
    """Base of all."""


class AwayError(JumuishiError):
    """No answer came, or none that is understood; whether the call had its effect is unknown, so ask again."""


class RefusedError(JumuishiError):
    """A problem (RFC 9457): `code` is stable, `detail` is for people, `fields` says what is wrong with each field."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: int = 0) -> None:
        self.status, self.code = status, str(problem.get("code", ""))
        self.detail, self.retry_after = str(problem.get("detail", "")), retry_after
        self.fields = {str(one["field"]): str(one["detail"]) for one in problem.get("errors", [])}
        super().__init__(f"{status} {self.code}: {self.detail}")


class SignInError(RefusedError):
    """No token, or one that counts no more (401)."""


class NotFoundError(RefusedError):
    """Not there, or not yours (404)."""


class NotNowError(RefusedError):
    """The case moved on, was submitted, or a key was used for something else (409)."""


class AnswersError(RefusedError):
    """Something in what was sent is wrong: see `fields` (422)."""


class TooOftenError(RefusedError):
    """Ask again after `retry_after` seconds (429)."""


_BY_STATUS: dict[int, type[RefusedError]] = {
    401: SignInError, 404: NotFoundError, 409: NotNowError, 422: AnswersError, 429: TooOftenError,
}  # fmt: skip


def refusal(status: int, problem: Mapping[str, Any], retry_after: int) -> RefusedError:
    """The exception for a status."""
    return _BY_STATUS.get(status, RefusedError)(status, problem, retry_after)
