"""The demonstration country served on loopback, and Chromium to walk through it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from bench._installation import Installed, installation
from journeys.asha import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def talkative() -> Iterator[Installed]:
    """A whole installation for those who mean it ill: it logs all it can, and nobody's address has a limit."""
    wide = {f"JUMUISHI_LIMIT_{one}": "1000000" for one in ("CODE_ADDRESS", "CODE_NETWORK", "TRACK_ADDRESS")}
    with installation(web_workers=1, sign_in=True, JUMUISHI_LOG="DEBUG", **wide) as found:
        yield found


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002  # the library's own shape
        return


@contextmanager
def serving(name: str, **changed: Any) -> Iterator[str]:
    """The pages on loopback under changed settings: their address by this name, no slash at its end.

    Every request has a thread of its own.
    """
    with override_settings(ALLOWED_HOSTS=["localhost", "127.0.0.1"], **changed):
        app = get_wsgi_application()

        def closing(environ: Any, start: Any) -> Any:
            try:
                return list(app(environ, start))
            finally:
                connections.close_all()

        serve = StaticFilesHandler(app)
        serve.application = closing  # type: ignore[assignment]
        server = make_server("127.0.0.1", 0, serve, server_class=_Server, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{name}:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture
def country(world: Any, committed_db: None) -> Iterator[str]:
    """The address of the demonstration country."""
    with serving("127.0.0.1", SESSION_COOKIE_SECURE=False) as address:
        yield address


@pytest.fixture
def chromium(country: str) -> Iterator[Browser]:
    """Asked for last: Playwright's loop in this thread keeps Django from the database while it runs."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()
