"""J801: a template is there for each document and names only what it may."""

from jumuishi.definitions.expressions.types import PLACE
from jumuishi.definitions.model import Document, Field, Package
from jumuishi.definitions.read.reading import Reading
from jumuishi.definitions.read.templates import (
    Element,
    Placeholder,
    Section,
    TemplateError,
    TemplateNode,
    parse_template,
)

_ALONE = frozenset({"number", "issued_on", "valid_until", "qr"})


def template_files(package: Package, document: Document) -> list[str]:
    """The names of the document's template files: one for all languages, or one for each, missing ones too."""
    if document.template in package.templates or not document.template.endswith(".html"):
        return [document.template]
    stem = document.template.removesuffix(".html")
    each = [f"{stem}.{language}.html" for language in package.languages]
    return each if any(one in package.templates for one in each) else [document.template]


def check_templates(package: Package, reading: Reading) -> None:
    """Notes J801 at the key where a file is missing, else in the file."""
    done: set[tuple[str, tuple[str, ...]]] = set()
    lenient = any(path[-1:] in (("name",), ("fields",), ("pages",), ("type",)) for path in reading.doubtful)
    for name, document in package.documents.items():
        if not document.template:
            continue
        for file in template_files(package, document):
            if file not in package.templates:
                message = f"the template {file!r} is not in the folder, or is not UTF-8 text"
                reading.findings.add("J801", reading.at(("documents", name, "template")), message)
                continue
            if (file, tuple(document.claims)) in done:
                continue
            done.add((file, tuple(document.claims)))
            try:
                tree = parse_template(package.templates[file], file)
            except TemplateError as error:
                reading.findings.add("J801", error.at, str(error))
                continue
            if not lenient:
                _Names(package, document, reading).check(tree, {})


class _Names:
    def __init__(self, package: Package, document: Document, reading: Reading) -> None:
        self.reading = reading
        self.claims = set(document.claims)
        self.fields: dict[str, Field] = {}
        self.groups: dict[str, Field] = {}
        for one in package.all_fields().values():
            if one.type == "group" and one.repeat is not None:
                self.groups[one.name] = one
            elif one.type not in ("group", "note"):
                self.fields[one.name] = one
        for group in self.groups.values():
            for member in group.fields:
                self.fields.pop(member.name, None)

    def check(self, nodes: tuple[TemplateNode, ...], members: dict[str, Field]) -> None:
        for node in nodes:
            if isinstance(node, Placeholder) and not self.known(node.path, members):
                unknown = f"field {node.path[0]}" if node.path[0] not in self.fields else ""
                message = f"{'.'.join(node.path)!r} is not known here"
                self.reading.findings.add("J801", node.at, message, missing=unknown)
            elif isinstance(node, Section):
                group = self.groups.get(node.name)
                if group is None:
                    self.reading.findings.add("J801", node.at, f"{node.name!r} is no repeat group")
                else:
                    self.check(node.children, {one.name: one for one in group.fields})
            elif isinstance(node, Element):
                self.check(node.children, members)

    def known(self, path: tuple[str, ...], members: dict[str, Field]) -> bool:
        if path == ("institution", "name"):
            return True
        field = members.get(path[0]) or self.fields.get(path[0])
        if len(path) == 1:
            return path[0] in _ALONE or path[0] in self.claims or (field is not None and field.type != "file")
        if field is None:
            return False
        if field.type == "place":
            return path[1] in PLACE.members
        return path[1] == "label" and field.type in ("select_one", "select_multiple")
