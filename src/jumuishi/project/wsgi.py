"""The web process."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from jumuishi.project import edge

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
pages = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Pages and API by Django; what the exchange and halls answer goes to their own processes, untouched by it."""
    if edge.is_edge(environ["PATH_INFO"]):
        return edge.relay(environ, start_response)
    if edge.is_live(environ["PATH_INFO"]):
        return edge.relay_stream(environ, start_response)
    answer: Iterable[bytes] = pages(environ, start_response)
    return answer
