"""The language server as an editor meets it: real JSON-RPC with the real process over its standard input and output."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jumuishi.definitions.tests.editor import Editor, editor

pytestmark = pytest.mark.slow
SERVICES = Path(__file__).parents[4] / "services"
Found = list[dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a service that ships, below a folder whose name needs quoting in an address."""
    target = tmp_path / "huduma zangu" / "business-licence"
    shutil.copytree(SERVICES / "business-licence", target)
    return target


@pytest.fixture
def definition(folder: Path) -> Path:
    return folder / "service.yaml"


@pytest.fixture
def served(folder: Path) -> Iterator[Editor]:
    """An editor set to English, in which the definition is open."""
    with editor() as one:
        one.begin(folder)
        one.open(folder / "service.yaml")
        yield one


def place(text: str, words: str, inside: int = 0) -> tuple[int, int]:
    """Line and column of the first place of these words, so many signs on."""
    before = text[: text.index(words) + inside]
    return before.count("\n"), len(before) - (before.rfind("\n") + 1)


def labels(answer: Any) -> list[str]:
    return [one["label"] for one in answer["items"]]


def offered(one: Editor, path: Path, text: str, words: str) -> list[str]:
    """What is offered right after these words."""
    one.type(path, text)
    return labels(one.at("completion", path, *place(text, words, len(words))))


def codes(found: Found) -> list[str]:
    return [one["code"] for one in found]


def with_line(text: str, before: str, new: str) -> str:
    """One more line before the first that begins with these words."""
    at = text.index("\n" + before) + 1
    return text[:at] + new + "\n" + text[at:]


