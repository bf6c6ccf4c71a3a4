"""J601 to J603, J701, J702, J801 to J803: what doors can carry, what people read, what is issued."""

from collections.abc import Iterator

from jumuishi.definitions.tests.corpus.draft import Draft, Path
from jumuishi.definitions.tests.corpus.mutants import Broken, at, operator

LONG = "Tafadhali eleza kwa ufupi lakini kwa ukamilifu mahali ulipo, jinsi ya kufika, na jina la mtu wa kuulizia hapo"


def template_of(draft: Draft) -> str:
    return next(name for name in sorted(draft.files) if name.endswith(".html"))


def in_template(draft: Draft, put: str) -> Broken:
    """A line of its own at the end of the template."""
    name = template_of(draft)
    text = draft.files[name].rstrip("\n") + "\n"
    return Broken(draft.with_text(f"{text}{put}\n", name), text.count("\n") + 1, name)


@operator("J601")
def file_by_ussd(draft: Draft) -> Iterator[Broken]:
    """A required file has no way round for the USSD door."""
    for path, one in draft.fields("file"):
        if one.get("required") == "true" and "doors" in one:
            yield at(draft.delete((*path, "doors")), path)


@operator("J601")
def file_under_a_condition_by_ussd(draft: Draft) -> Iterator[Broken]:
    """A file that only some must give has no way round for the USSD door."""
    for _, place in draft.fields("place"):
        there = f"{place['name']} != null && {place['name']}.ward == 'X'"
        found, path = draft.add_field(
            f'{{name: zzz, type: file, label: {{sw: Ramani, en: Map}}, required: true, relevant: "{there}"}}'
        )
        yield at(found, path)


@operator("J601")
def long_text_by_ussd(draft: Draft) -> Iterator[Broken]:
    """A required long text has no way round for the USSD door."""
    found, path = draft.add_field("{name: zzz, type: long_text, label: {sw: Maelezo, en: Details}, required: true}")
    yield at(found, path)


@operator("J601")
def items_by_ussd(draft: Draft) -> Iterator[Broken]:
    """At least one item of a group must be given and USSD carries no groups."""
    found, path = draft.add_field(
        "{name: zzz, type: group, label: {sw: Watu, en: People}, repeat: {min: 1, max: 3}, "
        "fields: [{name: zzz_name, type: text, label: {sw: Jina, en: Name}, required: true}]}"
    )
    yield at(found, path)


@operator("J601")
def file_asked_later_by_ussd(draft: Draft) -> Iterator[Broken]:
    """An applicant stage asks for a file and has no way round for the USSD door."""
    for path, stage in draft.stages("applicant"):
        found = draft.add_item(
            (*path, "fields"), "{name: zzz, type: file, label: {sw: Picha, en: Photo}, required: true}"
        )
        yield at(found, (*path, "fields", len(stage["fields"])))


@operator("J602")
def long_question(draft: Draft) -> Iterator[Broken]:
    """A question with its hint is too long for a USSD screen."""
    found, path = draft.add_field(
        f'{{name: zzz, type: text, label: {{sw: "{LONG}", en: Place}}, hint: {{sw: "{LONG}", en: Place}}}}'
    )
    yield at(found, (*path, "label"))


@operator("J602")
def long_choice(draft: Draft) -> Iterator[Broken]:
    """A choice's words are too long for a USSD screen."""
    found, path = draft.add_field(
        "{name: zzz, type: select_one, label: {sw: Chagua, en: Choose}, "
        f'choices: {{a: {{sw: Moja, en: One}}, b: {{sw: "{LONG} {LONG}", en: Two}}}}}}'
    )
    yield at(found, (*path, "choices", "b"))


@operator("J602")
def sign_of_no_old_phone(draft: Draft) -> Iterator[Broken]:
    """A question holds a sign that GSM's alphabet lacks."""
    found, path = draft.add_field("{name: zzz, type: text, label: {sw: Jina la ng’ambo, en: Foreign name}}")
    yield at(found, (*path, "label"))


@operator("J603")
def long_message(draft: Draft) -> Iterator[Broken]:
    """The message on entering a stage is too long for one SMS."""
    for path, _ in draft.stages("applicant"):
        found = draft.add(path, "sms", f'{{sw: "{LONG} {LONG}", en: "Answer"}}')
        yield at(found, (*path, "sms"))


@operator("J603")
def long_name_of_an_end(draft: Draft) -> Iterator[Broken]:
    """An end's name is too long for the SMS that tells of it."""
    for path, stage in draft.stages("end"):
        if stage["outcome"] == "lapsed":
            yield at(draft.set((*path, "name", "en"), f'"{LONG} {LONG}"'), (*path, "name"))


@operator("J603")
def message_of_no_old_phone(draft: Draft) -> Iterator[Broken]:
    """A message holds a sign that GSM's alphabet lacks."""
    for path, _ in draft.stages("payment"):
        yield at(draft.add(path, "sms", '{sw: "Lipa sasa – asante", en: "Pay now"}'), (*path, "sms"))


