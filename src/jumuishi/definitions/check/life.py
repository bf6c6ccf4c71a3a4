"""A document's `life` names two questions of the application: J102 for one that is none, J103 for a wrong type."""

from jumuishi.definitions.machine.life import NEW, PURPOSES
from jumuishi.definitions.model import Field, Package
from jumuishi.definitions.read.reading import Reading


def check_lives(package: Package, reading: Reading) -> None:
    """Notes what is wrong with each `life`, at its key."""
    asked = {one.name: one for one in _asked(package)}
    lenient = any(path[-1:] in (("name",), ("fields",), ("pages",), ("type",)) for path in reading.doubtful)
    for name, document in package.documents.items():
        if document.life is None or lenient:
            continue
        for key, wanted in (("purpose", "select_one"), ("earlier", "text")):
            path, said = ("documents", name, "life", key), str(getattr(document.life, key))
            if not said or path in reading.doubtful:
                continue
            field = asked.get(said)
            if field is None:
                message = f"{said!r} is no field of a page"
                reading.findings.add("J102", reading.at(path), message, missing=f"field {said}")
            elif field.type != wanted:
                reading.findings.add("J103", reading.at(path), f"{said!r} has to be a {wanted}")
            elif key == "purpose" and not _is_purpose(field):
                words = " ".join(PURPOSES)
                message = f"the choices of {said!r} are {NEW} and others of: {words}"
                reading.findings.add("J103", reading.at(path), message)


def _is_purpose(field: Field) -> bool:
    return NEW in field.choices and len(field.choices) > 1 and set(field.choices) <= set(PURPOSES)


def _asked(package: Package) -> list[Field]:
    found: list[Field] = []

    def add(one: Field) -> None:
        if one.type == "group" and one.repeat is None:
            for member in one.fields:
                add(member)
        elif one.type != "group":
            found.append(one)

    for one in package.page_fields():
        add(one)
    return found
