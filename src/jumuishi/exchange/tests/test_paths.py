"""No writing of a path gets around a rule: whatever server stands behind, what it serves is within what was allowed."""

import re
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jumuishi.exchange.paths import UnsafePath, read_path
from jumuishi.exchange.patterns import BadPattern, Endpoint, pattern_of_template, read_endpoint, read_pattern
from jumuishi.exchange.tests.servers import STEPS, decoded, served

names = st.sampled_from(["v1", "names", "admin", "a", "siri", "x.json", "é", "a b"])
stars = st.sampled_from(["*", "*.json", "a*", "**", "v*1"])
rules = st.lists(names | stars, max_size=4).filter(lambda parts: parts.count("**") < 2).map(lambda p: "/" + "/".join(p))
tricks = st.sampled_from([
    "..", ".", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "%25%32%65", "..%00", "..;x", ";x", ";x=..", "%3b", "%2f", "%2F",
    "%252f", "\\", "%5c", "%5C..", "%c0%af", "%c0%ae%c0%ae", "%e0%80%af", "", "%00", "%0d%0a", "%09", "%20", "..%20",
    ". .", "a.", "%3f", "%23", "?", "%u002f", "%ef%bc%8f", "%ef%bc%8e%ef%bc%8e", "%e2%88%95", "%e2%80%a4", "e%cc%81",
    "%C2%A5", "%", "%2", "%zz", "%25", "%41", "a%2Cb", "a,b", "%7Ea", "~a", "%2a", "*", "%c3%a9", "é", "%EF%AC%81",
])  # fmt: skip


def written(plain: str) -> str:
    """Plain letters as an address holds them."""
    return quote(plain, safe="/*")


pieces = names.map(written) | tricks
segments = st.lists(pieces, min_size=1, max_size=3).map("".join) | pieces | st.text("a./%2e5cf;\\0", max_size=6)
hostile = st.lists(segments, max_size=5).map(lambda parts: "/" + "/".join(parts)) | segments


@st.composite
def aimed(draw: st.DrawFn) -> tuple[str, str]:
    """A rule and a path that is within it but for what the stars are filled with: where a way around would lie."""
    rule, path = draw(rules), ""
    for part in rule.strip("/").split("/"):
        if part == "**":
            path += "".join(f"/{one}" for one in draw(st.lists(segments, max_size=3)))
        else:
            path += "/" + "".join(
                draw(segments | st.just("")) if piece == "*" else written(piece) for piece in re.split(r"(\*)", part)
            )
    return rule, path + draw(st.sampled_from(["", "", "/", "%20", "."]))


servers = st.lists(st.sampled_from(sorted(STEPS)), max_size=6).map(tuple)


def meant(rule: str, path: str) -> bool:
    """What a person means by a rule, over plain letters, said with a regular expression instead of our matcher."""
    said = ""
    for part in rule.strip("/").split("/") if rule.strip("/") else []:
        said += "(?:/[^/]+)*" if part == "**" else "/(?=[^/])" + "[^/]*".join(map(re.escape, part.split("*")))
    return re.fullmatch(said + "/?", path, re.DOTALL) is not None and "//" not in path


@settings(max_examples=1500, deadline=None)
@given(aimed() | st.tuples(rules, hostile), servers)
@example(("/v1/*", "/v1/..%2fadmin"), ("decode", "dots"))
@example(("/v1/**", "/v1/%252e%252e/admin"), ("decode", "decode", "dots"))
@example(("/v1/**", "/v1/..;/admin"), ("parameters", "dots"))
@example(("/**/names", "/admin%3f/names"), ("decode", "query"))
@example(("/v1/*", "/v1/..%5cx"), ("decode", "backslash", "dots"))
@example(("/a*", "/a%CC%81"), ("decode", "compose"))
@example(("/v1/*", "/v1/.%00."), ("decode", "controls", "dots"))
@example(("/a*", "/a%00"), ("decode", "nul"))
@example(("/v1/*/x", "/v1/.../x"), ("windows", "dots"))
@example(("/v1/*/x", "/v1/%E2%80%A4%E2%80%A4/x"), ("decode", "compose", "dots"))
@example(("/*/x", "/a%E2%88%95b/x"), ("decode", "best-fit"))
def test_what_is_served_is_within_what_was_allowed(pair: tuple[str, str], server: tuple[str, ...]) -> None:
    rule, path = pair
    try:
        safe = read_path(path)
    except UnsafePath:
        return
    if not read_pattern(written(rule)).covers(safe.segments):
        return
    assert meant(rule, decoded(served(safe.wire, server)))


@given(rules, st.lists(names, max_size=4), st.booleans())
def test_an_honest_path_is_matched_as_a_person_would(rule: str, parts: list[str], slash: bool) -> None:
    plain = "/" + "/".join(parts) + ("/" if slash and parts else "")
    safe = read_path(written(plain))
    assert read_pattern(written(rule)).covers(safe.segments) is meant(rule, plain)


