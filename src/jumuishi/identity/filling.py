"""Putting what was typed into a form of a page that is already written. Pure: text in, text out.

Only the tags of the one form are written anew; everything else of the page stays as it is, sign by sign.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Protocol
from urllib.parse import urlsplit

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_UNFILLED = frozenset({"hidden", "password", "file", "submit", "button", "image", "reset"})


class Sent(Protocol):
    """The values that were sent, by field, as Django's QueryDict has them."""

    def getlist(self, key: str) -> list[str]:
        """Every value of a field."""
        ...


@dataclass
class _Tag:
    """A start tag: where it stands in the text, and where its content ends (of textarea)."""

    name: str
    start: int
    text: str
    attrs: dict[str, str | None]
    content_end: int = 0


@dataclass
class _Form:
    action: str
    tags: list[_Tag] = field(default_factory=list)
    around: list[_Tag] = field(default_factory=list)


class _Reader(HTMLParser):
    """Finds the forms that are posted, their fields, and the closed details that they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self._details: list[_Tag] = []
        self._named: dict[str, _Form] = {}
        self._open: _Form | None = None
        self._to: _Form | None = None
        self._area: _Tag | None = None
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        found = _Tag(tag, self._lines[line - 1] + column, self.get_starttag_text() or "", dict(attrs))
        if tag == "details":
            self._details.append(found)
        elif tag == "form" and (found.attrs.get("method") or "").lower() == "post":
            self._open = _Form(found.attrs.get("action") or "", around=list(self._details))
            self.forms.append(self._open)
            self._named[found.attrs.get("id") or ""] = self._open
        elif tag in ("input", "textarea", "select", "option"):
            # A field may stand elsewhere and name its form; an option belongs where its select does.
            if tag != "option":
                named = found.attrs.get("form")
                self._to = self._named.get(named) if named else self._open
            if self._to is not None:
                self._to.tags.append(found)
            if tag == "textarea":
                self._area = found

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "details" and self._details:
            self._details.pop()
        elif tag == "textarea" and self._area is not None:
            line, column = self.getpos()
            self._area.content_end = self._lines[line - 1] + column
            self._area = None


def fill(html: str, page: str, action: str, sent: Sent) -> str:
    """The page with the values in the form that posts to `action`; empty when no form of it takes them.

    `page` is the page's own path, which a form without an address posts to. Of several forms the one whose hidden
    values are those that were sent; a password and a file are never filled.
    """
    forms = [one for one in _Reader(html).forms if (urlsplit(one.action).path or page) == action]
    fitting = [one for one in forms if _is_the_same(one, sent)]
    if not fitting:
        return ""
    form = max(fitting, key=lambda one: sum(_agrees(tag, sent) for tag in one.tags))
    if not any(_takes(tag, sent) for tag in form.tags):
        return ""
    changes = [(tag.start, tag.start + len(tag.text), _attributes(tag, {"open": ""})) for tag in form.around]
    changes += _changes(form, sent)
    for start, end, text in sorted(changes, reverse=True):
        html = html[:start] + text + html[end:]
    return html


def _is_the_same(form: _Form, sent: Sent) -> bool:
    """Whether the ids that the form says of itself are those that were sent: a version may have changed since."""
    hidden = [tag.attrs for tag in form.tags if tag.name == "input" and tag.attrs.get("type") == "hidden"]
    said = [(one.get("name") or "", one.get("value") or "") for one in hidden]
    return all(value in sent.getlist(name) for name, value in said if _ID.fullmatch(value))


def _agrees(tag: _Tag, sent: Sent) -> int:
    """How much a field speaks for its form: its name was sent, and a hidden one's value too."""
    values = sent.getlist(tag.attrs.get("name") or "")
    return bool(values) + (tag.attrs.get("type") == "hidden" and (tag.attrs.get("value") or "") in values)


def _takes(tag: _Tag, sent: Sent) -> bool:
    """Whether a field would show something of what was sent."""
    fills = tag.name != "option" and (tag.attrs.get("type") or "text") not in _UNFILLED
    return fills and bool(sent.getlist(tag.attrs.get("name") or ""))


def _changes(form: _Form, sent: Sent) -> Sequence[tuple[int, int, str]]:
    changes, chosen = [], list[str]()
    taken: dict[str, int] = defaultdict(int)
    for tag in form.tags:
        end = tag.start + len(tag.text)
        name = tag.attrs.get("name") or ""
        values = sent.getlist(name)
        kind = tag.attrs.get("type") or "text"
        if tag.name == "select":
            chosen = values
        elif tag.name == "option":
            # Without a value an option's value is its text, which stays as the page chose it.
            if chosen and tag.attrs.get("value") is not None:
                is_chosen = tag.attrs["value"] in chosen
                changes.append((tag.start, end, _attributes(tag, {"selected": "" if is_chosen else None})))
        elif tag.name == "textarea":
            if values:
                changes.append((end, tag.content_end, "\n" + escape(values[0])))
        elif kind in ("checkbox", "radio"):
            is_on = (tag.attrs.get("value") or "on") in values
            changes.append((tag.start, end, _attributes(tag, {"checked": "" if is_on else None})))
        elif kind not in _UNFILLED and taken[name] < len(values):
            # Fields of one name stand in the order of their values.
            changes.append((tag.start, end, _attributes(tag, {"value": values[taken[name]]})))
            taken[name] += 1
    return changes


def _attributes(tag: _Tag, changes: Mapping[str, str | None]) -> str:
    """The tag with attributes set (an empty one bare) or taken away (None)."""
    found = {name: value for name, value in tag.attrs.items() if name not in changes}
    said = [name if value is None or (value == "" and name != "value") else f'{name}="{escape(value)}"'
            for name, value in found.items()]  # fmt: skip
    said += [name if value == "" and name != "value" else f'{name}="{escape(value)}"'
             for name, value in changes.items() if value is not None]  # fmt: skip
    return f"<{tag.name} {' '.join(said)}>" if said else f"<{tag.name}>"
