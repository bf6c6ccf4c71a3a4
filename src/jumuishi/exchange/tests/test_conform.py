"""The public kit: a right edge passes, each wrong one fails on just the rules that it breaks."""

import json

import pytest

from jumuishi.exchange.conform import kit
from jumuishi.exchange.conform.asking import Edge
from jumuishi.exchange.conform.cli import exchange_conform
from jumuishi.exchange.conform.model import CHECKS, Result, Scene
from jumuishi.exchange.conform.provider import provider
from jumuishi.exchange.tests.edge_stub import CLIENT, DENIED, SERVICE, edge
from jumuishi.exchange.tests.running import free_port


def failed(fault: str, profile: str = "") -> dict[str, str]:
    """The rules that an edge with this fault breaks, and what was seen."""
    with provider("127.0.0.1", 0) as (behind, port), edge(port, fault) as url:
        scene = Scene(
            edge=Edge(url), client=CLIENT, service=SERVICE, provider=behind, denied=DENIED, large=300_000, seed=7,
            examples=15, profile=profile,
        )  # fmt: skip
        return {one.check.name: one.seen for one in kit.run(scene) if one.result is Result.FAIL}


def test_a_right_edge_passes() -> None:
    assert failed("") == {}


@pytest.mark.parametrize(
    ("fault", "rules"),
    [
        ("decodes-the-query", {"query", "drawn"}),
        ("hash-forgets-the-body", {"hash-body", "drawn"}),
        ("follows-redirects", {"redirect"}),
        ("forbidden", {"denied"}),
        ("no-detail", {"error-json", "error-xml"}),
        ("annex-a", {"list-methods", "allowed-methods"}),
        ("first-client", {"last-client"}),
        ("passes-hop-headers", {"hop-headers"}),
        ("lets-tricks-through", {"path-tricks"}),
        ("overrides", {"overrides", "disguised-client"}),
        ("hides-errors", {"status"}),
        ("believes", {"forged-error"}),
    ],
)
def test_a_wrong_edge_fails_on_just_the_rules_that_it_breaks(fault: str, rules: set[str]) -> None:
    found = failed(fault)
    assert set(found) == rules, found
    assert all(found.values()), "each says what was seen"


def test_the_other_profile_is_another_names() -> None:
    assert set(failed("", profile="xroad-7.8")) == {"client-missing", "client-unknown", "service-unknown", "denied"}


def test_each_rule_has_a_name_of_its_own_and_a_source() -> None:
    assert len({one.name for one in CHECKS}) == len(CHECKS) > 35
    assert all(one.source and one.expects for one in CHECKS)


def test_by_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    who = ["--client", CLIENT, "--service", SERVICE]
    with edge(port) as url:
        at = ["--listen", f"127.0.0.1:{port}", "--large-mb", "1", "--examples", "5", "--seed", "3"]
        assert exchange_conform([url, *who, *at, "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["format"], told["seed"], told["counts"]["fail"]) == ("jumuishi-conform-1", 3, 0)
        assert {one["name"] for one in told["checks"] if one["result"] == "not-applicable"} == {"open-api", "denied"}
        assert exchange_conform([url, *who]) == 0, "without a provider of the kit's own"
        said = capsys.readouterr().out
        assert "n/a   hash: " in said
        assert "0 fail" in said.splitlines()[-1]
    with edge(port, "no-detail") as url:
        assert exchange_conform([url, *who, "--check", "error-json"]) == 1
        assert "FAIL  error-json" in capsys.readouterr().out
    assert exchange_conform([url, *who]) == 2
