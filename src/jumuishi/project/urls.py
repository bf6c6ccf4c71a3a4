"""Every address: Kiswahili at the root, English under /en/; machines' addresses once."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from jumuishi.evidence.web import machine_urls as evidence
from jumuishi.identity.doors import Everyone, access
from jumuishi.project import api, demo_page, health, metrics, ussd
from jumuishi.project.network import page as network
from jumuishi.project.routes import by_first_word

PAGES = (
    "identity",
    "institutions",
    "documents",
    "payments",
    "messaging",
    "hooks",
    "exchange",
    "signon",
    "services",
    "cases",
    "feedback",
    "meetings",
    "privacy",
    "insights",
)
MACHINES = ("documents", "payments", "messaging", "exchange", "signon", "cases", "meetings")


def _has(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns = [
    path("healthz", health.healthz),
    path("metrics", metrics.metrics),
    path("demo/", demo_page.demo),
    path("demo/simu/", demo_page.phone),
    path("demo/sms/", demo_page.sms),
    path("ussd/<slug:operator>/", ussd.callback),
    path("ussd/<slug:operator>/<str:secret>/", ussd.callback),
    # The log's files are for everyone; that room lies below the doors, so they are opened here.
    *(path(str(one.pattern), access(Everyone)(one.callback), name=one.name) for one in evidence.urlpatterns),
    *api.patterns(),
    *by_first_word(
        path("", include(f"jumuishi.{room}.web.machine_urls"))
        for room in MACHINES
        if _has(f"jumuishi.{room}.web.machine_urls")
    ),
    *i18n_patterns(
        *by_first_word(
            [
                path("demo/exchange/", network.page),
                path("demo/exchange/tuma/", network.send),
                path("demo/exchange/mbali/", network.away),
                *(
                    path("", include(f"jumuishi.{room}.web.urls"))
                    for room in PAGES
                    if _has(f"jumuishi.{room}.web.urls")
                ),
            ]
        ),
        prefix_default_language=False,
    ),
]

handler400 = "jumuishi.channels.views.unreadable"
handler404 = "jumuishi.channels.views.not_found"
handler500 = "jumuishi.channels.views.broken"
