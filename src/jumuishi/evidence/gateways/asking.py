"""One request to a witness or a time-stamper: short, bounded, and never believed before it is checked."""

from dataclasses import dataclass

from jumuishi.kernel.lazily import lazily

httpx = lazily("httpx")
LONGEST = 5.0
MOST = 65_536


@dataclass(frozen=True)
class Answer:
    """An HTTP status with the body's first MOST bytes; status 0 and the reason when nobody answered."""

    status: int
    body: bytes = b""
    failure: str = ""


def post(url: str, body: bytes, kind: str) -> Answer:
    """Ask; never raises for what the other side does."""
    try:
        with (
            httpx.Client(timeout=LONGEST, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers={"Content-Type": kind}) as answer,
        ):
            found = b""
            for part in answer.iter_raw():
                found += part
                if len(found) > MOST:
                    return Answer(0, failure="the answer is too long")
            return Answer(answer.status_code, found)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Answer(0, failure=type(error).__name__)
