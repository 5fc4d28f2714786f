"""Which area the nationwide page shows, and what is known of it."""

from dataclasses import dataclass
from typing import Any

from dashboard.pages.page import Opened, open_area
from dashboard.views.nationwide import Whole, district_levels, table_order
from risk_core.hazards.typhoon.district_wind import DistrictWind
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment


@dataclass(frozen=True, slots=True, eq=False)
class Nation:
    """An area, its newest snapshot, and its districts' levels and wind.

    Attributes
    ----------
    opened
        The area as the page shows it.
    assessment
        Its snapshot.
    levels
        Level by step and district, -1 unknown.
    wind
        Probability of wind by district; None without a storm or districts.
    """

    opened: Opened
    assessment: Assessment
    levels: Whole
    wind: DistrictWind | None


def nationwide(opened: Opened) -> Opened | None:
    """The area asked for when it has no streets, else the first installed one without; None where there is none."""
    if is_nationwide(opened.area):
        return opened
    library = opened.services.library
    others = (area_id for area_id in library.area_ids() if is_nationwide(library.area(area_id)))
    found = next(others, None)
    return None if found is None else open_area(opened.services, found, opened.address)


def is_nationwide(area: Area) -> bool:
    """Whether an area is shown by districts: it has them, and no streets."""
    return area.network is None and bool(area.districts)


def read_nation(opened: Opened) -> Nation | None:
    """Sum up the newest snapshot; None before the first."""
    assessment = opened.assessment
    if assessment is None:
        return None
    wind = opened.services.answers.winds.districts(opened.area, assessment)
    return Nation(opened, assessment, district_levels(opened.area, assessment), wind)


def first_selected(nation: Nation | None) -> int | None:
    """The district most likely to see a strong wind warning, then the windiest; None without a storm."""
    if nation is None or nation.wind is None:
        return None
    return table_order(nation.opened.area, nation.wind)[0]


def known_district(position: Any, area: Area) -> int | None:
    """A position sent by the browser, None unless the area has that district."""
    is_whole = isinstance(position, int) and not isinstance(position, bool)
    return position if is_whole and 0 <= position < len(area.districts) else None
