"""A process as a BPMN 2.0 file (OMG formal/2013-12-09), with its diagram, so that other tools open it."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from jumuishi.definitions.author.bpmn.places import Bounds, Places, placed
from jumuishi.definitions.author.bpmn.process import Node, Process, Said, process_of
from jumuishi.definitions.model import Package

_NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_TARGET = "urn:jumuishi:service:"


def bpmn(package: Package, lang: str) -> str:
    """The package's stages as BPMN XML, in one language."""
    for prefix, address in _NAMESPACES.items():
        ElementTree.register_namespace(prefix, address)
    process = process_of(package, lang)
    root = Element(_name("bpmn:definitions"), {"id": "definitions", "targetNamespace": _TARGET + package.service})
    collaboration = SubElement(root, _name("bpmn:collaboration"), {"id": "collaboration"})
    pool = {"id": "pool", "name": _clean(process.name), "processRef": process.id}
    SubElement(collaboration, _name("bpmn:participant"), pool)
    _process(root, process)
    _diagram(root, process, placed(process))
    ElementTree.indent(root, " ")
    said: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{said}\n'


def _name(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


def _clean(words: str) -> str:
    return "".join(one if one.isprintable() else " " for one in words)


def _process(root: Element, process: Process) -> None:
    found = SubElement(
        root, _name("bpmn:process"), {"id": process.id, "name": _clean(process.name), "isExecutable": "false"}
    )
    if process.about:
        SubElement(found, _name("bpmn:documentation")).text = process.about
    lanes = SubElement(found, _name("bpmn:laneSet"), {"id": "lanes"})
    for key, name in process.lanes.items():
        lane = SubElement(lanes, _name("bpmn:lane"), {"id": key, "name": _clean(name)})
        for node in process.nodes:
            if node.lane == key:
                SubElement(lane, _name("bpmn:flowNodeRef")).text = node.id
    for node in process.nodes:
        _node(found, process, node)
    for flow in process.flows:
        named = {"name": _clean(flow.name)} if flow.name else {}
        line = SubElement(
            found,
            _name("bpmn:sequenceFlow"),
            {"id": flow.id, **named, "sourceRef": flow.source, "targetRef": flow.target},
        )
        if flow.when is not None:
            _expression(line, "conditionExpression", flow.when)


def _node(process_element: Element, process: Process, node: Node) -> None:
    attributes = {"id": node.id, **({"name": _clean(node.name)} if node.name else {})}
    if node.on:
        attributes |= {"attachedToRef": node.on, "cancelActivity": "true" if node.ends else "false"}
    default = next((one.id for one in process.flows if one.source == node.id and one.is_default), None)
    if default is not None:
        attributes["default"] = default
    found = SubElement(process_element, _name(f"bpmn:{node.tag}"), attributes)
    for flow in process.flows:
        if flow.target == node.id:
            SubElement(found, _name("bpmn:incoming")).text = flow.id
    for flow in process.flows:
        if flow.source == node.id:
            SubElement(found, _name("bpmn:outgoing")).text = flow.id
    if node.event:
        event = SubElement(found, _name(f"bpmn:{node.event}EventDefinition"), {"id": f"{node.id}.event"})
        if node.timer is not None:
            _expression(event, "timeDuration", node.timer)
    if node.needed:
        _expression(found, "activationCondition", Said(node.needed))


def _expression(around: Element, tag: str, said: Said) -> None:
    attributes = {_name("xsi:type"): "bpmn:tFormalExpression", **({"language": said.language} if said.language else {})}
    SubElement(around, _name(f"bpmn:{tag}"), attributes).text = _clean(said.text)


def _diagram(root: Element, process: Process, places: Places) -> None:
    diagram = SubElement(root, _name("bpmndi:BPMNDiagram"), {"id": "diagram"})
    plane = SubElement(diagram, _name("bpmndi:BPMNPlane"), {"id": "plane", "bpmnElement": "collaboration"})
    _shape(plane, "pool", places.pool, {"isHorizontal": "true"})
    for key, bounds in places.lanes.items():
        _shape(plane, key, bounds, {"isHorizontal": "true"})
    for node in process.nodes:
        more = {"isMarkerVisible": "true"} if node.tag == "exclusiveGateway" else {}
        _shape(plane, node.id, places.nodes[node.id], more)
    for flow in process.flows:
        edge = SubElement(plane, _name("bpmndi:BPMNEdge"), {"id": f"{flow.id}.line", "bpmnElement": flow.id})
        for x, y in places.lines[flow.id]:
            SubElement(edge, _name("di:waypoint"), {"x": f"{x:g}", "y": f"{y:g}"})


def _shape(plane: Element, key: str, bounds: Bounds, more: dict[str, str]) -> None:
    shape = SubElement(plane, _name("bpmndi:BPMNShape"), {"id": f"{key}.shape", "bpmnElement": key, **more})
    place = {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height}
    SubElement(shape, _name("dc:Bounds"), {name: f"{value:g}" for name, value in place.items()})
