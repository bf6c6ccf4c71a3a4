"""J001 to J003, J107: the file itself, its keys, the kinds of its values, its names."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft, Path
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator


def story_of(draft: Draft) -> str:
    return next(name for name in sorted(draft.files) if name.startswith("tests/"))


def line_of(text: str, part: str) -> int:
    return text.count("\n", 0, text.index(part)) + 1


@operator("J001")
def anchor(draft: Draft) -> Iterator[Broken]:
    """An anchor stands before a value."""
    yield at(draft.set(("service",), f"&it {draft.get('service')}"), ("service",))


@operator("J001")
def alias(draft: Draft) -> Iterator[Broken]:
    """An alias stands for a value that is nowhere."""
    path: Path = ("stages", next(iter(draft.get("stages"))), "name")
    line = draft.line(path)
    yield Broken(draft.set(path, "*elsewhere"), line)


@operator("J001")
def tag(draft: Draft) -> Iterator[Broken]:
    """A tag asks for a type of YAML's own."""
    yield at(draft.set(("format",), "!!int 1"), ("format",))


@operator("J001")
def key_twice(draft: Draft) -> Iterator[Broken]:
    """A stage says its kind twice; the second is the fault."""
    for path, stage in draft.stages("task"):
        second = draft.add(path, "kind", stage["kind"])
        yield Broken(second, second.text.count("\n", 0, second.span(path)[1]) + 1)


@operator("J001")
def merge_key(draft: Draft) -> Iterator[Broken]:
    """A merge key takes over another stage's keys."""
    for path, _ in draft.stages("issue"):
        line = draft.line((*path, "kind"))
        yield Broken(draft.before((*path, "kind"), "<<: {kind: issue}"), line)


@operator("J001")
def colon_without_quotes(draft: Draft) -> Iterator[Broken]:
    """A text within braces holds a colon and has no quotes."""
    for path, _ in draft.stages("task"):
        yield Broken(draft.set((*path, "name", "sw"), "Uhakiki: hatua ya kwanza"), draft.line((*path, "name", "sw")))


@operator("J001")
def second_document(draft: Draft) -> Iterator[Broken]:
    """A second document follows in the file."""
    text = draft.text.rstrip("\n") + "\n"
    yield Broken(draft.with_text(text + "---\nformat: 1\n"), text.count("\n") + 1)


@operator("J001")
def tab_as_indent(draft: Draft) -> Iterator[Broken]:
    """A line of a stage is indented with a tab."""
    for path, _ in draft.stages("issue"):
        key = draft.at((*path, "document"))[0].start_mark
        yield Broken(draft.splice(key.index - key.column, key.index, "\t"), key.line + 1)


@operator("J001")
def sign_that_begins_no_word(draft: Draft) -> Iterator[Broken]:
    """A text without quotes begins with @."""
    yield Broken(draft.set(("name", "sw"), "@huduma"), draft.line(("name", "sw")))


@operator("J001")
def alias_in_a_story(draft: Draft) -> Iterator[Broken]:
    """A story of the author's uses an alias."""
    name = story_of(draft)
    text = draft.files[name].rstrip("\n") + "\n"
    yield Broken(draft.with_text(text + "  - pay: *fees\n", name), text.count("\n") + 1, name)


@operator("J002")
def unknown_key_at_the_top(draft: Draft) -> Iterator[Broken]:
    """The definition has a key that nobody knows."""
    yield at(draft.add((), "zzz", "1"), ("zzz",))


@operator("J002")
def unknown_key_of_a_field(draft: Draft) -> Iterator[Broken]:
    """A field has a key that no type of field has."""
    for path, _ in draft.fields("text"):
        yield at(draft.add(path, "zzz", "1"), (*path, "zzz"))


@operator("J002")
def key_of_another_type(draft: Draft) -> Iterator[Broken]:
    """A select says how many kilobytes it may have."""
    for path, _ in draft.fields("select_one"):
        yield at(draft.add(path, "max_kb", "100"), (*path, "max_kb"))


@operator("J002")
def misspelled_label(draft: Draft) -> Iterator[Broken]:
    """A field's label is misspelled: one cause, not a missing label too."""
    for path, _ in draft.fields("place"):
        yield at(draft.rename((*path, "label"), "lable"), (*path, "lable"))


@operator("J002")
def misspelled_expires(draft: Draft) -> Iterator[Broken]:
    """A wait's end is misspelled: one cause, not a wait without an end too."""
    for path, _ in draft.stages("payment"):
        yield at(draft.rename((*path, "expires"), "expire"), (*path, "expire"))


@operator("J002")
def key_of_another_kind_of_stage(draft: Draft) -> Iterator[Broken]:
    """An issue names a role."""
    for path, _ in draft.stages("issue"):
        yield at(draft.add(path, "role", "director"), (*path, "role"))


@operator("J002")
def language_not_declared(draft: Draft) -> Iterator[Broken]:
    """A text is given in a language that the service does not declare."""
    for path, _ in draft.stages("end"):
        yield at(draft.add((*path, "name"), "fr", "Fin"), (*path, "name", "fr"))


@operator("J002")
def misspelled_key_of_an_action(draft: Draft) -> Iterator[Broken]:
    """What an action requires is misspelled."""
    for path, stage in draft.stages("task"):
        for name, action in stage["actions"].items():
            if "requires" in action:
                here = (*path, "actions", name)
                yield at(draft.rename((*here, "requires"), "require"), (*here, "require"))


