"""A member behind a slow link: `python -m bench._slow_member HOST PORT MEETING SESSION VOTE`; prints JSON.

Opens the hall's page, then its stream, then votes, as a phone does that has nothing of it yet; what breaks off is asked
for again, the vote under the same id.
"""

import http.client
import json
import sys
import time
import uuid

# The two halves of the mark that a form and its cookie bear; any that agree will do.
HOST, MARK, TRIES = "127.0.0.1", "b" * 32, 6


def main() -> None:
    """Once through it all."""
    host, port, meeting, session, vote = sys.argv[1:6]
    here, broken = f"/mimi/vikao/{meeting}/", 0
    cookie = {"Cookie": f"sessionid={session}; csrftoken={MARK}", "Host": HOST, "Accept-Encoding": "gzip"}

    def asked(method: str, path: str, body: str | None = None, **more: str) -> tuple[int, bytes, float]:
        """Status, body, seconds; again after a cut, as the page's script does."""
        nonlocal broken
        began = time.monotonic()
        for _ in range(TRIES):
            try:
                line = http.client.HTTPConnection(host, int(port), timeout=60)
                line.request(method, path, body, {**cookie, **more})
                answer = line.getresponse()
                found = answer.readline() + answer.readline() if path.endswith("mkondo") else answer.read()
                while path.endswith("mkondo") and b"data:" not in found:
                    found = answer.readline()
                return answer.status, found, round(time.monotonic() - began, 1)
            except (OSError, http.client.HTTPException):
                broken += 1
                time.sleep(0.5)
        return 0, b"", round(time.monotonic() - began, 1)

    page = asked("GET", f"{here}ukumbi/")
    hello = asked("GET", f"{here}mkondo")
    said = json.dumps({"do": "vote", "vote": vote, "choice": "for", "once": str(uuid.uuid4())})
    kept = asked("POST", f"{here}tenda.json", said, **{"Content-Type": "application/json", "X-CSRFToken": MARK})
    print(
        json.dumps(
            {
                "page": page[0], "page_bytes": len(page[1]), "page_s": page[2], "hello_bytes": len(hello[1]),
                "hello_s": hello[2], "vote": kept[0], "vote_s": kept[2], "broken_off": broken,
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
