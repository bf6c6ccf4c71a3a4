"""What a citizen's page weighs and when it is first seen, over 400 kbit/s with 400 ms of latency and an empty cache.

Bytes are those on the wire as Chromium counts them (headers, page, style sheet), compressed; first paint is the
browser's own. Each page type is opened by a fresh browser profile that has the person's cookies and nothing else.
A whole application, with script and without, is what a relay carried both ways, what the worker fetched among it.
"""

import json
import statistics
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench._installation import MACHINE, installation
from bench._relay import relay
from journeys.asha import CHROMIUM, FLAGS, PDF, SERVICE, Asha, a_phone

GOAL, WHOLE, FIRST_VIEW = 14_336, 120_000, 2_000
FILES = 3
BITS, LATENCY = 400_000, 400
OPEN = ("/", "/huduma/", SERVICE, "/ingia/", "/endelea/", "/fuatilia/", "/hakiki/", "/taasisi/", "/taasisi/mfano/")
PAINT = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {startTime: 0}).startTime"


def main(short: bool) -> None:
    """One round, or the median of five."""
    with installation(web_workers=1) as here, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        asha = Asha(a_phone(browser), here.address.rstrip("/"))
        addresses = walk(asha)
        cookies = asha.page.context.storage_state()
        seen = {
            name: [look(browser, here.address.rstrip("/") + path, cookies) for _ in range(1 if short else 5)]
            for name, path in addresses.items()
        }
        whole = {
            "with script": whole_application(browser, here.address, script=True),
            "without script": whole_application(browser, here.address, script=False),
        }
        browser.close()
    print(f"whole application: {whole} bytes", flush=True)
    detail = {}
    for name, looks in seen.items():
        weight, paint = max(one[0] for one in looks), statistics.median(one[1] for one in looks)
        detail[name] = {"bytes": weight, "first_paint_ms": round(paint)}
        print(f"{name}: {weight} bytes, first paint {paint / 1000:.2f} s", flush=True)
    heaviest = max(one["bytes"] for one in detail.values())
    slowest = max(one["first_paint_ms"] for one in detail.values())
    print(
        json.dumps(
            {
                "bench": "pages",
                "figure": heaviest,
                "unit": "compressed bytes of the heaviest citizen page with its style sheet, headers included",
                "goal": GOAL,
                "ok": heaviest <= GOAL and max(whole.values()) <= WHOLE and slowest <= FIRST_VIEW,
                "detail": {
                    "pages": detail,
                    "slowest_first_paint_ms": slowest,
                    "first_paint_goal_ms": FIRST_VIEW,
                    "whole_application_bytes": whole,
                    "whole_application_goal": WHOLE,
                    "link": f"{BITS // 1000} kbit/s, {LATENCY} ms",
                },
                "machine": MACHINE,
            }
        )
    )


def whole_application(browser: Browser, address: str, *, script: bool) -> int:
    """Bytes both ways, files aside, from the service's page with an empty cache to the receipt."""
    with relay(address) as carries:
        context = browser.new_context(java_script_enabled=script, viewport={"width": 360, "height": 740})
        asha = Asha(context.new_page(), carries.address)
        asha.begin()
        # The worker has fetched its pages once the network is quiet.
        asha.page.wait_for_timeout(3_000 if script else 0)
        asha.applicant()
        asha.business()
        asha.premises()
        asha.submit()
        asha.page.wait_for_timeout(1_000)
        context.close()
        return carries.carried - FILES * len(PDF)


def walk(asha: Asha) -> dict[str, str]:
    """The page types by name with an address of each: one draft is left on its way, one case is submitted."""
    found = {path: path for path in OPEN}
    first = asha.begin().removeprefix(asha.at)
    found["questions"] = f"{first}applicant/"
    asha.applicant()
    asha.business()
    asha.premises()
    found["summary, not submitted"] = f"{first}hakiki/"
    second = asha.begin().removeprefix(asha.at)
    asha.applicant()
    asha.business()
    asha.premises()
    reference = asha.submit()
    found["receipt"] = asha.path
    found["case"] = asha.path.replace("imepokelewa/", "")
    found["withdraw"] = f"{found['case']}ondoa/"
    found["throw away"] = f"{first}futa/"
    found["mine"] = "/maombi/"
    found["tracked"] = f"/fuatilia/?n={reference}"
    assert second != first
    return found


def look(browser: Browser, address: str, cookies: Any) -> tuple[int, float]:
    """Bytes on the wire and milliseconds to the first paint of one page, nothing cached."""
    context = browser.new_context(storage_state=cookies, viewport={"width": 360, "height": 740})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    weight = 0

    def add(event: dict[str, Any]) -> None:
        nonlocal weight
        weight += int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", add)
    wire.send("Network.enable")
    rate = BITS / 8
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": rate, "uploadThroughput": rate},
    )
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.ok, f"{address}: {answer.status}"
    for _ in range(200):
        # Asked again and again: the pages' own policy lets no script of ours wait inside.
        if paint := float(page.evaluate(PAINT)):
            break
        page.wait_for_timeout(25)
    else:
        raise RuntimeError(f"{address} was never painted")
    context.close()
    return weight, paint
