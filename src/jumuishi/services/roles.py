"""Which roles an institution's services need: those of what it offers, and of reviews that others send to its kind."""

from uuid import UUID

from jumuishi.institutions import public as institutions
from jumuishi.services import queries, rules
from jumuishi.services.editions import definition


def roles_of(institution_id: UUID) -> dict[str, dict[str, str]]:
    """Role -> its name in both languages."""
    found: dict[str, dict[str, str]] = {}
    for offered in queries.offerings_of(institution_id):
        package = definition(offered.edition_hash).package
        away = {role for role, _ in rules.roles_abroad(package)}
        found |= {name: dict(role.name) for name, role in package.roles.items() if name not in away}
    home = institutions.institution(institution_id)
    for edition_hash in queries.newest_hashes() if home else ():
        package = definition(edition_hash).package
        for role, setting in rules.roles_abroad(package):
            if home and package.settings[setting].kind in (None, home.kind):
                found.setdefault(role, dict(package.roles[role].name))
    return found


institutions.register_roles(roles_of)
