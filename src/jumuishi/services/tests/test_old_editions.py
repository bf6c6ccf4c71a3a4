"""An edition that was published stays in force, also where a later release of the checks would not let it through."""

import pytest

from jumuishi.definitions import public as definitions
from jumuishi.kernel import clock
from jumuishi.project import demo_data
from jumuishi.services import editions
from jumuishi.services.models import Edition

pytestmark = pytest.mark.database


def test_what_a_later_check_finds_does_not_take_an_edition_out_of_force(db: None) -> None:
    files = editions.files_of(demo_data.SERVICES / "introduction-letter")
    files["service.yaml"] = files["service.yaml"].replace("offered_by:", "unknown_key: 1\noffered_by:", 1)
    sent = {name: text.encode() for name, text in files.items()}
    with pytest.raises(definitions.UnsoundError):
        definitions.edition_of_files(sent)
    package = definitions.package_of(sent)
    assert package is not None
    known = definitions.edition_of(package).hash
    Edition.objects.create(
        service=package.service, number=9000, hash=known, files=files, name={}, about={}, offered_by=[], doors=[],
        created_at=clock.now(),
    )  # fmt: skip
    assert editions.definition(known).package == package


def test_an_edition_that_means_something_else_is_none(db: None) -> None:
    files = editions.files_of(demo_data.SERVICES / "introduction-letter")
    row = Edition.objects.create(
        service="introduction-letter", number=9001, hash="0" * 64, files=files, name={}, about={}, offered_by=[],
        doors=[], created_at=clock.now(),
    )  # fmt: skip
    with pytest.raises(editions.UnknownEditionError):
        editions.definition(row.hash)