@operator("J701")
def language_left_out(draft: Draft) -> Iterator[Broken]:
    """A field's label lacks a language."""
    for path, _ in draft.fields("text"):
        yield at(draft.delete((*path, "label", "sw")), (*path, "label"))


@operator("J701")
def stage_without_words(draft: Draft) -> Iterator[Broken]:
    """A stage's name is empty in a language."""
    for path, _ in draft.stages("review"):
        yield at(draft.set((*path, "name", "en"), "''"), (*path, "name"))


@operator("J701")
def choice_in_one_language(draft: Draft) -> Iterator[Broken]:
    """A choice's words lack a language."""
    for path, one in draft.fields("select_one"):
        key = list(one["choices"])[-1]
        yield at(draft.delete((*path, "choices", key, "en")), (*path, "choices", key))


@operator("J702")
def field_without_a_label(draft: Draft) -> Iterator[Broken]:
    """A question has no label."""
    for path, _ in draft.fields("place"):
        yield at(draft.delete((*path, "label")), path)


@operator("J702")
def action_without_a_label(draft: Draft) -> Iterator[Broken]:
    """A button has no words."""
    for path, stage in draft.stages("task"):
        name = list(stage["actions"])[-1]
        yield at(draft.delete((*path, "actions", name, "label")), (*path, "actions", name))


@operator("J801")
def template_not_there(draft: Draft) -> Iterator[Broken]:
    """A document's template is not in the folder."""
    for name in draft.get("documents"):
        path: Path = ("documents", name, "template")
        yield at(draft.set(path, "zzz.html"), path)


@operator("J801")
def blank_for_no_field(draft: Draft) -> Iterator[Broken]:
    """A template names a field that does not exist."""
    yield in_template(draft, "<p>{{zzz_name}}</p>")


@operator("J801")
def script_in_a_template(draft: Draft) -> Iterator[Broken]:
    """A template holds a script."""
    yield in_template(draft, "<script>alert(1)</script>")


@operator("J801")
def link_in_a_template(draft: Draft) -> Iterator[Broken]:
    """A template holds a link."""
    yield in_template(draft, '<p><a href="https://example.org/">Zaidi</a></p>')


@operator("J801")
def paragraph_left_open(draft: Draft) -> Iterator[Broken]:
    """A paragraph of the template is not closed."""
    yield in_template(draft, "<p>Mwisho")


@operator("J801")
def section_of_no_group(draft: Draft) -> Iterator[Broken]:
    """A section of the template repeats what is no group."""
    name = next(one["name"] for _, one in draft.fields("text"))
    yield in_template(draft, f"{{{{#{name}}}}}<p>x</p>{{{{/{name}}}}}")


@operator("J802")
def place_as_a_claim(draft: Draft) -> Iterator[Broken]:
    """The code is to carry a place, not its name."""
    for name, document in draft.get("documents").items():
        if "ward" in document["claims"]:
            path: Path = ("documents", name, "claims", "ward")
            yield at(draft.set(path, draft.get(*path).split(".")[0]), path, value=True)


@operator("J802")
def identity_as_a_claim(draft: Draft) -> Iterator[Broken]:
    """The code is to carry a national ID number."""
    for _, one in draft.fields("national_id"):
        name = next(iter(draft.get("documents")))
        found = draft.add(("documents", name, "claims"), "zzz", one["name"])
        yield at(found, ("documents", name, "claims", "zzz"), value=True)


@operator("J802")
def file_as_a_claim(draft: Draft) -> Iterator[Broken]:
    """The code is to carry a file."""
    for _, one in draft.fields("file"):
        name = next(iter(draft.get("documents")))
        found = draft.add(("documents", name, "claims"), "zzz", one["name"])
        yield at(found, ("documents", name, "claims", "zzz"), value=True)


@operator("J803")
def long_text_as_a_claim(draft: Draft) -> Iterator[Broken]:
    """The code is to carry a text of up to 200 signs beside all that it carries."""
    found, _ = draft.add_field(
        "{name: zzz, type: text, label: {sw: Maelezo, en: Details}, max_length: 300, doors: {ussd: at_counter}}"
    )
    name = next(iter(draft.get("documents")))
    found = found.add(("documents", name, "claims"), "zzz", "zzz")
    yield at(found, ("documents", name, "claims"))


@operator("J803")
def many_claims(draft: Draft) -> Iterator[Broken]:
    """The code is to carry six texts of 50 signs more."""
    name = next(iter(draft.get("documents")))
    for _, one in draft.fields("text"):
        found = draft
        for number in range(6):
            found = found.add(("documents", name, "claims"), f"zzz{number}", one["name"])
        if one.get("max_length") == "50":
            yield at(found, ("documents", name, "claims"))
