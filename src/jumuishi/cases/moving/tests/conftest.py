"""A newer edition of the licence, published and taken up as people would."""

# ruff: noqa: F811  # fixtures of the cases' own tests are used by name

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import asha, at_work, country, officer, submitted  # noqa: F401  # fixtures
from jumuishi.identity.types import Actor
from jumuishi.services import adopting
from jumuishi.services import public as services
from jumuishi.services.models import Offering

SERVICES = Path(__file__).resolve().parents[5] / "services"
Edits = tuple[tuple[str, str], ...]
OWNER = (
    "      - name: lease\n",
    "      - {name: owner, type: yes_no, label: {sw: Eneo ni lako?, en: Is the place yours?}, required: true}\n"
    "      - name: lease\n",
)
WORDS = ("sw: Kibali cha kufanya biashara ndani", "sw: Ruhusa ya kufanya biashara ndani")
RENAMED = ("{sw: Jina la biashara, en: Business name}", "{sw: Jina la duka, en: Name of the shop}")
NEW_FIGURE = (
    "  regulator: {type: institution",
    '  stamp: {type: money, label: {sw: Ada ya muhuri, en: Stamp fee}, constraint: "stamp >= 0", basis: act}\n'
    "  regulator: {type: institution",
)

# They hold in any edition of the licence: what is edited changes no answer that they need.
STORIES = {
    "empty.yaml": "story: {sw: Hakuna jibu, en: No answer}\nsteps:\n  - {apply: {}, refused: true}\n",
    "named.yaml": "story: {sw: Jina tu, en: A name only}\nsteps:\n  - {apply: {full_name: Asha Juma}, refused: true}\n",
}


def texts(folder: Path) -> dict[str, str]:
    """A package's files by their paths."""
    return {one.relative_to(folder).as_posix(): one.read_text() for one in sorted(folder.rglob("*")) if one.is_file()}


def mark_on(client: Client, page: str) -> dict[str, str]:
    """The mark of what stands on a page, as its form sends it."""
    found = re.search(r'name="seen" value="([^"]+)"', client.get(page).content.decode())
    return {"seen": found[1] if found else ""}


def press_publish(client: Client, page: str) -> Any:
    """Whoever read a proposal's page presses its button."""
    return client.post(page, {"do": "publish", **mark_on(client, page)})


def edited(tmp_path: Path, *edits: tuple[str, str]) -> Path:
    """The licence's folder with some of its lines changed."""
    folder = tmp_path / f"edition-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    for file in (SERVICES / "business-licence").iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / "tests").mkdir()
    for name, story in STORIES.items():
        (folder / "tests" / name).write_text(story)
    at = folder / "service.yaml"
    source = at.read_text()
    for before, after in edits:
        assert before in source, before
        source = source.replace(before, after, 1)
    at.write_text(source)
    return folder


@pytest.fixture
def licence(country: dict[str, UUID]) -> Offering:
    """The council's offering of the licence."""
    return Offering.objects.get(institution_id=country["mfano"], service="business-licence")


@pytest.fixture
def take_up(
    licence: Offering,
    officer: Callable[[str, str], Actor],
    tmp_path: Path,
) -> Callable[..., str]:
    """Puts an edited edition into the catalogue and lets two officers of the council take it up; its hash."""

    def take(*edits: tuple[str, str]) -> str:
        services.add_edition(actor=Actor.system(), folder=edited(tmp_path, *edits))
        adopting.begin_adoption(actor=officer("mfano", "Neema"), offering_id=licence.id)
        adopting.propose_adoption(actor=officer("mfano", "Neema"), offering_id=licence.id)
        adopting.adopt(actor=officer("mfano", "Imani"), offering_id=licence.id)
        found = services.offering(licence.id)
        assert found is not None
        return found.edition_hash

    return take
