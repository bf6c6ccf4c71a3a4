"""J601 to J603: what an offered door cannot carry, and screens and messages that do not fit an old phone."""

from collections.abc import Iterator

from jumuishi.definitions.model import ApplicantStage, EndStage, Field, Package, Path, PaymentStage, Text
from jumuishi.definitions.read.reading import Reading
from jumuishi.kernel import gsm

_NOT_BY_USSD = ("file", "long_text", "email")
MOST = 160
# The engine's own lines around a question, in the longer of its languages, and around one choice of a list.
QUESTION = "12/34 {label}\n0. Rudi"
HINTED = "12/34 {label}\n{hint}\n0. Rudi"
CHOICE = "12/34 {label}\n12. {choice}\n99. Zaidi\n0. Rudi"
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
    return field.type not in _NOT_BY_USSD and field.repeat is None


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
        label = self.field.label
        if label is None or self.told(("label",), label, QUESTION.replace("{label}", "{}")):
            return
        choices = self.field.choices
        for key, choice in choices.items():
            own = ("choices", key)
            if self.told(own, choice.label, CHOICE, label=label) and len(choices) > 1:
                shortest = min(choices.values(), key=lambda one: max(map(len, one.label.values()), default=0))
                if shortest is choice:
                    return
        if self.field.hint is not None:
            self.told(("hint",), self.field.hint, HINTED, label=label)

    def told(self, key: Path, words: Text, screen: str, label: Text | None = None) -> bool:
        """Notes J602 at the words' key; whether it did."""
        for language in self.package.languages:
            said = words.get(language, "")
            text = screen.replace("{}", said).replace("{choice}", said).replace("{hint}", said)
            fault = _fault(text.replace("{label}", label.get(language, "") if label is not None else ""))
            if fault and said:
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