@given(hostile)
def test_what_is_forwarded_reads_as_itself(path: str) -> None:
    try:
        safe = read_path(path)
    except UnsafePath:
        return
    assert read_path(safe.wire) == safe
    assert "/".join(safe.segments) == decoded(safe.wire).strip("/")


@pytest.mark.parametrize(
    "path",
    [
        "/a%2fb", "/a%2Fb", "/..", "/a/../b", "/.", "/a/.", "/%2e%2e/b", "/%2e", "/%252e%252e", "/a%255cb", "/a%25",
        "/a\\b", "/a%5cb", "//", "//a", "/a//b", "/a//", "/%00", "/a%0d%0ab", "/a\tb", "/%7f", "/%c0%af", "/%e0%80%af",
        "/%c0%ae", "/%ff", "/%ed%a0%80", "/a;b", "/a;b=c", "/a%3bb", "/a%3fb", "/a%23b", "/a?b", "/a#b", "/a.", "/a%20",
        "/...", "/%20", "/%ef%bc%8f", "/%ef%bc%8e", "/%e2%88%95", "/%e2%81%84", "/%e2%80%8b", "/%c2%a5", "/e%cc%81",
        "/%EF%AC%81", "/%zz", "/%", "/%4", "a", "a/b", "*", "/é", "/a b", '/"', "/<", "/{a}", "/|", "/^", "/`",
        "/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_servers_would_read_in_two_ways_is_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        read_path(path)


@pytest.mark.parametrize(
    ("path", "wire", "parts"),
    [
        ("", "", ()), ("/", "/", ()), ("/a", "/a", ("a",)), ("/a/", "/a/", ("a",)), ("/%61/%7E", "/a/~", ("a", "~")),
        ("/a%20b", "/a%20b", ("a b",)), ("/%c3%a9", "/%C3%A9", ("é",)), ("/a%2Cb", "/a,b", ("a,b",)),
        ("/v1:find", "/v1:find", ("v1:find",)), ("/x.json", "/x.json", ("x.json",)),
        ("/.well-known", "/.well-known", (".well-known",)),
        ("/" + "a" * 1999, "/" + "a" * 1999, ("a" * 1999,)),
    ],
)  # fmt: skip
def test_what_means_one_thing_passes_and_is_written_in_one_way(path: str, wire: str, parts: tuple[str, ...]) -> None:
    safe = read_path(path)
    assert (safe.wire, safe.segments) == (wire, parts)


@pytest.mark.parametrize(
    "rule", ["", "a", "//", "/a//b", "/a/../b", "/**/x/**", "/a**", "/%2a", "/a;b", "/a%2fb", "/a."]
)
def test_a_rule_that_says_something_else_than_it_seems_is_not_taken(rule: str) -> None:
    with pytest.raises(BadPattern):
        read_pattern(rule)


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ("/", ["", "/"], ["/a"]),
        ("/**", ["", "/", "/a", "/a/b/"], []),
        ("/a/*", ["/a/b", "/a/b/"], ["/a", "/a/", "/a/b/c", "/b/b"]),
        ("/a/**", ["/a", "/a/", "/a/b/c"], ["/ab", "/b/a"]),
        ("/a/**/z", ["/a/z", "/a/b/z", "/a/b/c/z/"], ["/a", "/z", "/a/b", "/a/z/b"]),
        ("/*.json", ["/x.json"], ["/xjson", "/x.json/y"]),
        ("/a*b*c", ["/abc", "/axbxc", "/abbcc"], ["/ab", "/acb", "/a/b/c"]),
        ("/aa*aa", ["/aaaa", "/aaxaa"], ["/aaa"]),
        ("/a%20b", ["/a%20b"], ["/a+b"]),
    ],
)  # fmt: skip
def test_stars(rule: str, yes: list[str], no: list[str]) -> None:
    pattern = read_pattern(rule)
    assert [path for path in yes + no if pattern.covers(read_path(path).segments)] == yes


def test_a_rule_of_a_description() -> None:
    assert pattern_of_template("/names/{id}/parts/{part}.json").text == "/names/*/parts/*.json"
    # two parameters side by side are not what ** is
    assert pattern_of_template("/names/{id}{other}").text == "/names/*"
    for template in ("/names/**", "/names/*", "names/{id}", "/names/{id"):
        with pytest.raises(BadPattern):
            pattern_of_template(template)


def test_an_endpoint_has_a_verb() -> None:
    assert read_endpoint("GET", "/a") == Endpoint("GET", read_pattern("/a"))
    assert read_endpoint("*", "/a").takes("DELETE")
    assert not read_endpoint("GET", "/a").takes("HEAD")
    for verb in ("get", "", "CONNECT"):
        with pytest.raises(BadPattern):
            read_endpoint(verb, "/a")


def test_a_long_hostile_path_costs_one_pass() -> None:
    rule = read_pattern("/" + "a*" * 400 + "b*c")
    assert not rule.covers(("a" * 1900 + "c",))
    assert rule.covers(("a" * 1900 + "bc",))
