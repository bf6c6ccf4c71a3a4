"""J403: `not_by` joins stages of one role that a single person may hold: nobody is left for the second."""

from jumuishi.definitions.model import Package, Path, ReviewStage, Stage, TaskStage
from jumuishi.definitions.read.reading import Reading


def check_two_persons(package: Package, reading: Reading) -> None:
    """Notes each at its `not_by`."""
    if ("roles",) in reading.doubtful:
        return
    for name, stage in package.stages.items():
        at: Path = ("stages", name)
        if isinstance(stage, TaskStage):
            _joined(package, reading, (*at, "not_by"), stage.not_by, {("", stage.role)})
        elif isinstance(stage, ReviewStage):
            _joined(package, reading, (*at, "not_by"), stage.not_by, _who(stage))
            for key, review in stage.reviews.items():
                who = {(review.institution or "", review.role)}
                _joined(package, reading, (*at, "reviews", key, "not_by"), review.not_by, who)


def _who(stage: Stage | None) -> set[tuple[str, str]]:
    """Who acts at a stage: institution (its setting's name, '' one's own) and role."""
    if isinstance(stage, TaskStage):
        return {("", stage.role)}
    if isinstance(stage, ReviewStage):
        return {(one.institution or "", one.role) for one in stage.reviews.values()}
    return set()


def _joined(
    package: Package, reading: Reading, path: Path, excluded: tuple[str, ...], who: set[tuple[str, str]]
) -> None:
    for other in excluded:
        for _, role in sorted(who & _who(package.stages.get(other))):
            known = package.roles.get(role)
            if known is not None and known.at_least < 2 and ("roles", role, "at_least") not in reading.doubtful:
                message = (
                    f"{role!r} acts at {other!r} too and one person may be all there is: give the role at_least: 2"
                )
                reading.findings.add("J403", reading.at(path), message)
                return
