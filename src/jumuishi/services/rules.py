"""Pure: what a setting may be, and what an offering lacks before it may be published."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Field, Package, Setting
from jumuishi.kernel.text import LANGUAGES, fold
from jumuishi.services.types import Lack, SettingRefusedError


def read_setting(package: Package, name: str, raw: str) -> Any:
    """What a person typed for a setting, by its type, its constraint holding; raises SettingRefusedError."""
    setting = package.settings.get(name)
    if setting is None:
        raise SettingRefusedError("services.setting_unknown")
    if setting.type == "institution":
        try:
            return str(UUID(raw))
        except ValueError as error:
            raise SettingRefusedError("services.choose_institution") from error
    value = definitions.parse_answer(Field(name=name, type=setting.type, label=setting.label), raw)
    if value is None or isinstance(value, definitions.Unread):
        raise SettingRefusedError("services.bad_value")
    if setting.constraint is not None and not definitions.holds(setting.constraint, {name: value}):
        raise SettingRefusedError("services.constraint")
    return value


def lacks(package: Package, settings: Mapping[str, Any], held: Mapping[str, int]) -> list[Lack]:
    """Missing figures and role-holders; `held` counts natural persons by role in the offering institution.

    Roles that act only in another institution (a review with `institution`) are that one's to hold: lacks_abroad.
    """
    found = [
        Lack("setting", name, dict(setting.label)) for name, setting in package.settings.items() if name not in settings
    ]
    home = set(package.roles) - {role for role, _ in roles_abroad(package)}
    found += [
        Lack("role", name, dict(role.name))
        for name, role in package.roles.items()
        if name in home and held.get(name, 0) < role.at_least
    ]
    return found


def lacks_abroad(
    package: Package, settings: Mapping[str, Any], held: Mapping[UUID, Mapping[str, int]], names: Mapping[UUID, Any]
) -> list[Lack]:
    """Roles that nobody holds in the institutions that the settings name; `held` counts by institution and role."""
    found = []
    for role, setting in roles_abroad(package):
        if setting not in settings:
            continue
        where = UUID(str(settings[setting]))
        if held.get(where, {}).get(role, 0) < package.roles[role].at_least:
            found.append(Lack("abroad", role, dict(package.roles[role].name), dict(names.get(where, {}))))
    return found


def lacks_registers(package: Package, known: Collection[str]) -> list[Lack]:
    """Registers that lookups name and the installation does not declare (J102)."""
    named = {one.lookup.register for one in package.all_fields().values() if one.lookup is not None}
    return [Lack("register", name, dict.fromkeys(LANGUAGES, name)) for name in sorted(named - set(known))]


def roles_abroad(package: Package) -> list[tuple[str, str]]:
    """(role, setting of the institution) of reviews elsewhere, for roles that nobody needs at home."""
    away: list[tuple[str, str]] = []
    home: set[str] = set()
    for stage in package.stages.values():
        if stage.kind == "task":
            home.add(stage.role)  # type: ignore[union-attr]  # kind tells the class
        for review in getattr(stage, "reviews", {}).values():
            if review.institution:
                away.append((review.role, review.institution))
            else:
                home.add(review.role)
        due = getattr(stage, "due", None)
        if due and due.escalate:
            home.add(due.escalate)
    return [(role, setting) for role, setting in dict.fromkeys(away) if role not in home]


def is_same_figure(name: str, old: Setting, new: Setting | None, value: Any) -> bool:
    """Whether a value of one edition's figure may stand for the other's of that name: same kind, words, constraints."""
    if new is None or (old.type, old.kind) != (new.type, new.kind):
        return False
    if any(fold(old.label[lang]) != fold(new.label[lang]) for lang in set(old.label) & set(new.label)):
        return False
    return all(one.constraint is None or definitions.holds(one.constraint, {name: value}) for one in (old, new))


def kept_values(old: Package, new: Package, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the bare values that an application was submitted under those that go along to a newer edition."""
    return {
        name: value
        for name, value in values.items()
        if name in old.settings and is_same_figure(name, old.settings[name], new.settings.get(name), value)
    }


def kept_figures(old: Package, new: Package, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of an offering's figures (with their sources) those that go along to a newer edition."""
    return {
        name: entry
        for name, entry in settings.items()
        if name in old.settings and is_same_figure(name, old.settings[name], new.settings.get(name), entry["value"])
    }
