"""Figures for whoever keeps an installation well: what was asked and how fast, what waits, what is late.

Not public: this machine only, or whoever holds JUMUISHI_METRICS_TOKEN. The web processes of one installation add up
in the folder PROMETHEUS_MULTIPROC_DIR (set by ./run and the units), so that it does not matter which one answers.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from jumuishi.cases import public as cases
from jumuishi.evidence import public as evidence
from jumuishi.exchange import public as exchange
from jumuishi.hooks import public as hooks
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Callback, access
from jumuishi.kernel import clock, jobs, space, tenancy
from jumuishi.messaging import public as messaging
from jumuishi.project import health
from jumuishi.project.addresses import is_loopback

REQUESTS = Counter("jumuishi_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "jumuishi_request_seconds",
    "Seconds from a request to its answer, by route.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


class MetricsMiddleware:
    """Counts and times each request under its route, never under its address: an address can name a person's case."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        route = f"/{found.route}" if found else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return response


class Levels(Collector):
    """What stands in the database at this moment."""

    def collect(self) -> Iterator[Metric]:
        """One gauge each; without a database only that it is gone, and the room on the disks."""
        free = GaugeMetricFamily("jumuishi_disk_free_bytes", "Room where a folder lies.", labels=["folder"])
        for name, folder in space.folders().items():
            free.add_metric([name], space.free_of(folder))
        yield free
        try:
            with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
                now = clock.now()
                waiting, overdue = jobs.waiting(now), cases.overdue_clocks(now)
                unsequenced, oldest = evidence.unsequenced(now)
                behind = health.seconds_behind()
                refused = identity.refused_today()
                sms = messaging.standing()
                cosigned, stamped = evidence.cosigned(now), evidence.stamped(now)
                contradictions, findings = len(evidence.contradictions()), exchange.open_findings()
                notices = hooks.standing()
        except OperationalError:
            yield GaugeMetricFamily("jumuishi_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("jumuishi_database_up", "Whether the database answers.", value=1)
        depth = GaugeMetricFamily("jumuishi_jobs", "Background jobs by state; todo: due, not begun.", labels=["state"])
        for state in ("todo", "doing", "failed"):
            depth.add_metric([state], waiting.counts.get(state, 0))
        yield depth
        yield GaugeMetricFamily(
            "jumuishi_jobs_oldest_seconds", "For how long the oldest due job has waited.", value=waiting.oldest_seconds
        )
        yield GaugeMetricFamily(
            "jumuishi_clock_behind_seconds", "How far this clock is behind the newest act; 0 is well.", value=behind
        )
        yield GaugeMetricFamily(
            "jumuishi_clocks_overdue", "Cases of which a clock ran out and was not acted upon.", value=overdue
        )
        caps = GaugeMetricFamily(
            "jumuishi_limits_refused_today", "How often each limit turned somebody away today.", labels=["limit"]
        )
        # Caps of the SMS are always there, so that an alarm on them can be set before the first attack.
        for name in sorted({"code.installation_day", "code.prefix_day", "code.block_day", "sms.day", *refused}):
            caps.add_metric([name], refused.get(name, 0))
        yield caps
        yield GaugeMetricFamily("jumuishi_sms_waiting", "Messages that could go out now, and wait.", value=sms.waiting)
        yield GaugeMetricFamily(
            "jumuishi_sms_oldest_seconds", "For how long the oldest of them could have gone.", value=sms.oldest_seconds
        )
        there = GaugeMetricFamily("jumuishi_sms_gateway_up", "Whether a gateway is asked now.", labels=["gateway"])
        for name, is_up in sms.gateways.items():
            there.add_metric([name], is_up)
        yield there
        told = GaugeMetricFamily(
            "jumuishi_notices",
            "Notices to programs by state; dead: given up.",
            labels=["state"],
        )
        for state, count in notices.items():
            told.add_metric([state], count)
        yield told
        yield GaugeMetricFamily(
            "jumuishi_log_unsequenced", "Journal entries that have no place in the log yet.", value=unsequenced
        )
        yield GaugeMetricFamily(
            "jumuishi_log_unsequenced_oldest_seconds", "For how long the oldest of them has waited.", value=oldest
        )
        yield from _standing("cosigned", "a quorum of witnesses has cosigned", cosigned)
        yield GaugeMetricFamily(
            "jumuishi_log_contradictions", "Pairs of checkpoints by which others' logs contradicted themselves.",
            value=contradictions,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "jumuishi_exchange_findings", "Logs of other nodes that showed two histories, and nobody has closed it.",
            value=findings,
        )  # fmt: skip
        yield from _standing("stamped", "a time-stamper has stamped", stamped)


def _standing(name: str, what: str, found: evidence.Standing) -> Iterator[Metric]:
    """The age only once there is one, so that its absence is not taken for freshness."""
    if found.age is not None:
        yield GaugeMetricFamily(
            f"jumuishi_log_{name}_age_seconds", f"Age of the newest checkpoint that {what}.", value=found.age
        )
    yield GaugeMetricFamily(
        f"jumuishi_log_{name}_behind_seconds",
        f"For how long the oldest checkpoint after those that {what} has waited; 0 is well, or nobody is asked.",
        value=found.behind,
    )


def _may(request: HttpRequest) -> bool:
    token = os.environ.get("JUMUISHI_METRICS_TOKEN", "")
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # A request that a web server of ours passes on comes from loopback too, and says for whom.
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and "X-Forwarded-For" not in request.headers


@access(Callback("Prometheus on this machine, or with the token that the installation's environment sets"))
@transaction.non_atomic_requests
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures in Prometheus' text form; 404 for everybody who may not read them."""
    if not _may(request):
        raise Http404
    levels = CollectorRegistry()
    levels.register(Levels())
    counted = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # the library says no types here
    return HttpResponse(generate_latest(counted) + generate_latest(levels), content_type=CONTENT_TYPE_LATEST)
