"""The map of the stages: everything is on it, nothing lies upon anything, in words of both languages."""

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from playwright.sync_api import Browser, sync_playwright

from jumuishi.definitions.author.layout import Bus, Layout, laid_out
from jumuishi.definitions.author.map_cli import service_map
from jumuishi.definitions.author.picture import map_svg, map_words
from jumuishi.definitions.author.stops import Stop, Way, stops
from jumuishi.definitions.check.flow import targets
from jumuishi.definitions.model import Package
from jumuishi.definitions.read.package import files_of, read_files
from jumuishi.definitions.tests.test_check import SERVICES, SOUND

SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = sorted(folder.name for folder in SERVICES.iterdir())
IDS = [f"stage-{n}" for n in range(12)]


def package_of(service: str) -> Package:
    found = read_files(files_of(SERVICES / service)).package
    assert found is not None
    return found


@pytest.mark.parametrize("lang", ["sw", "en"])
@pytest.mark.parametrize("service", SHIPPED)
def test_every_stage_and_every_way_is_on_the_map_and_in_its_words(service: str, lang: str) -> None:
    package = package_of(service)
    found = {one.id: one for one in stops(package, lang)}
    assert list(found) == list(package.stages)
    for key, stage in package.stages.items():
        assert [way.to for way in found[key].ways] == list(targets(stage))
    drawn = etree.fromstring(map_svg(package, lang).encode())
    groups = {one.get("id") for one in drawn.iter(f"{SVG}g")}
    assert {f"stage-{key}" for key in package.stages} <= groups
    words = map_words(package, lang)
    desc = drawn.find(f"{SVG}desc")
    assert desc is not None
    assert desc.text == words
    for stage in package.stages.values():
        assert stage.name[lang] in words
    assert words.count("→") == sum(len(one.ways) for one in found.values())


ways = st.lists(
    st.builds(Way, st.text("abc ", min_size=1, max_size=80), st.sampled_from(IDS), st.sampled_from(["act", "time"])),
    max_size=5,
)
many = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*(st.tuples(st.text("Nm ", min_size=1, max_size=60), ways) for _ in range(n)))
)


@given(many)
def test_no_line_lies_upon_another_and_every_way_arrives(drawn: tuple[tuple[str, list[Way]], ...]) -> None:
    known = set(IDS[: len(drawn)])
    given = [
        Stop(IDS[n], "task", name, "Task", ("Role",), tuple(way for way in out if way.to in known))
        for n, (name, out) in enumerate(drawn)
    ]
    layout = laid_out(given)
    for one, other in combinations(layout.boxes, 2):
        assert one.bottom < other.top
    for one, other in combinations(layout.buses, 2):
        if (one.side, one.lane) == (other.side, other.lane):
            assert one.last < other.first or one.first > other.last
    _check_arrivals(layout)
    for bus in layout.buses:
        assert 0 < layout.lane_at(bus) < layout.width


def _check_arrivals(layout: Layout) -> None:
    for n, box in enumerate(layout.boxes):
        assert len(box.exits) == len(box.stop.ways)
        for one in box.exits:
            assert box.top < one.y < box.bottom
            if one.side == "down":
                assert layout.boxes[n + 1].stop.id == one.way.to
            else:
                (bus,) = [bus for bus in layout.buses if (bus.to, bus.side) == (one.way.to, one.side)]
                assert one.y in [y for y, _ in bus.joins]
                _check_enters(layout, bus)


def _check_enters(layout: Layout, bus: Bus) -> None:
    (to,) = [box for box in layout.boxes if box.stop.id == bus.to]
    assert to.top < bus.enters < to.bottom


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["sw", "en"])
def test_in_a_real_browser_no_text_leaves_its_stage_or_lies_upon_another(browser: Browser, lang: str) -> None:
    page = browser.new_page()
    for service in SHIPPED:
        page.set_content(map_svg(package_of(service), lang))
        boxes = page.evaluate("""() => [...document.querySelectorAll('g[id^=stage-]')].map(g => ({
            id: g.id,
            frame: g.querySelector('rect').getBoundingClientRect().toJSON(),
            texts: [...g.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect().toJSON()]),
        }))""")
        assert len(boxes) == len(package_of(service).stages)
        for box in boxes:
            for words, at in box["texts"]:
                inside = box["frame"]["left"] < at["left"] and at["right"] < box["frame"]["right"]
                assert inside, f"{service} {box['id']}: {words}"
                assert at["bottom"] <= box["frame"]["bottom"], f"{service} {box['id']}: {words}"
            for (words, at), (others, other) in combinations(box["texts"], 2):
                beside = at["right"] <= other["left"] or other["right"] <= at["left"]
                apart = at["bottom"] <= other["top"] + 6 or other["bottom"] <= at["top"] + 6
                assert beside or apart, f"{service} {box['id']}: {words} / {others}"
    page.close()


def test_the_command_writes_a_file_in_either_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = tmp_path / "map.svg"
    assert service_map([str(SERVICES / "business-licence"), "--output", str(where)]) == 0
    assert "Uhakiki" in where.read_text()
    assert service_map([str(SERVICES / "business-licence"), "--lang", "en", "--format", "text"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^1\. Checking \(Officer's task\)$", said, re.MULTILINE)
    assert "→ 2. Waiting for your answer" in said
    assert service_map([str(tmp_path / "nowhere")]) == 2
    assert service_map([str(SERVICES / "business-licence"), "--output", str(tmp_path)]) == 2


def test_words_of_an_author_cannot_become_markup() -> None:
    nasty = SOUND.replace("name: {sw: Uhakiki, en: Checking}", r'name: {sw: "</text>\x01<script>", en: "&<"}')
    assert nasty != SOUND
    package = read_files({"service.yaml": nasty.encode()}).package
    assert package is not None
    drawn = etree.fromstring(map_svg(package, "sw").encode())
    assert {one.tag for one in drawn.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "rect", "g", "circle", "text", "path")
    }
