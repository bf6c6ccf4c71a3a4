"""The BPMN export: valid against the standard's own schema, whole in its structure, readable as a diagram."""

from collections import Counter, defaultdict
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
import SpiffWorkflow.bpmn.parser
from lxml import etree

from jumuishi.definitions.author.bpmn.cli import export_bpmn
from jumuishi.definitions.author.bpmn.written import bpmn
from jumuishi.definitions.check.flow import targets
from jumuishi.definitions.model import ApplicantStage, EndStage, Package, PaymentStage
from jumuishi.definitions.read.package import files_of, read_files
from jumuishi.definitions.tests.test_check import SERVICES, SOUND
from jumuishi.definitions.tests.test_schema import EVERYTHING

B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
# OMG's BPMN20.xsd with BPMNDI, DI, DC and Semantic, as the workflow engine SpiffWorkflow carries them.
STANDARD = Path(SpiffWorkflow.bpmn.parser.__file__).parent / "schema" / "BPMN20.xsd"
NODES = {
    "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "userTask", "receiveTask", "serviceTask",
    "exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway",
}  # fmt: skip
PACKAGES = [*sorted(folder.name for folder in SERVICES.iterdir()), "sound", "everything"]


@cache
def standard() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(STANDARD))


@cache
def package_of(name: str) -> Package:
    known = {"sound": SOUND, "everything": EVERYTHING}
    files = {"service.yaml": known[name].encode()} if name in known else files_of(SERVICES / name)
    found = read_files(files).package
    assert found is not None
    return found


@pytest.mark.parametrize("lang", ["sw", "en"])
@pytest.mark.parametrize("name", PACKAGES)
def test_it_is_valid_against_the_standards_schema(name: str, lang: str) -> None:
    standard().assertValid(etree.fromstring(bpmn(package_of(name), lang).encode()))


def test_the_standards_schema_notices_what_is_wrong() -> None:
    assert not standard().validate(
        etree.fromstring(bpmn(package_of("sound"), "sw").replace("userTask", "usrTask").encode())
    )


