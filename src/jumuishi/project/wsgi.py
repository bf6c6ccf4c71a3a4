"""The web process."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from jumuishi.project import edge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
pages = get_wsgi_application()
# Read before anybody asks: the first who did would wait seconds for the addresses and all that stands behind them.
ADDRESSES = get_resolver().url_patterns


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Pages and API by Django; what the exchange and halls answer goes to their own processes, untouched by it."""
    if edge.is_edge(environ["PATH_INFO"]):
        return edge.relay(environ, start_response)
    if edge.is_live(environ["PATH_INFO"]):
        return edge.relay_stream(environ, start_response)
    answer: Iterable[bytes] = pages(environ, start_response)
    return answer