@operator("J002")
def misspelled_key_of_a_story(draft: Draft) -> Iterator[Broken]:
    """A story misspells what is expected."""
    name = story_of(draft)
    text = draft.files[name]
    if "expect: {stage:" in text:
        yield Broken(
            draft.with_text(text.replace("expect: {stage:", "expect: {stge:", 1), name),
            line_of(text, "expect: {stage:"),
            name,
        )


@operator("J002")
def answer_to_no_field(draft: Draft) -> Iterator[Broken]:
    """A story answers a question that is not asked."""
    name = story_of(draft)
    text = draft.files[name].rstrip("\n") + "\n"
    yield Broken(draft.with_text(text + "  - answer: {zzz_zzz: 1}\n", name), text.count("\n") + 1, name)


@operator("J003")
def required_perhaps(draft: Draft) -> Iterator[Broken]:
    """A field is required perhaps."""
    for path, one in draft.fields("text"):
        if "required" in one:
            yield at(draft.set((*path, "required"), "perhaps"), (*path, "required"))


@operator("J003")
def word_of_no_list(draft: Draft) -> Iterator[Broken]:
    """An end has an outcome that is none."""
    for path, _ in draft.stages("end"):
        yield at(draft.set((*path, "outcome"), "closed"), (*path, "outcome"))


@operator("J003")
def unknown_type(draft: Draft) -> Iterator[Broken]:
    """A field has a type that is none."""
    for path, _ in draft.fields("place"):
        yield at(draft.set((*path, "type"), "location"), (*path, "type"))


@operator("J003")
def unknown_kind(draft: Draft) -> Iterator[Broken]:
    """A stage has a kind that is none."""
    for path, _ in draft.stages("payment"):
        yield at(draft.set((*path, "kind"), "purchase"), (*path, "kind"))


@operator("J003")
def missing_kind(draft: Draft) -> Iterator[Broken]:
    """A stage does not say its kind."""
    for path, _ in draft.stages("applicant"):
        yield at(draft.delete((*path, "kind")), path)


@operator("J003")
def missing_choices(draft: Draft) -> Iterator[Broken]:
    """A select has no choices."""
    found, path = draft.add_field("{name: zzz, type: select_one, label: {sw: Moja, en: One}}")
    yield at(found, path)


@operator("J003")
def another_format(draft: Draft) -> Iterator[Broken]:
    """The format is one that is not known."""
    yield at(draft.set(("format",), "2"), ("format",))


@operator("J003")
def name_in_capitals(draft: Draft) -> Iterator[Broken]:
    """A stage's id begins with a capital; those who name it are not faults of their own."""
    for path, stage in draft.stages("end"):
        if stage["outcome"] == "lapsed":
            yield at(draft.rename(path, "Lapsed"), ("stages", "Lapsed"))


@operator("J003")
def span_without_a_unit(draft: Draft) -> Iterator[Broken]:
    """A due time is a number without a unit."""
    for path, _ in draft.stages("task"):
        yield at(draft.set((*path, "due", "within"), "4"), (*path, "due", "within"))


@operator("J003")
def expression_without_quotes(draft: Draft) -> Iterator[Broken]:
    """A fee is a bare number, not an expression."""
    for name in draft.get("fees", otherwise={}):
        yield at(draft.set(("fees", name, "amount"), "5000"), ("fees", name, "amount"))


@operator("J003")
def default_that_is_no_answer(draft: Draft) -> Iterator[Broken]:
    """A date's default is no date."""
    found, path = draft.add_field("{name: zzz, type: date, label: {sw: Siku, en: Day}, default: kesho}")
    yield at(found, (*path, "default"))


@operator("J003")
def word_of_the_expressions(draft: Draft) -> Iterator[Broken]:
    """A field takes the name of today."""
    found, path = draft.add_field("{name: today, type: date, label: {sw: Leo, en: Today}}")
    yield at(found, (*path, "name"))


@operator("J107")
def field_name_twice(draft: Draft) -> Iterator[Broken]:
    """A new field takes the name of one that is there."""
    _, first = next(draft.fields("text"))
    found, path = draft.add_field(f"{{name: {first['name']}, type: text, label: {{sw: Tena, en: Again}}}}")
    yield at(found, (*path, "name"))


@operator("J107")
def page_twice(draft: Draft) -> Iterator[Broken]:
    """A page takes the name of another."""
    if len(draft.get("pages")) > 1:
        path: Path = ("pages", 1, "page")
        yield at(draft.set(path, draft.get("pages", 0, "page")), path)


@operator("J107")
def member_named_as_a_field(draft: Draft) -> Iterator[Broken]:
    """A member of a group takes the name of a field outside it."""
    _, first = next(draft.fields("text"))
    found, path = draft.add_field(
        "{name: zzz, type: group, label: {sw: Kundi, en: Group}, repeat: {max: 3}, doors: {ussd: at_counter}, "
        f"fields: [{{name: {first['name']}, type: text, label: {{sw: Jina, en: Name}}}}]}}"
    )
    yield at(found, (*path, "fields", 0, "name"))


@operator("J107")
def officers_field_named_as_the_applicants(draft: Draft) -> Iterator[Broken]:
    """An officer's field takes the name of one on a page."""
    _, first = next(draft.fields("text"))
    for path, stage in draft.stages("task"):
        if "fields" not in stage:
            found = draft.add(path, "fields", f"[{{name: {first['name']}, type: text, label: {{sw: Jina, en: Name}}}}]")
            yield at(found, (*path, "fields", 0, "name"))