@pytest.mark.parametrize("name", PACKAGES)
def test_every_node_is_joined_as_its_kind_asks_and_stands_in_one_lane(name: str) -> None:
    root = etree.fromstring(bpmn(package_of(name), "sw").encode())
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert [one for one, n in Counter(ids).items() if n > 1] == []
    nodes = {one.get("id"): one for one in root.iter() if one.tag.removeprefix(B) in NODES}
    flows = list(root.iter(f"{B}sequenceFlow"))
    comes, goes = defaultdict(list), defaultdict(list)
    for flow in flows:
        assert flow.get("sourceRef") in nodes
        assert flow.get("targetRef") in nodes
        goes[flow.get("sourceRef")].append(flow.get("id"))
        comes[flow.get("targetRef")].append(flow.get("id"))
    in_lanes = Counter(one.text for one in root.iter(f"{B}flowNodeRef"))
    for key, node in nodes.items():
        tag = node.tag.removeprefix(B)
        assert [one.text for one in node.findall(f"{B}incoming")] == comes[key]
        assert [one.text for one in node.findall(f"{B}outgoing")] == goes[key]
        assert bool(comes[key]) is (tag not in ("startEvent", "boundaryEvent")), key
        assert bool(goes[key]) is (tag != "endEvent"), key
        if tag == "eventBasedGateway":
            assert len(goes[key]) > 1
        if node.get("default"):
            assert node.get("default") in goes[key]
        if tag == "boundaryEvent":
            assert nodes[node.get("attachedToRef")].tag.endswith("Task")
        assert in_lanes[key] == 1, key
    after = defaultdict(set)
    for flow in flows:
        after[flow.get("sourceRef")].add(flow.get("targetRef"))
    for node in nodes.values():
        if node.get("attachedToRef"):
            after[node.get("attachedToRef")].add(node.get("id"))
    reached, waiting = {"start"}, ["start"]
    while waiting:
        new = after[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert reached == set(nodes)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_way_of_the_stages_is_a_way_of_the_process(name: str) -> None:
    """What follows a stage in the process, its own parts taken together, is what follows it in the definition."""
    package = package_of(name)
    root = etree.fromstring(bpmn(package, "sw").encode())

    def stage(node: str) -> str:
        return node.removeprefix("stage-").partition(".")[0]

    found = Counter(
        (stage(flow.get("sourceRef")), stage(flow.get("targetRef")))
        for flow in root.iter(f"{B}sequenceFlow")
        if flow.get("sourceRef") != "start" and stage(flow.get("sourceRef")) != stage(flow.get("targetRef"))
    )
    expected = Counter((key, to) for key, one in package.stages.items() for to in targets(one) if to != key)
    assert found == expected
    timed = [one for one in package.stages.values() if isinstance(one, ApplicantStage | PaymentStage) and one.expires]
    ending = [one for one in root.iter(f"{B}boundaryEvent") if one.get("cancelActivity") == "true"]
    assert len(timed) == len(ending)
    appeals = [one for one in package.stages.values() if isinstance(one, EndStage) and one.appeal]
    assert len(list(root.iter(f"{B}eventBasedGateway"))) == len(appeals)


@pytest.mark.parametrize("name", PACKAGES)
def test_everything_is_drawn_and_no_line_crosses_a_node(name: str) -> None:
    root = etree.fromstring(bpmn(package_of(name), "sw").encode())
    places = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        (bounds,) = shape.findall(BOUNDS)
        places[shape.get("bpmnElement")] = tuple(float(bounds.get(key)) for key in ("x", "y", "width", "height"))
    nodes = {one.get("id"): one for one in root.iter() if one.tag.removeprefix(B) in NODES}
    lanes = {one.get("id"): {ref.text for ref in one.iter(f"{B}flowNodeRef")} for one in root.iter(f"{B}lane")}
    assert set(places) == {*nodes, *lanes, "pool"}
    for lane, members in lanes.items():
        for member in members:
            assert _inside(places[member], places[lane]), member
        assert _inside(places[lane], places["pool"])
    solid = {key: places[key] for key, node in nodes.items() if node.tag != f"{B}boundaryEvent"}
    for one, other in combinations(solid.values(), 2):
        assert not _overlap(one, other)
    flows = {one.get("id"): one for one in root.iter(f"{B}sequenceFlow")}
    drawn = {one.get("bpmnElement"): one for one in root.iter(f"{DI}BPMNEdge")}
    assert set(drawn) == set(flows)
    for key, edge in drawn.items():
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.findall(WAYPOINT)]
        ends = flows[key].get("sourceRef"), flows[key].get("targetRef")
        assert _touches(points[0], places[ends[0]])
        assert _touches(points[-1], places[ends[1]])
        for (ax, ay), (bx, by) in pairwise(points):
            assert ax == bx or ay == by, f"{key} goes aslant"
            line = (min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))
            assert _inside(line, places["pool"])
            crossed = [name for name, place in solid.items() if name not in ends and _overlap(line, place)]
            host = nodes[ends[0]].get("attachedToRef")
            assert [name for name in crossed if name != host] == [], key


def _inside(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        other[0] <= one[0] and one[0] + one[2] <= other[0] + other[2]
        and other[1] <= one[1] and one[1] + one[3] <= other[1] + other[3]
    )  # fmt: skip


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return (
        one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
    ) or (
        (one[2] == 0 or one[3] == 0)
        and other[0] < one[0] + one[2] and one[0] < other[0] + other[2]
        and other[1] < one[1] + one[3] and one[1] < other[1] + other[3]
    )  # fmt: skip


def _touches(point: tuple[float, float], place: tuple[float, ...]) -> bool:
    return place[0] <= point[0] <= place[0] + place[2] and place[1] <= point[1] <= place[1] + place[3]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export_bpmn([str(SERVICES / "business-licence"), "--lang", "en"]) == 0
    assert 'name="Checking"' in capsys.readouterr().out
    where = tmp_path / "licence.bpmn"
    assert export_bpmn([str(SERVICES / "business-licence"), "--output", str(where)]) == 0
    assert 'name="Uhakiki"' in where.read_text()
    assert export_bpmn([str(tmp_path / "nowhere")]) == 2
