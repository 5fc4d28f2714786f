"""One place, six receptors: walker, child or elderly, car, bus, indoors on the ground floor, basement.

All stand on the same fields: the storm's wind and gust, the sums of rain, depth and strength of the water. Each has its
own figures (`risk_core/hazards/criteria.csv`); what hazards mean together follows the combination rule of `combine`.
Infection is told apart and never mixed in: it harms by who is near, not by where one stands.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.criteria import Criteria, default_criteria
from risk_core.hazards.flood.join import DEPTH_NAME, STRENGTH_NAME
from risk_core.hazards.flood.scale import FloodScale, flood_risk, flood_scales
from risk_core.hazards.rain.field import WINDOW_NAMES
from risk_core.hazards.typhoon.field import GUST_NAME, WIND_NAME
from risk_core.hazards.typhoon.harper_2010 import GUST_INLAND
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Hazard
from risk_core.state.receptor import RECEPTORS, Receptor, ReceptorRisk
from risk_core.state.scale import N_STEP, RiskScale

OTHERS_SHARE: Final = 0.2
"""Share of what is left to 1 by which the other hazards can raise the worst one; see `combine`."""
LATEST: Final = "9999-12-31"


@dataclass(frozen=True, slots=True)
class ReceptorScales:
    """Figures of every receptor, in the order of `Receptor`.

    Attributes
    ----------
    wind
        Ten-minute wind and gust.
    rain
        Sums, one scale a window of `WINDOW_NAMES`.
    flood
        Depth, and depth times speed.
    """

    wind: tuple[tuple[RiskScale, RiskScale], ...]
    rain: tuple[tuple[RiskScale, ...], ...]
    flood: tuple[FloodScale, ...]


def receptor_scales(criteria: Criteria, day: str = LATEST) -> ReceptorScales:
    """Figures of a table on a day; a receptor without rows of its own has those that name nobody.

    Parameters
    ----------
    criteria
        The table.
    day
        Korean day, as 2025-05-15.
    """
    rows = criteria.in_force(day)
    own = {row.group for row in rows}

    def find(hazard: str, quantity: str, receptor: Receptor) -> RiskScale:
        name = receptor.value if (hazard, "scale", receptor.value, quantity) in own else ""
        return criteria.scale(hazard, quantity, name, day)

    wind = tuple((find("wind", WIND_NAME, one), find("wind", GUST_NAME, one)) for one in Receptor)
    rain = tuple(tuple(find("rain", name, one) for name in WINDOW_NAMES) for one in Receptor)
    return ReceptorScales(wind, rain, flood_scales(criteria, day))


RECEPTOR_SCALES: Final = receptor_scales(default_criteria())


def receptor_risks(
    intensity: Mapping[str, float], scales: ReceptorScales = RECEPTOR_SCALES
) -> tuple[ReceptorRisk, ...]:
    """Risk of every receptor from the physical values at a place.

    Parameters
    ----------
    intensity
        Values of the typhoon's and the rain's layer there, by name; missing ones are unknown.
    scales
        Figures.

    Examples
    --------
    >>> found = receptor_risks({"inundation_depth_m": 0.3, "depth_speed_m2_per_s": 0.0})
    >>> {str(one.receptor): round(one.risk, 2) for one in found}
    {'walker': 0.4, 'frail': 0.6, 'car': 0.8, 'bus': 0.6, 'indoor': 0.6, 'basement': 1.0}
    """
    depth, strength = (float(intensity.get(name, math.nan)) for name in (DEPTH_NAME, STRENGTH_NAME))
    found = []
    for k, receptor in enumerate(Receptor):
        water = float(flood_risk(receptor, depth, strength, scales.flood))
        rain = _worst(intensity, WINDOW_NAMES, scales.rain[k])
        wet = max((one for one in (water, rain) if math.isfinite(one)), default=math.nan)
        parts = {Hazard.TYPHOON: _worst(intensity, (WIND_NAME, GUST_NAME), scales.wind[k]), Hazard.RAIN: wet}
        found.append(ReceptorRisk(receptor, combined_risk(tuple(parts.values())), parts))
    return tuple(found)


def combined_risk(risks: tuple[float, ...]) -> float:
    """Combination rule for plain numbers, unknown ones left out; NaN where none is known.

    Examples
    --------
    >>> round(combined_risk((0.6, 0.4, float("nan"))), 3)
    0.632
    """
    known = sorted(one for one in risks if math.isfinite(one))
    if not known:
        return math.nan
    others = 1.0 - math.prod(1.0 - one for one in known[:-1])
    return known[-1] + OTHERS_SHARE * (1.0 - known[-1]) * others


def shift_wind_codes(code: NDArray[np.uint8], receptor: Receptor) -> NDArray[np.uint8]:
    """Risk bytes of a walker in a storm as those of another receptor in the same gusts, any shape; 255 stays.

    Over land, where the gust is what counts; at sea, where the mean wind counts, the walker's figures stand a little
    higher and the answer is on the safe side for vehicles.

    Examples
    --------
    >>> shift_wind_codes(np.array([100, 150, 255], np.uint8), Receptor.FRAIL).tolist()
    [150, 200, 255]
    """
    return _wind_table(receptor)[code]


@cache
def _wind_table(receptor: Receptor) -> NDArray[np.uint8]:
    code = np.arange(RISK_CODE_STEPS + 1)
    steps = np.arange(N_STEP + 1) / N_STEP
    wind, gust = RECEPTOR_SCALES.wind[RECEPTORS.index(receptor)]
    gusts = np.interp(code / RISK_CODE_STEPS, steps, (0.0, *RECEPTOR_SCALES.wind[0][1].figures))
    by_gust = np.interp(gusts, (0.0, *gust.figures), steps)
    by_wind = np.interp(gusts / GUST_INLAND, (0.0, *wind.figures), steps)
    out = np.full(256, RISK_CODE_MISSING, np.uint8)
    out[: RISK_CODE_STEPS + 1] = np.rint(np.maximum(by_gust, by_wind) * RISK_CODE_STEPS)
    return out


def _worst(intensity: Mapping[str, float], names: Sequence[str], scales: Sequence[RiskScale]) -> float:
    values = [float(intensity.get(name, math.nan)) for name in names]
    risks = [scale.risk(value) for scale, value in zip(scales, values, strict=True)]
    return max((one for one in risks if math.isfinite(one)), default=math.nan)
