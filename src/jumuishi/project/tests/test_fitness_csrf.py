"""A form of another site does nothing: every page refuses a POST without our token; machines alone need none."""

import pytest
from django.test import Client
from django.urls import get_resolver

from jumuishi.project.tests.test_fitness_doors import views


@pytest.mark.database
def test_a_post_from_another_site_is_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    exempt = {route for route, view in views(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)}
    plain = [route for route, _ in views(get_resolver().url_patterns) if "<" not in route and route not in exempt]
    assert len(plain) > 25
    let_in = [route for route in plain if client.post(f"/{route}", {"x": "1"}).status_code != 403]
    assert not let_in
    machines = ("api/", "sms/", "ussd/", "payments/", "exchange/", "oidc/", "demo/pay")
    pages = sorted(route for route in exempt if not route.startswith(machines))
    assert not pages, f"a page without a token: {pages}"
