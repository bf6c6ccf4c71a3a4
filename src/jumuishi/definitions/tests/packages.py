"""Shipped packages for the machine's tests, taken straight from YAML into the model: the machine is tested by itself.

It trusts its input; what a package may say is the reader's and the checker's to test.
"""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from jumuishi.definitions import model as m


def read(folder: Path) -> m.Package:
    """The package in a folder."""
    data: Any = YAML(typ="safe", pure=True).load((folder / "service.yaml").read_text(encoding="utf-8"))
    promise = data["promise"]
    return m.Package(
        service=data["service"],
        name=m.Text(data["name"]),
        about=m.Text(data["about"]),
        offered_by=tuple(data["offered_by"]),
        applicants=tuple(data["for"]),
        doors=tuple(data["doors"]),
        languages=tuple(data["languages"]),
        basis=m.Table(),
        promise=m.Promise(_within(promise["within"]), tuple(promise["pauses"]), promise["basis"]),
        roles=m.Table({key: m.Role(m.Text(one)) for key, one in data["roles"].items()}),
        pages=tuple(m.Page(one["page"], m.Text(one["title"]), _fields(one)) for one in data["pages"]),
        stages=m.Table({key: _stage(one) for key, one in data["stages"].items()}),
        settings=m.Table({key: m.Setting(one["type"], m.Text(one["label"])) for key, one in data["settings"].items()}),
        fees=m.Table(
            {
                key: m.Fee(m.Text(one["label"]), m.Expression(one["amount"]), _expression(one, "when"))
                for key, one in data["fees"].items()
            }
        ),
        documents=m.Table(
            {
                key: m.Document(
                    m.Text(one["title"]),
                    one["template"],
                    valid_for=_expression(one, "valid_for"),
                    claims=m.Table({name: m.Expression(claim) for name, claim in one["claims"].items()}),
                )
                for key, one in data["documents"].items()
            }
        ),
    )


def _expression(one: Any, key: str) -> m.Expression | None:
    return m.Expression(one[key]) if key in one else None


def _within(one: Any) -> m.Within:
    if isinstance(one, dict):
        return m.Within(one["unit"], setting=one["setting"])
    n, unit = one.split()
    return m.Within(unit, n=int(n))


def _text(one: Any, key: str) -> m.Text | None:
    return m.Text(one[key]) if key in one else None


def _fields(one: Any) -> tuple[m.Field, ...]:
    return tuple(_field(field) for field in one.get("fields", ()) if isinstance(field, dict))


def _field(one: Any) -> m.Field:
    texts = ("sw", "en")
    return m.Field(
        one["name"],
        one["type"],
        label=_text(one, "label"),
        required=one.get("required", False),
        relevant=_expression(one, "relevant"),
        constraint=_expression(one, "constraint"),
        constraint_message=_text(one, "constraint_message"),
        default=str(one["default"]) if "default" in one else None,
        max_length=one.get("max_length"),
        choices=m.Table(
            {
                key: m.Choice(m.Text({lang: choice[lang] for lang in texts}), _expression(choice, "relevant"))
                for key, choice in one.get("choices", {}).items()
            }
        ),
        level=one.get("level"),
        accept=tuple(one.get("accept", ())),
        max_kb=one.get("max_kb"),
        doors=m.Table(one.get("doors", {})),
        repeat=m.Repeat(max=one["repeat"]["max"]) if "repeat" in one else None,
        fields=_fields(one),
    )


def _due(one: Any) -> m.Due | None:
    return m.Due(_within(one["due"]["within"]), one["due"]["escalate"]) if "due" in one else None


def _expires(one: Any) -> m.Expires:
    return m.Expires(_within(one["expires"]["after"]), one["expires"]["to"])


def _stage(one: Any) -> m.Stage:
    name, kind, not_by = m.Text(one["name"]), one["kind"], tuple(one.get("not_by", ()))
    if kind == "task":
        actions = {
            key: m.Action(m.Text(act["label"]), act["to"], tuple(act.get("requires", ())))
            for key, act in one["actions"].items()
        }
        return m.TaskStage(name, one["role"], m.Table(actions), _due(one), not_by, _fields(one))
    if kind == "applicant":
        entries = tuple(_field(entry) if isinstance(entry, dict) else entry for entry in one["fields"])
        return m.ApplicantStage(name, one["answered"], entries, _expires(one))
    if kind == "review":
        seats = {
            key: m.Review(
                seat["role"],
                seat["institution"].removeprefix("setting.") if "institution" in seat else None,
                _expression(seat, "when"),
                _due(seat),
            )
            for key, seat in one["reviews"].items()
        }
        return m.ReviewStage(name, m.Table(seats), one["pass"], one["passed"], one["failed"], not_by)
    if kind == "payment":
        return m.PaymentStage(name, tuple(one["fees"]), one["paid"], _expires(one))
    if kind == "issue":
        return m.IssueStage(name, one["document"], one["to"])
    if kind == "choice":
        return m.ChoiceStage(name, tuple(m.Branch(way["to"], _expression(way, "when")) for way in one["branches"]))
    appeal = m.Appeal(_within(one["appeal"]["within"]), one["appeal"]["to"]) if "appeal" in one else None
    return m.EndStage(name, one["outcome"], appeal)
