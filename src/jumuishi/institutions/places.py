"""The postal list of places, mended. Tables of one's own, and wards to councils: see place_tables."""

from collections.abc import Container, Iterator
from datetime import date
from typing import Any

from jumuishi.institutions.models import Place
from jumuishi.kernel import tenancy
from jumuishi.kernel.lazily import lazily
from jumuishi.kernel.text import fold

mtaa = lazily("mtaa")

SOURCE = "mtaa 1.5 (MIT), postal list of mainland Tanzania"
CHECKED = date(2026, 11, 24)
# The list holds a ward of this name in most districts: it is the code of the first real ward, fallen out of its place.
FALLEN = "ward_post_code"


def _members(node: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(node).items() if not key.startswith("_")}


def wards_of(district: Any) -> Iterator[tuple[str, str, list[str]]]:
    """(name, code, streets) of each real ward, the fallen code put back where it belongs."""
    wards = _members(district.wards)
    fallen = wards.pop(FALLEN, None)
    for name, ward in wards.items():
        inside = _members(ward) if not isinstance(ward, str | list) else {}
        code = inside.get(FALLEN)
        if code is None:
            code, fallen = fallen, None
        if isinstance(code, str) and len(code) == 5 and code.isdigit():
            yield name, code, [one for one in inside.get("streets", []) if isinstance(one, str)]


# Written in capitals: the middle of a town, numbered wards; and the little words within a name, which stay small.
_CAPITALS = frozenset({"cbd", "i", "ii", "iii", "iv"})
_SMALL = frozenset({"wa", "ya", "la", "za", "cha", "vya", "na", "kwa", "es"})


def _title(name: str) -> str:
    """As the place is written: "Arusha CBD", "Daraja II", "Mto wa Mbu"."""
    words = name.replace("-", " ").split()
    return " ".join(_cased(word, first=n == 0) for n, word in enumerate(words))


def _cased(word: str, *, first: bool) -> str:
    if word in _CAPITALS:
        return word.upper()
    return word if word in _SMALL and not first else word[:1].upper() + word[1:]


def postal_places(regions: Container[str] | None = None) -> Iterator[Place]:
    """Regions, postal districts, wards and their streets or villages, each code once; all regions, or those named."""
    seen: set[str] = set()

    def make(code: str, name: str, level: str, **inside: str) -> Iterator[Place]:
        unique = code
        n = 2
        while unique in seen:
            unique, n = f"{code}-{n}", n + 1
        seen.add(unique)
        named = _title(name)
        yield Place(
            code=unique, name=named[:80], level=level, search=fold(" ".join([named, *inside.values()]))[:200],
            source=SOURCE, checked_on=CHECKED, **inside,
        )  # fmt: skip

    for region_name, region in _members(mtaa.tanzania).items():
        if regions is not None and region_name not in regions:
            continue
        region_words = _title(region_name)
        yield from make(str(region.post_code), region_name, "region", region=region_words)
        for district_name, district in _members(region.districts).items():
            around = {"region": region_words, "district": _title(district_name)}
            code = str(getattr(district, "district_post_code", ""))
            if code:
                yield from make(code, district_name, "district", **around)
            for ward_name, ward_code, streets in wards_of(district):
                yield from make(ward_code, ward_name, "ward", **around, ward=_title(ward_name))
                for number, street in enumerate(streets, 1):
                    inside = {**around, "ward": _title(ward_name)}
                    yield from make(f"{ward_code}-{number:03d}", street, "village", **inside)


def load_places(regions: Container[str] | None = None) -> int:
    """Put the postal list into the table; what is there already stays. Returns how many places there are."""
    with tenancy.acting_as(tenancy.Principal.system()):
        Place.objects.bulk_create(postal_places(regions), batch_size=2000, ignore_conflicts=True)
        return Place.objects.count()
