"""A whole application over the air, files aside: pinned in bytes, so that it grows by nobody's habit."""

import pytest
from playwright.sync_api import sync_playwright

from bench._installation import installation
from bench.pages import WHOLE, whole_application
from journeys.asha import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.slow]


def test_a_whole_application_is_under_120_kb() -> None:
    with installation(web_workers=1) as here, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with_script, without = (whole_application(browser, here.address, script=one) for one in (True, False))
        browser.close()
    assert with_script <= WHOLE
    assert without <= WHOLE
