"""What deploy/prove-upgrade.sh runs with the code of the release before: serve, migrate meanwhile, serve by both."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

import psycopg

import jumuishi
from bench._installation import Installed, installation
from jumuishi.project import children
from jumuishi.project.addresses import free_port
from jumuishi.project.plan import web_command

TOKEN = "a" * 32


def submit(host: str, draft: dict[str, str]) -> float:
    """Press the summary's button; the seconds until it was acknowledged. Raises AssertionError."""
    door, began = http.client.HTTPConnection(host, timeout=30), time.monotonic()
    head = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"sessionid={draft['session']}; csrftoken={TOKEN}",
    }
    body = urlencode({"csrfmiddlewaretoken": TOKEN})
    door.request("POST", f"/omba/rasimu/{draft['draft']}/hakiki/", body, head)
    answer = door.getresponse()
    assert answer.status == 302, (host, answer.status, answer.read()[:500])
    door.close()
    return time.monotonic() - began


def by_new_code(one: Installed, *words: str, **more: str) -> "subprocess.Popen[bytes]":
    """A process of this release beside the running one."""
    environment = (
        one.environment() | {"PYTHONPATH": os.environ["JUMUISHI_NEW"], children.MARK: str(one.here.data)} | more
    )
    return subprocess.Popen([sys.executable, *words], env=environment, cwd="/")


def main() -> None:
    """Raises what went wrong; a last line of JSON otherwise."""
    assert jumuishi.__path__[0].startswith(os.environ["JUMUISHI_OLD"]), jumuishi.__path__
    with installation(web_workers=1) as one:
        drafts = json.loads(one.python("-m", "bench._scene", "drafts", "400"))
        waits, stop = [submit(one.host, drafts.pop()) for _ in range(5)], threading.Event()
        said: list[str] = []

        def serve() -> None:
            while not stop.wait(0.1) and len(drafts) > 100:
                try:
                    waits.append(submit(one.host, drafts.pop()))
                except (AssertionError, OSError, http.client.HTTPException) as error:
                    said.append(repr(error)[:300])

        people = threading.Thread(target=serve)
        people.start()
        time.sleep(2)
        quiet, began = max(waits), time.monotonic()
        owner = {"DATABASE_OWNER_URL": one.database("owner"), "JUMUISHI_STATIC": str(one.here.data / "static-new")}
        assert by_new_code(one, "-m", "jumuishi.project.ready", "country", **owner).wait(900) == 0
        took = time.monotonic() - began
        time.sleep(2)
        stop.set()
        people.join(60)
        assert not said, said[:3]
        port = free_port("127.0.0.1", 0)
        static = {"JUMUISHI_STATIC": str(one.here.data / "static-new")}
        web = by_new_code(one, *web_command("127.0.0.1", port, 1)[1:], **static)
        new = f"127.0.0.1:{port}"
        try:
            _until_it_answers(new)
            for _ in range(20):
                submit(new, drafts.pop())
                submit(one.host, drafts.pop())
        finally:
            web.terminate()
            web.wait(20)
        for _ in range(5):
            submit(one.host, drafts.pop())  # back to the release before: nothing was taken from it
        with psycopg.connect(one.database()) as connection:
            (made,) = connection.execute("SELECT count(*) FROM cases_case").fetchone() or (0,)
            (steps,) = connection.execute("SELECT count(*) FROM django_migrations").fetchone() or (0,)
        wanted = 400 - len(drafts)
    assert made == wanted, (made, wanted)
    sys.stdout.write(
        json.dumps(
            {
                "migrations": steps,
                "submitted": made,
                "seconds_to_migrate": round(took, 1),
                "longest_wait_before": round(quiet, 2),
                "longest_wait_while_migrating": round(max(waits), 2),
            }
        )
        + "\n"
    )


def _until_it_answers(host: str) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            door = http.client.HTTPConnection(host, timeout=5)
            door.request("GET", "/healthz")
            if door.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(host)


if __name__ == "__main__":
    main()
