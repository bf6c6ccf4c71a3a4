"""A template reaches nothing, and an answer is never more than its letters: tried with hostile ones, to the PDF."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from jumuishi.cases import letter
from jumuishi.definitions import public as definitions
from jumuishi.definitions.read.templates import TemplateError
from jumuishi.definitions.types import Package
from jumuishi.documents.rendering import paper
from jumuishi.documents.types import Facts, Issuer, Order, Signer
from jumuishi.documents.words import page
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

SERVICE = Path(__file__).parents[4] / "services" / "introduction-letter"
FACTS = Facts("1012 3456 7890 1234", date(2026, 11, 25), None)
TEMPLATES = [
    '<img src="file:///etc/passwd">',
    "<script>fetch('http://127.0.0.1/')</script>",
    '<p style="background:url(file:///etc/passwd)">x</p>',
    '<a href="http://127.0.0.1/">x</a>',
    '<iframe src="/etc/passwd"></iframe>',
    '<object data="/etc/passwd"></object>',
    '<link rel="stylesheet" href="x.css">',
    "<p onclick='x()'>x</p>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'><p>&x;</p>",
    "<?xml version='1.0'?><p>x</p>",
    "<p>{{> /etc/passwd}}</p>",
    "<p>{{{full_name}}}</p>",
    "<p>{{&full_name}}</p>",
    "<p>{{=<% %>=}}<% full_name %></p>",
    "<p>{{full_name.__class__}}</p>",
    "<p>{{full_name | upper}}</p>",
    "<p>{{#full_name}}{{/full_name}}{{/full_name}}</p>",
    "<p>" * 200,
]
ANSWERS = [
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    '#import "@preview/example:0.1.0": add',
    "{{tin}} {{{tin}}} {{> x}}",
    '<img src="file:///etc/passwd">',
    "<script>alert(1)</script>",
    'https://example.org/ #link("https://example.org")[x]',
    "$ sum_(i=0)^n $ *b* _i_ `raw` @ref <label> \\u{41} // x /* y */",
    "= Kichwa",
]


def filled(template: str, answers: dict[str, Any]) -> list[Any]:
    package = definitions.read(SERVICE)
    assert isinstance(package, Package)
    tree = definitions.parse_template(template, "letter.html")
    filling = letter._Filling(package, answers, {}, FACTS, {"sw": "H"}, "sw", package.all_fields())
    return list(letter._nodes(tree, filling))


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_that_reaches_out_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        definitions.parse_template(template, "letter.html")


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("layout", ["certificate", "letter"])
def test_an_answer_is_letters_only(answer: str, layout: str) -> None:
    body = filled("<h1>YAH: {{full_name}}</h1><table><tr><th>{{street}}</th><td>{{full_name}}</td></tr></table>",
                  {"full_name": answer, "street": answer})  # fmt: skip
    order = Order("letter", {"sw": answer, "en": answer}, lambda _: body, answer, Signer(answer, answer), layout=layout)
    issuer = Issuer(new_id(), {"sw": answer, "en": answer}, answer)
    sheet = page(order, issuer, number="1012345678901234", at=clock.now(), kid="00" * 8, payload="JM1:A", body=body)
    read = PdfReader(BytesIO(paper.render(sheet)))
    drawn = "".join(one.extract_text() for one in read.pages)
    seen = [one for one in answer if one.isalnum()]
    assert "".join(one for one in drawn if one.isalnum()).count("".join(seen)) >= 3
    # Nothing in the file acts, links, opens or carries another file.
    keys = set(keys_of(read.trailer["/Root"], set()))
    assert not keys & {
        "/JS",
        "/JavaScript",
        "/URI",
        "/Launch",
        "/EmbeddedFiles",
        "/EF",
        "/AA",
        "/OpenAction",
        "/Annots",
    }


def keys_of(node: Any, met: set[int]) -> Iterator[str]:
    if isinstance(node, IndirectObject):
        if node.idnum in met:
            return
        met.add(node.idnum)
        node = node.get_object()
    if isinstance(node, DictionaryObject):
        for key in node:
            yield str(key)
            yield from keys_of(node.raw_get(key), met)
    elif isinstance(node, ArrayObject):
        for one in list.__iter__(node):
            yield from keys_of(one, met)
