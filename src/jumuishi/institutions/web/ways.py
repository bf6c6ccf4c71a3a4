"""After an act: the same page again, with one line that says what was done."""

from django.http import HttpRequest, HttpResponseRedirect

from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

TOLD = "institutions.told"


def back_here(request: HttpRequest, told: str = "", path: str = "") -> HttpResponseRedirect:
    """To this page (or a Kiswahili path, in the page's language); `told` is the key of what to say there, once."""
    if told:
        request.session[TOLD] = told
    prefix = "/en" if language() == "en" else ""
    return HttpResponseRedirect(prefix + path if path else request.path)


def told(request: HttpRequest) -> str:
    """What was done a moment ago; empty when nothing was."""
    key = request.session.pop(TOLD, "")
    return t(key, language()) if key else ""
