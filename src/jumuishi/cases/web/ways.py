"""Where a page leads, in the language of the page; and a page that says one thing."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts


def prefix() -> str:
    """The language's part of an address."""
    return "/en" if language() == "en" else ""


def to(path: str) -> HttpResponseRedirect:
    """Go to a Kiswahili path, or its English twin on an English page."""
    return HttpResponseRedirect(prefix() + path)


def says(request: HttpRequest, key: str, status: int, back: str = "/maombi/") -> HttpResponse:
    """A page with one message, and a way on."""
    known = key if key in texts() else "cases.refused"
    context = {"heading": t(known, language()), "body": "", "back": prefix() + back}
    return render(request, "channels/message.html", context, status=status)
