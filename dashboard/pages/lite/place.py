"""Which place a reader asks about: by name, by coordinates, or the area's own default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dashboard.i18n import text
from dashboard.views.deeplink import read_point
from dashboard.views.defaults import default_ends, default_place
from dashboard.views.place_search import FoundPlace, search_places
from risk_core.state.area import Area

LatLng = tuple[float, float]
N_OFFERED: Final = 8
"""Places offered when several go by the name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place spoken of; `name` is empty for the default one."""

    at: LatLng
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question: the place spoken of, others that go by the name, and what to say about it."""

    place: Place
    offered: tuple[FoundPlace, ...] = field(default=())
    note: str = ""


def first_place(area: Area) -> Place:
    """Where the page looks before anything was asked, the same point as the map's page."""
    ends = default_ends(area)
    return Place(default_place(area) if ends is None else ends[0])


def find_asked(area: Area, form: Mapping[str, str], lang: str) -> Asked:
    """Find the place of a form: `at` of an offered place, else `lat` and `lon`, else the name `q`.

    What cannot be found leaves the first place with a note that says what to try next.
    """
    point = read_point(form.get("at")) or read_point(f"{form.get('lat', '').strip()},{form.get('lon', '').strip()}")
    if point is not None:
        if not area.grid.contains(*point):
            return Asked(first_place(area), note=text("lite.outside", lang))
        return Asked(Place(point, form.get("name", "")[:80] or f"{point[0]:.5f}, {point[1]:.5f}"))
    question = form.get("q", "").strip()
    if not question:
        key = "lite.bad_point" if form.get("lat", "").strip() or form.get("lon", "").strip() else "lite.nothing_asked"
        return Asked(first_place(area), note=text(key, lang))
    found = tuple(search_places(area, question, lang, N_OFFERED))
    if not found:
        return Asked(first_place(area), note=text("lite.not_found", lang))
    return Asked(Place(found[0].at, found[0].name), offered=found[1:])
