"""The installed areas as feeds see them: box, names and codes of districts."""

import re
from typing import Final

from dashboard.feeds.live.source import Bounds, Place
from dashboard.store.bundles import district_outlines, list_bundles
from dashboard.store.library import Library
from risk_core.state.area import District

_ENDINGS: Final = re.compile("(특별자치도|특별자치시|특별시|광역시)$")


def area_bounds(library: Library) -> dict[str, Bounds]:
    """Box of each installed area."""
    return {info.area_id: info.bounds for info in list_bundles(library.settings.home)}


def place_of(library: Library, area_id: str) -> Place:
    """Names and codes of an area's districts."""
    area = library.area(area_id)
    names = [area.name_ko, area.name_en]
    codes: dict[str, str] = {}
    for district in area.districts:
        for name in _names(district):
            names.append(name)
            codes[name.casefold()] = district.district_id
    for district in area.districts:
        codes[district.district_id.casefold()] = district.district_id
    grid = area.grid
    kept = tuple(dict.fromkeys(short_name(name) for name in names if name))
    return Place(area_id, grid.bounds, kept, codes, district_outlines(library.settings.home, area_id))


def short_name(name: str) -> str:
    """Name without what kind of city or province it is.

    Examples
    --------
    >>> short_name("서울특별시"), short_name("강릉시")
    ('서울', '강릉시')
    """
    return _ENDINGS.sub("", name.strip()) or name.strip()


def _names(district: District) -> list[str]:
    return [name for name in (district.name_ko, district.name_en, district.name_local) if name]