def test_what_is_typed_is_underlined_and_what_is_mended_is_not(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    assert served.diagnostics(definition, lambda _: True) == []
    version = served.type(definition, text.replace("role: trade-officer", "role: trade-oficer", 1))
    [one] = served.diagnostics(definition, lambda found: found)
    assert one["code"] == "J401"
    assert one["severity"] == 1
    assert one["source"] == "jumuishi"
    line, column = place(text, "role: trade-officer")
    assert one["range"] == {
        "start": {"line": line, "character": column},
        "end": {"line": line, "character": column + 4},
    }
    assert version == 2
    served.type(definition, text)
    assert served.diagnostics(definition, lambda found: not found) == []
    assert definition.read_text() == text, "the file itself is never touched"
    assert served.end() == 0


def test_what_only_some_answers_bring_out_comes_after_a_pause_with_its_story(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    served.type(
        definition, text.replace('amount: "setting.health_inspection"', 'amount: "setting.health_inspection - 5000"')
    )
    [one] = served.diagnostics(definition, lambda found: "J501" in codes(found))
    assert one["relatedInformation"][0]["location"]["uri"] == definition.as_uri()
    told = " ".join(each["message"] for each in one["relatedInformation"])
    assert "the fee" in told
    assert "The institution has set" in told
    served.type(
        definition, text.replace('setting.health_inspection"', 'setting.health_inspection - 5000"') + "\n# more"
    )
    again = served.diagnostics(definition, lambda _: True)
    assert codes(again) == ["J501"], "of a line that is the same it stands until the solver has looked again"
    served.type(definition, text)
    served.diagnostics(definition, lambda found: not found)


@pytest.mark.parametrize(
    ("arguments", "changes", "wanted"),
    [
        ((), {"locale": "sw-TZ"}, "haukutangazwa"),
        ((), {"locale": "fr"}, "is not declared"),
        ((), {"locale": None}, "haukutangazwa"),
        ((), {"locale": "en", "initializationOptions": {"language": "sw"}}, "haukutangazwa"),
        (("--lang", "en", "--stdio"), {"locale": "sw"}, "is not declared"),
    ],
)
def test_it_speaks_the_editor_s_language(
    definition: Path, arguments: tuple[str, ...], changes: dict[str, Any], wanted: str
) -> None:
    with editor(*arguments) as one:
        one.begin(definition.parent, **changes)
        one.open(definition, definition.read_text().replace("role: trade-officer", "role: trade-oficer", 1))
        [found] = one.diagnostics(definition, lambda found: found)
    assert wanted in found["message"] or (wanted == "haukutangazwa" and "trade-oficer" in found["message"]
                                          and "declared" not in found["message"])  # fmt: skip


def test_an_editor_without_related_texts_has_the_story_in_the_message(definition: Path) -> None:
    with editor() as one:
        one.begin(definition.parent, capabilities={})
        text = definition.read_text()
        one.open(
            definition,
            text.replace('amount: "setting.health_inspection"', 'amount: "setting.health_inspection - 5000"'),
        )
        [found] = one.diagnostics(definition, lambda found: "J501" in codes(found))
    assert "relatedInformation" not in found
    assert "The institution has set" in found["message"]


def test_stories_and_templates_are_underlined_in_their_own_files(served: Editor, folder: Path) -> None:
    story = sorted((folder / "tests").glob("*.yaml"))[0]
    template = sorted(folder.glob("*.html"))[0]
    served.open(story, story.read_text().replace("steps:", "stepz:"))
    assert "J002" in codes(served.diagnostics(story, lambda found: found))
    served.open(template, template.read_text() + "{{nobody_knows}}")
    assert "J801" in codes(served.diagnostics(template, lambda found: found))
    for path in (story, template):
        served.tell("textDocument/didClose", textDocument={"uri": path.as_uri()})
        assert served.diagnostics(path, lambda found: not found) == [], "on disk it is sound"


def test_closing_the_last_file_leaves_nothing_underlined(served: Editor, definition: Path) -> None:
    served.type(definition, definition.read_text().replace("role: trade-officer", "role: trade-oficer", 1))
    served.diagnostics(definition, lambda found: found)
    served.tell("textDocument/didClose", textDocument={"uri": definition.as_uri()})
    assert served.diagnostics(definition, lambda found: not found) == []


def children(process: int) -> list[int]:
    """The processes that a process began and that live."""
    found = []
    for name in os.listdir("/proc"):
        try:
            stat = Path("/proc", name, "stat").read_text().rpartition(") ")[2].split() if name.isdigit() else []
        except OSError:
            continue
        if stat and int(stat[1]) == process and stat[0] != "Z":
            found.append(int(name))
    return found


def test_typing_is_not_held_up_and_stale_checks_are_stopped(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    longest = 0.0
    for number in range(25):
        served.type(definition, with_line(text, "stages:", f"# {'x' * number}"))
        before = time.monotonic()
        assert served.at("hover", definition, 0, 2) is not None
        longest = max(longest, time.monotonic() - before)
        assert len(children(served.process.pid)) <= 2, "the one that is being stopped, and the newest"
        time.sleep(0.05 if number % 5 else 0.5)
    assert longest < 2, "an answer waits for no check, on a busy machine neither"
    served.type(definition, text.replace("role: trade-officer", "role: trade-oficer", 1))
    assert codes(served.diagnostics(definition, lambda found: found)) == ["J401"]
    assert served.end() == 0
    until = time.monotonic() + 10
    while children(served.process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert children(served.process.pid) == []


def test_a_check_ends_with_the_editor_that_goes_without_a_word(served: Editor, definition: Path) -> None:
    served.type(definition, definition.read_text() + "\n# more")
    until = time.monotonic() + 20
    while not (begun := children(served.process.pid)) and time.monotonic() < until:
        time.sleep(0.02)
    assert begun
    assert served.process.stdin is not None
    served.process.stdin.close()
    served.process.wait(timeout=30)
    until = time.monotonic() + 30
    while any(Path("/proc", str(one)).exists() for one in begun) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(Path("/proc", str(one)).exists() for one in begun)


def test_keys_and_closed_lists_are_offered(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    typed = with_line(text, "  check:", "  zzz:\n    kind: task\n    ro")
    line, column = place(typed, "    kind: task\n    ro", 21)
    served.type(definition, typed)
    found = served.at("completion", definition, line, column)["items"]
    assert {"role", "due", "actions", "name"} <= {one["label"] for one in found}
    assert "kind" not in {one["label"] for one in found}, "it stands there already"
    assert "branches" not in {one["label"] for one in found}, "that is a choice's"
    name = next(one for one in found if one["label"] == "name")
    assert name["textEdit"]["newText"] == "name: {sw: $1, en: $2}$0"
    assert name["insertTextFormat"] == 2
    assert name["textEdit"]["range"]["start"] == {"line": line, "character": 4}
    assert name["detail"]
    role = next(one for one in found if one["label"] == "role")
    assert role["textEdit"]["newText"] == "role: "
    typed = with_line(text, "  check:", "  zzz:\n    kind: ")
    assert offered(served, definition, typed, "zzz:\n    kind: ") == [
        "task", "applicant", "review", "payment", "issue", "choice", "end",
    ]  # fmt: skip
    assert offered(served, definition, text.replace("doors: [", "doors: [we", 1), "doors: [we")[:2] == ["web", "ussd"]
    top = offered(served, definition, text + "\nwith", "\nwith")
    assert "withdraw" in top
    assert "stages" not in top


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("    role: ", "trade-officer", "check"),
        ("    not_by: [", "approve", "director"),
        ("    answered: ", "check", "licence"),
        ("    fees: [licence, ", "health", "check"),
        ("    document: ", "licence", "check"),
        ("    due: {within: 1 hours, escalate: ", "director", "check"),
        ("    actions: {a: {label: {sw: A, en: A}, to: ", "reviews", "director"),
        ("    reviews: {a: {institution: ", "setting.regulator", "setting.licence_food"),
        ("    fields: [", "lease", "check"),
        ('    branches: [{when: "', "sector", "check"),
        ("    branches: [{when: \"sector == '", "food", "sector"),
        ('    branches: [{when: "setting.', "setting.copy_fee", "sector"),
        ('    branches: [{when: "years_between(to', "today", "check"),
    ],
)
def test_names_are_offered_where_one_is_awaited(
    served: Editor, definition: Path, typed: str, wanted: str, unwanted: str
) -> None:
    kind = {"branches": "choice", "answered": "applicant", "fields": "applicant", "fees": "payment",
            "document": "issue", "reviews": "review"}.get(typed.split(":")[0].strip(), "task")  # fmt: skip
    text = with_line(definition.read_text(), "  check:", f"  zzz:\n    kind: {kind}\n{typed}")
    found = offered(served, definition, text, f"kind: {kind}\n{typed}")
    assert wanted in found
    assert unwanted not in found


def test_what_a_key_means_and_how_a_name_reads(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    said = served.at("hover", definition, *place(text, "    kind: task", 5))["contents"]["value"]
    assert said.startswith("**kind**: ")
    assert "`applicant`" in said
    said = served.at("hover", definition, *place(text, "role: trade-officer", 8))["contents"]["value"]
    assert "sw: Afisa Biashara" in said
    assert "en: Trade officer" in said
    said = served.at("hover", definition, *place(text, "sector == 'food'", 2))["contents"]["value"]
    assert "`sector`" in said
    assert "`food`" in said
    assert served.at("hover", definition, *place(text, "sector == 'food'", 12)) is None


def test_where_a_name_is_given_and_used(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    found = served.at("definition", definition, *place(text, "sector == 'food'", 2))
    line, column = place(text, "name: sector", 6)
    assert found["uri"] == definition.as_uri()
    assert found["range"]["start"] == {"line": line, "character": column}
    there = {"includeDeclaration": True}
    uses = served.at("references", definition, line, column, context=there)
    assert len([one for one in uses if one["uri"] == definition.as_uri()]) >= 5
    assert any(one["uri"].endswith(".html") for one in uses), "the document speaks of it"
    fewer = served.at("references", definition, line, column, context={"includeDeclaration": False})
    assert len(fewer) == len(uses) - 1
    stage = served.at("references", definition, *place(text, "\n  refused:", 4), context=there)
    words = {text.split("\n")[one["range"]["start"]["line"]][
        one["range"]["start"]["character"] : one["range"]["end"]["character"]] for one in stage}  # fmt: skip
    assert words == {"refused"}
    assert served.at("definition", definition, 0, 0) is None


def test_what_there_is(served: Editor, definition: Path) -> None:
    found = served.ask("textDocument/documentSymbol", textDocument={"uri": definition.as_uri()})
    by_name = {one["name"]: one for one in found}
    assert {"check", "reviews", "granted", "trade-officer", "copy_fee", "licence", "premises"} <= set(by_name)
    assert "place" in {one["name"] for one in by_name["premises"]["children"]}
    assert by_name["check"]["detail"]

    def sound(one: dict[str, Any]) -> bool:
        whole, name = one["range"], one["selectionRange"]
        ends = [
            (part["line"], part["character"]) for part in (whole["start"], name["start"], name["end"], whole["end"])
        ]
        return ends == sorted(ends) and all(map(sound, one["children"]))

    assert all(map(sound, found))


def test_signs_beyond_the_basic_plane_count_twice(served: Editor, definition: Path) -> None:
    text = definition.read_text().replace("  check:\n", "  check: # 🏛️\n", 1)
    text = with_line(text, "  granted:", "  zzz: {kind: end, name: {sw: '🏛🏛', en: '🏛'}, outcome: grantedd}")
    served.type(definition, text)
    found = served.diagnostics(definition, lambda found: any(one["code"] == "J003" for one in found))
    one = next(one for one in found if one["code"] == "J003")
    line, column = place(text, "outcome: grantedd")
    assert one["range"]["start"] == {"line": line, "character": column + 3}
    assert labels(served.at("completion", definition, line, column + 3 + 9))[0] == "granted"


def test_rubbish_brings_no_error_and_leaves_it_alive(served: Editor, definition: Path) -> None:
    text = definition.read_text()
    rubbish = [
        "", "\x00\x01", "{" * 500, "[" * 500 + "]" * 600, "a: &x [*x, *x]", "- - - - -", "'", '"', "? : |\n  x\n y:",
        "\t\t: :", "stages: {a: {kind: choice, branches: [{when: \"", text[: len(text) // 2], text.replace(":", ""),
        text.replace("  ", " "), "é" * 5000 + ": 1", "x" * 3_000_000, "\ud7ff\u2028a: b\u0085c: d", "}\n]\n:",
        "stages:\n  a: b\n c: d",
    ]  # fmt: skip
    for one in rubbish:
        served.type(definition, one)
        last = one.count("\n")
        for line, column in ((0, 0), (last, 10**6), (last + 5, 3), (last, 1)):
            served.at("hover", definition, line, column)
            served.at("completion", definition, line, column)
            served.at("definition", definition, line, column)
            served.at("references", definition, line, column, context={"includeDeclaration": True})
        served.ask("textDocument/documentSymbol", textDocument={"uri": definition.as_uri()})
    for uri in (
        "untitled:Untitled-1",
        "file:///nowhere/service.yaml",
        "http://example.org/service.yaml",
        "file:%00",
        "::",
    ):
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "stages: {"}
        served.tell("textDocument/didOpen", textDocument=document)
        where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 9}}
        served.ask("textDocument/completion", **where)
        served.ask("textDocument/hover", **where)
    served.type(definition, text.replace("role: trade-officer", "role: trade-oficer", 1))
    assert codes(served.diagnostics(definition, lambda found: codes(found) == ["J401"])) == ["J401"]
    assert served.end() == 0
    assert served.process.stderr is not None
    assert b"Traceback" not in served.process.stderr.read()
