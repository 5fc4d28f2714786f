"""What may be changed about the typhoon model, and the figures its risk stands on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from risk_core.hazards.criteria import default_criteria
from risk_core.hazards.rain.options import RAIN_SCALES
from risk_core.hazards.typhoon.eurocode_2005 import Terrain
from risk_core.hazards.typhoon.station_correction import CorrectionOptions
from risk_core.hazards.typhoon.wind_levels import OUTLOOK_LEVELS
from risk_core.state.options import check_ranges
from risk_core.state.scale import RiskScale
from risk_core.state.wind_outlook import WindLevel

WIND_SCALE: Final = default_criteria().scale("wind", "wind_m_per_s")
GUST_SCALE: Final = default_criteria().scale("wind", "gust_m_per_s")


MAP_CORRECTION: Final = CorrectionOptions(least_ratio=0.75)


class WindProfile(StrEnum):
    """Which published profile gives the vortex wind."""

    HOLLAND_2010 = "holland_2010"
    HOLLAND_1980 = "holland_1980"


@dataclass(frozen=True, slots=True)
class TyphoonOptions:
    """Settings of the typhoon model.

    Attributes
    ----------
    profile
        Vortex profile; the default is tied to the reported radii, the other uses the pressure only.
    wind_scale, gust_scale
        Figures of the risk; the worse of wind and gust counts.
    rain_scales
        Figures of the risk of the members' rain, by window.
    levels
        Winds whose probability is told.
    land
        Ground taken for every cell inside a district (or everywhere, in an area without districts).
    environment_hpa
        Pressure far from the storm.
    reach_m
        No wind farther than this from the centre.
    node_m
        Distance between the nodes of the radial tables.
    correction
        How live stations pull the field. They may raise it 2.5 times but lower it only by a quarter: what an anemometer
        stands behind is not known, and one sheltered station must not calm a coast.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    profile: WindProfile = WindProfile.HOLLAND_2010
    wind_scale: RiskScale = WIND_SCALE
    gust_scale: RiskScale = GUST_SCALE
    rain_scales: tuple[RiskScale, RiskScale, RiskScale] = RAIN_SCALES
    levels: tuple[WindLevel, ...] = OUTLOOK_LEVELS
    land: Terrain = Terrain.OPEN
    environment_hpa: float = 1010.0
    reach_m: float = 1_500_000.0
    node_m: float = 2_000.0
    correction: CorrectionOptions = MAP_CORRECTION

    def __post_init__(self) -> None:
        ranges = {"environment_hpa": (950.0, 1050.0), "reach_m": (1e4, 5e6), "node_m": (100.0, 5e4)}
        check_ranges(self, ranges)


TYPHOON_DEFAULTS: Final = TyphoonOptions()
