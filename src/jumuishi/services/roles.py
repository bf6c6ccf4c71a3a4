"""Which roles an institution's services need: those of what it offers, and of reviews that others send to its kind."""

from uuid import UUID

from jumuishi.definitions.types import Package
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import t
from jumuishi.services import queries, rules
from jumuishi.services.editions import definition


def _packages(institution_id: UUID) -> list[Package]:
    return [definition(one.edition_hash).package for one in queries.offerings_of(institution_id)]


def _committees(packages: list[Package]) -> dict[str, dict[str, str]]:
    return {name: dict(role.name) for one in packages for name, role in one.roles.items() if role.committee}


def committees_of(institution_id: UUID) -> dict[str, dict[str, str]]:
    """The roles of what an institution offers whose holders decide together only -> their names."""
    return _committees(_packages(institution_id))


def _offices(committees: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Who presides over a committee and who keeps its record: posts of their own beside those of its members."""
    return {
        f"{role}-{office}": {lang: t(f"services.committee_{office}", lang, committee=name[lang]) for lang in name}
        for role, name in committees.items()
        for office in ("chair", "secretary")
    }


def roles_of(institution_id: UUID) -> dict[str, dict[str, str]]:
    """Role -> its name in both languages."""
    found: dict[str, dict[str, str]] = {}
    packages = _packages(institution_id)
    for package in packages:
        away = {role for role, _ in rules.roles_abroad(package)}
        found |= {name: dict(role.name) for name, role in package.roles.items() if name not in away}
    home = institutions.institution(institution_id)
    for edition_hash in queries.newest_hashes() if home else ():
        package = definition(edition_hash).package
        for role, setting in rules.roles_abroad(package):
            if home and package.settings[setting].kind in (None, home.kind):
                found.setdefault(role, dict(package.roles[role].name))
    return found | _offices(_committees(packages))


institutions.register_roles(roles_of)
