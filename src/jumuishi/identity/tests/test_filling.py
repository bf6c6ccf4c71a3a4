"""What was typed stands in its form again, and the rest of the page is as it was, sign by sign."""

import re
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.identity.filling import fill

ONE, TWO = "0190f6a0-0000-7000-8000-000000000001", "0190f6a0-0000-7000-8000-000000000002"
PAGE = f"""<!doctype html><main id="m" class="in"><h1>Kazi</h1>
<form method="get"><input name="why" value="q"></form>
<details><summary>Sababu</summary>
<form method="post" action="/tenda/"><input type="hidden" name="csrfmiddlewaretoken" value="x">
<input type="hidden" name="task" value="{ONE}">
<textarea name="why" rows="3">Ya zamani &amp; nyingine</textarea>
<input name="day" value="1"><input name="day">
<input type=checkbox name=box value=a checked><input type=checkbox name=box value=b>
<label><input type="radio" name="pick" value="yes"> Ndiyo</label><input type="radio" name="pick" value="no" checked>
<select name="unit"><option value="">-</option>
<option value="u1" selected>Moja</option><option value="u2">Mbili</option></select>
<input type="password" name="secret"><input type="file" name="paper">
<button name="do" value="send">Tuma</button></form></details>
<form method="post" action="/tenda/"><input type="hidden" name="task" value="{TWO}">
<textarea name="why"></textarea></form>
<form method="post"><input name="note"></form><p>Mwisho</p></main>"""


def sent(*pairs: tuple[str, str]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in pairs:
        found.appendlist(name, value)
    return found


def test_each_kind_of_field_in_the_form_that_it_was_typed_in() -> None:
    typed = sent(
        ("task", ONE), ("why", 'Eneo <b>limefungwa</b> & "halifai"'), ("day", "7"), ("day", "9"), ("box", "b"),
        ("pick", "yes"), ("unit", "u2"), ("secret", "siri"), ("do", "send"),
    )  # fmt: skip
    page = fill(PAGE, "/kazi/", "/tenda/", typed)
    assert "<details open>" in page
    assert "\nEneo &lt;b&gt;limefungwa&lt;/b&gt; &amp; &quot;halifai&quot;</textarea>" in page
    assert "Ya zamani" not in page
    assert page.index('name="day" value="7"') < page.index('name="day" value="9"')
    assert '<input type="checkbox" name="box" value="a">' in page
    assert '<input type="checkbox" name="box" value="b" checked>' in page
    assert '<input type="radio" name="pick" value="yes" checked>' in page
    assert '<input type="radio" name="pick" value="no">' in page
    assert '<option value="u2" selected>' in page
    assert '<option value="u1">' in page
    assert "siri" not in page
    assert '<form method="get"><input name="why" value="q"></form>' in page, "a form that asks is left alone"
    before, after = PAGE.split('<form method="post" action="/tenda/">')[0], PAGE[PAGE.rindex("<form method") :]
    assert page.startswith(before.replace("<details>", "<details open>"))
    assert page.endswith(after)


def test_the_form_is_that_of_the_same_thing() -> None:
    page = fill(PAGE, "/kazi/", "/tenda/", sent(("task", TWO), ("why", "Ya pili")))
    assert "Ya zamani" in page
    assert page.index("Ya pili") > page.index(TWO)
    other = "0190f6a0-0000-7000-8000-000000000003"
    assert fill(PAGE, "/kazi/", "/tenda/", sent(("task", other), ("why", "Ya tatu"))) == ""


def test_a_form_without_an_address_posts_to_its_page() -> None:
    assert 'name="note" value="Habari"' in fill(PAGE, "/kazi/", "/kazi/", sent(("note", "Habari")))
    assert fill(PAGE, "/kazi/", "/kwingine/", sent(("note", "Habari"))) == ""


@pytest.mark.parametrize(
    "html", ["", "<form method=post><input", "<form method=post><textarea name=a>", "</form><option>"]
)
def test_a_page_that_is_broken_breaks_nothing(html: str) -> None:
    assert isinstance(fill(html, "/", "/", sent(("a", "b"))), str)


class Value(HTMLParser):
    """How a browser reads the field."""

    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if dict(attrs).get("name") == "note":
            self.found = dict(attrs).get("value") or ""


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_whatever_was_typed_is_a_value_and_never_a_tag(typed: str) -> None:
    page = fill(PAGE, "/kazi/", "/kazi/", sent(("note", typed)))
    read = Value()
    read.feed(page)
    assert read.found == typed
    assert re.sub(r'<input name="note"[^>]*>', '<input name="note">', page) == PAGE
