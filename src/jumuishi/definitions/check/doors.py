"""J601 to J603: what an offered door cannot carry, and screens and messages that do not fit an old phone."""

from collections.abc import Callable, Iterator
from functools import partial

from jumuishi.definitions.model import NOT_BY_USSD, ApplicantStage, EndStage, Field, Package, Path, PaymentStage, Text
from jumuishi.definitions.read.reading import Reading
from jumuishi.kernel import gsm, screens

_NUMBERS = ("integer", "decimal", "money")
MOST = screens.MOST
# What a message says beside the service and the stage, each part at its longest.
MESSAGE = "{service}: {stage}. 0000000000000000"
BILL = MESSAGE + ". TZS 99,999,999, control number 000000000000"


def check_doors(package: Package, reading: Reading) -> None:
    """Notes J601 at the field, J602 at the words, J603 at the stage's words or at the service's name."""
    doors = ("doors",) in reading.doubtful or ("languages",) in reading.doubtful
    if "ussd" in package.doors and not doors:
        for field, path in _asked(package):
            if field.doors.get("ussd") == "at_counter" or any(one[: len(path)] == path for one in reading.doubtful):
                continue
            if not _carried(field):
                if field.required or (field.repeat is not None and field.repeat.min > 0):
                    message = f"{field.name!r} is required and USSD cannot carry it: doors: {{ussd: at_counter}}"
                    reading.findings.add("J601", reading.at(path), message)
            elif field.type not in ("calculate", "group"):
                _Screens(package, reading, field, path).check()
    if ("languages",) not in reading.doubtful:
        _messages(package, reading)


def _asked(package: Package) -> Iterator[tuple[Field, Path]]:
    """What the applicant is asked, on pages and later; members of groups that do not repeat are ordinary fields."""

    def parts(field: Field, path: Path) -> Iterator[tuple[Field, Path]]:
        yield field, path
        if field.repeat is None and field.doors.get("ussd") != "at_counter":
            for index, member in enumerate(field.fields):
                yield from parts(member, (*path, "fields", index))

    for number, page in enumerate(package.pages):
        for index, one in enumerate(page.fields):
            yield from parts(one, ("pages", number, "fields", index))
    for name, stage in package.stages.items():
        if isinstance(stage, ApplicantStage):
            for index, entry in enumerate(stage.fields):
                if isinstance(entry, Field):
                    yield from parts(entry, ("stages", name, "fields", index))


def _carried(field: Field) -> bool:
    return field.type not in NOT_BY_USSD and field.repeat is None


def _fault(text: str) -> str:
    """What keeps a text from one screen or message; empty where nothing does."""
    length = gsm.measure(text)
    if length.encoding != "gsm7":
        strange = next(sign for sign in text if gsm.measure(sign).encoding != "gsm7")
        return f"{strange!r} is not among the signs of GSM-7"
    return f"{length.units} signs of GSM-7; there is room for {MOST}" if length.units > MOST else ""


class _Screens:
    """The screens of one field."""

    def __init__(self, package: Package, reading: Reading, field: Field, path: Path) -> None:
        self.package = package
        self.reading = reading
        self.field = field
        self.path = path

    def check(self) -> None:
        field, label = self.field, self.field.label
        if label is None:
            return
        # A choice that is left out is a line of the list; a number may be 0, and then the ways out are longer.
        asked = partial(
            screens.question,
            zero=field.type in _NUMBERS,
            skips=not field.required and not field.choices and field.type not in ("yes_no", "place", "note"),
        )
        if self.told(("label",), lambda lang: asked(label.get(lang, ""), lang=lang), label):
            return
        choices = field.choices
        for key, choice in choices.items():
            if self._choice(key, choice.label, label) and len(choices) > 1:
                shortest = min(choices.values(), key=lambda one: max(map(len, one.label.values()), default=0))
                if shortest is choice:
                    return
        hint = field.hint
        if hint is not None:
            self.told(("hint",), lambda lang: asked(label.get(lang, ""), hint.get(lang, ""), lang=lang), hint)

    def _choice(self, key: str, words: Text, label: Text) -> bool:
        return self.told(
            ("choices", key), lambda lang: screens.choice(label.get(lang, ""), words.get(lang, ""), lang), words
        )

    def told(self, key: Path, screen: Callable[[str], str], words: Text) -> bool:
        """Notes J602 at the words' key where the screen in one of the languages does not fit; whether it did."""
        for language in self.package.languages:
            fault = _fault(screen(language)) if words.get(language) else ""
            if fault:
                at = self.reading.at((*self.path, *key))
                self.reading.findings.add("J602", at, f"the USSD screen ({language}) does not fit: {fault}")
                return True
        return False


def _messages(package: Package, reading: Reading) -> None:
    """J603: an SMS goes out on submission and on entering an applicant, payment or end stage."""
    for language in package.languages:
        fault = _fault(MESSAGE.format(service=package.name.get(language, ""), stage=""))
        if fault:
            message = f"no SMS with the service's name ({language}) fits: {fault}"
            reading.findings.add("J603", reading.at(("name",)), message)
            return
    for number, (name, stage) in enumerate(package.stages.items()):
        if number and not isinstance(stage, ApplicantStage | PaymentStage | EndStage):
            continue
        if any(path[:2] == ("stages", name) for path in reading.doubtful):
            continue
        words, key = (stage.sms, "sms") if stage.sms is not None else (stage.name, "name")
        form = BILL if isinstance(stage, PaymentStage) else MESSAGE
        for language in package.languages:
            fault = _fault(form.format(service=package.name.get(language, ""), stage=words.get(language, "")))
            if fault:
                at = reading.at(("stages", name, key))
                reading.findings.add("J603", at, f"the SMS ({language}) does not fit: {fault}")
                break
