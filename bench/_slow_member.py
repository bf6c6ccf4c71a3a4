"""A member behind a slow link: `python -m bench._slow_member HOST PORT MEETING SESSION VOTE`; prints JSON.

Opens the hall's page, then its stream, then votes, as a phone does that has nothing of it yet.
"""

import http.client
import json
import re
import sys
import time
import uuid

HOST = "127.0.0.1"


def main() -> None:
    """Once through it all."""
    host, port, meeting, session, vote = sys.argv[1:6]
    began = time.monotonic()
    here = f"/mimi/vikao/{meeting}/"
    headers = {"Cookie": f"sessionid={session}", "Host": HOST, "Accept-Encoding": "gzip"}
    line = http.client.HTTPConnection(host, int(port), timeout=120)
    line.request("GET", f"{here}ukumbi/", headers=headers)
    answer = line.getresponse()
    page, mark = answer.read(), ""
    for name, value in answer.getheaders():
        if name == "Set-Cookie" and (found := re.match(r"csrftoken=([^;]+)", value)):
            mark = found[1]
    opened = time.monotonic()
    stream = http.client.HTTPConnection(host, int(port), timeout=120)
    stream.request("GET", f"{here}mkondo", headers=headers)
    told = stream.getresponse()
    while b"event:hali" not in told.readline():
        pass
    hello = told.readline() + told.readline()
    heard = time.monotonic()
    body = json.dumps({"do": "vote", "vote": vote, "choice": "for", "once": str(uuid.uuid4())})
    sent = {**headers, "Content-Type": "application/json", "X-CSRFToken": mark}
    sent["Cookie"] += f"; csrftoken={mark}"
    line.request("POST", f"{here}tenda.json", body=body, headers=sent)
    kept = line.getresponse()
    said = kept.read()
    done = time.monotonic()
    print(
        json.dumps(
            {
                "page": answer.status, "page_bytes": len(page), "page_s": round(opened - began, 1),
                "hello_bytes": len(hello), "hello_s": round(heard - opened, 1), "vote": kept.status,
                "vote_s": round(done - heard, 1), "kept": b'"kept": true' in said or b'"kept":true' in said,
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
