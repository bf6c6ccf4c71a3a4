"""The public lists and the stand-alone verifier page."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse

from jumuishi.documents import public
from jumuishi.documents.offline import build
from jumuishi.identity.doors import Everyone, access


@access(Everyone)
def keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The key list, signed by the root."""
    return _open(JsonResponse(public.key_list(), json_dumps_params={"ensure_ascii": False}))


@access(Everyone)
def revoked(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The revocation list, signed by the root."""
    return _open(JsonResponse(public.revocation_list()))


@access(Everyone)
def offline_page(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The verifier page with today's lists within, so that a saved copy works by itself.

    What would make it too heavy is left out, the revocation list first: it takes both lists as files too.
    """
    keys_text, revoked_text = json.dumps(public.key_list()), json.dumps(public.revocation_list())
    whole = (build.with_lists(build.page(), keys_text, revoked_text), build.with_lists(build.page(), keys_text, ""))
    page = next((one for one in whole if build.weight(one) <= build.HEAVIEST), build.page())
    response = HttpResponse(page)
    # The page brings its own policy by hash; the header repeats it, since a header may only be stricter.
    response.headers["Content-Security-Policy"] = f"{build.policy()}; frame-ancestors 'none'"
    return response


def _open(response: HttpResponse) -> HttpResponse:
    # Public facts, which a verifier page on another address may fetch; what was revoked this moment is in them.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    return response
