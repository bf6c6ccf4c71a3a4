"""How a call travels: its token, its key, its tries, and what its refusal becomes."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from io import SEEK_END, BytesIO
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import httpx

from jumuishi_client import parts, shapes
from jumuishi_client.errors import AwayError, refusal

TRIES = 3


class Wire:
    """One installation's API. `token`: a person's bearer token, an officer's key for the day, or a program's key."""

    def __init__(
        self, address: str, *, token: str = "", language: str = "sw", timeout: float = 30.0, trust_env: bool = True
    ) -> None:
        self.token = token
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1/", headers={"Accept-Language": language}, timeout=timeout,
            trust_env=trust_env,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def _pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[Any]:
        number = 1
        while True:
            found = self._json("GET", path, query={**(query or {}), "page": str(number)})
            yield from found["items"]
            if number >= found["pages"]:
                return
            number += 1

    def _json(
        self, method: str, path: str, *, body: Any = None, query: Mapping[str, str] | None = None, key: str = ""
    ) -> dict[str, Any]:
        try:
            return cast(dict[str, Any], self._ask(method, path, body=body, query=query, key=key).json())
        except ValueError:
            raise AwayError("an answer that is not understood") from None

    def _file(
        self, thing: str, field: str, name: str, content: bytes | BinaryIO, said: Callable[[int, int], None] | None
    ) -> shapes.File:
        file = BytesIO(content) if isinstance(content, bytes) else content
        size = file.seek(0, SEEK_END)
        file.seek(0)
        if size <= parts.PART:
            return cast(shapes.File, self._ask("POST", f"{thing}/files/{field}", file=(name, file.read())).json())
        upload = parts.send(self._part, f"{thing}/uploads/{field}", name, file, size, said)
        return cast(shapes.File, self._json("GET", upload)["taken"])

    def _part(self, method: str, path: str, *, headers: dict[str, str], content: bytes | None = None) -> httpx.Response:
        return self._ask(method, path, headers={"Tus-Resumable": "1.0.0", **headers}, content=content)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        key: str = "",
        file: tuple[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """The answer. What may be repeated (a read, a put, a file, whatever has a key) is, where none came."""
        repeats = TRIES if key or file or headers or method != "POST" else 1
        headers = {**(headers or {}), **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        headers |= {"Idempotency-Key": key} if key else {}
        for left in reversed(range(repeats)):
            try:
                answer = self._http.request(
                    method, path, json=body, params=query, headers=headers, content=content,
                    files={"file": file} if file else None,
                )  # fmt: skip
            except httpx.TransportError as error:
                if left == 0:
                    raise AwayError(type(error).__name__) from error
            else:
                if answer.status_code not in (502, 503, 504) or left == 0:
                    return _told(answer)
            time.sleep(0.2 * 2 ** (repeats - left))
        raise AwayError("no answer")


def _told(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        raise AwayError(f"HTTP {answer.status_code}") from None
    after = answer.headers.get("Retry-After", "")
    raise refusal(answer.status_code, problem, int(after) if after.isdecimal() else 0)


def new_key() -> str:
    """A key of one's own for a call that may be repeated."""
    return str(uuid.uuid4())
