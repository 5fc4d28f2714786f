"""The nearest shelters to a point."""

import math
import re
from collections.abc import Sequence

from components.shelter_list import ShelterWords
from dashboard.i18n import text
from dashboard.views.features import free_words
from dashboard.views.format import compass_words, distance, metres_between, name_in
from risk_core.state.situation import Shelter

LatLng = tuple[float, float]


def nearest_shelters(shelters: Sequence[Shelter], at: LatLng, n: int) -> list[Shelter]:
    """Open shelters first, by distance."""
    return sorted(shelters, key=lambda one: (not one.is_open, _metres(one, at)))[:n]


def in_name_order(shelters: Sequence[Shelter], lang: str) -> list[Shelter]:
    """Sort by name as people count: 2 before 10."""

    def key(one: Shelter) -> list[tuple[bool, int, str]]:
        parts = re.split(r"(\d+)", name_in(one.name, lang))
        return [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]

    return sorted(shelters, key=key)


def shelter_words(shelters: Sequence[Shelter], at: LatLng, lang: str) -> list[ShelterWords]:
    """Words of the list."""
    return [_words(one, at, lang) for one in shelters]


def _words(shelter: Shelter, at: LatLng, lang: str) -> ShelterWords:
    taken = None
    if math.isfinite(shelter.occupancy_persons) and shelter.capacity_persons > 0:
        taken = shelter.occupancy_persons / shelter.capacity_persons
    direction = compass_words(*at, shelter.lat_deg, shelter.lon_deg, lang)
    return ShelterWords(
        name=name_in(shelter.name, lang),
        where=text("shelter.where", lang, direction=direction, distance=distance(_metres(shelter, at))),
        free=free_words(shelter, lang),
        taken_share=taken,
        is_full=not shelter.is_open or (taken is not None and taken >= 1.0),
        tag=text("drill.mark", lang) if shelter.simulated else "",
    )


def _metres(shelter: Shelter, at: LatLng) -> float:
    return metres_between(*at, shelter.lat_deg, shelter.lon_deg)
