"""The wind outlook summed up by district, once a snapshot however many readers ask."""

from typing import Final

from dashboard.answers.keyed_cache import KeyedCache
from risk_core.hazards.typhoon.district_wind import DistrictWind, district_wind
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment

KEPT: Final = 8


class WindAnswers:
    """Keeps the newest snapshots' sums."""

    def __init__(self) -> None:
        self._kept: KeyedCache[DistrictWind | None] = KeyedCache(KEPT)

    def districts(self, area: Area, assessment: Assessment) -> DistrictWind | None:
        """Wind levels by district; None without a storm or districts."""
        if not assessment.version:
            return _sum_up(area, assessment)
        key = (area.content_hash, assessment.area_id, assessment.version)
        return self._kept.get_or_make(key, lambda: _sum_up(area, assessment))


def _sum_up(area: Area, assessment: Assessment) -> DistrictWind | None:
    if assessment.wind_outlook is None or not area.districts:
        return None
    return district_wind(assessment.wind_outlook, area)
