"""The country served on loopback by real HTTP, with systems of two institutions that sign on."""

import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.test import override_settings

from jumuishi.cases.tests.conftest import at_work, country, officer, world
from jumuishi.signon.tests.scene import Country

__all__ = ["at_work", "country", "officer", "world"]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002  # the library's own shape
        return


@pytest.fixture
def served(world: Any, committed_db: None) -> Iterator[Country]:
    """The pages at an address of their own, which is the issuer's name; every request has a thread of its own."""
    app = get_wsgi_application()

    def closing(environ: Any, start: Any) -> Any:
        try:
            return list(app(environ, start))
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, closing, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    with override_settings(PUBLIC_URL=address, CSRF_TRUSTED_ORIGINS=[address], HOOKS_LOOPBACK=True):
        yield Country(address)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def jobs_of(run_jobs: Callable[[], int]) -> Callable[[], int]:
    """Runs what the pages enqueued, committed."""

    def run() -> int:
        with transaction.atomic():
            return run_jobs()

    return run
